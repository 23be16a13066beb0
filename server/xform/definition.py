"""Read an XForm: fields with types, labels and choices, the files it needs, how its answers are to be sent.

This is what the server needs in order to list, keep, show and export. The form's logic (relevance,
constraints, calculations) is left to the engine, and so is the question whether its expressions are sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.xform.cascade import cascade_end
from server.xform.controls import Binds, read_controls
from server.xform.document import DocumentError, local_name, parse_document
from server.xform.errors import FormError
from server.xform.fields import Field, fields_from_json, fields_to_json
from server.xform.media import ExpectedFile, read_expected_files
from server.xform.schema import read_fields
from server.xform.texts import Choice, ChoiceLists, Texts

__all__ = [
    "Choice",
    "ExpectedFile",
    "Field",
    "FormDefinition",
    "FormError",
    "SubmissionOptions",
    "fields_from_json",
    "fields_to_json",
    "parse_form",
]


@dataclass(frozen=True, slots=True)
class SubmissionOptions:
    """What the form's `submission` element asks of clients; None where it does not say."""

    action: str | None = None
    rsa_public_key: str | None = None
    auto_send: bool | None = None
    auto_delete: bool | None = None
    client_editable: bool | None = None


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One XForm as the server knows it.

    `fields` are in the order of the primary instance, depth first, with groups and repeats, without the root.
    `choice_lists` holds the lists that are written in the form, by the name in a field's `choice_list`.
    `area_path` is the question that says where a submission was made, as `cascade` finds it.
    """

    form_id: str
    version: str
    title: str
    root_name: str
    fields: tuple[Field, ...]
    media: tuple[ExpectedFile, ...]
    submission: SubmissionOptions
    languages: tuple[str, ...]
    default_language: str | None
    entities_version: str | None
    choice_lists: Mapping[str, tuple[Choice, ...]]
    area_path: str | None = None

    def field(self, path: str) -> Field | None:
        """Return the field with this path, if the form has it."""
        return next((item for item in self.fields if item.path == path), None)


def parse_form(xml: bytes) -> FormDefinition:
    """Return what the form says.

    Raises FormError when it is not XML, not an XForm, lacks its model, primary instance, id or names, or
    names files that cannot be.
    """
    try:
        document = parse_document(xml)
    except DocumentError as error:
        raise FormError(error.message) from None
    return _read_form(document)


def _read_form(document: etree._Element) -> FormDefinition:
    head, model, root = form_parts(document)
    body = form_body(document)
    texts = Texts(model)
    lists = ChoiceLists(model, texts)
    binds = Binds(model, local_name(root))
    controls = () if body is None else tuple(read_controls(body, binds, local_name(root)))
    form_id = root.get("id", "")
    return FormDefinition(
        form_id=form_id,
        version=root.get("version", ""),
        title=_title(head) or form_id,
        root_name=local_name(root),
        fields=read_fields(root, binds, controls, texts, lists),
        media=read_expected_files(model, body),
        submission=_submission_options(model),
        languages=texts.languages,
        default_language=texts.default_language,
        entities_version=_attribute(model, "entities-version"),
        choice_lists=lists.found,
        area_path=cascade_end(controls),
    )


def form_parts(document: etree._Element) -> tuple[etree._Element, etree._Element, etree._Element]:
    """Return head, model and the root of the primary instance, which is the model's first."""
    if local_name(document) != "html":
        raise FormError(f"Not an XForm: the first element is <{local_name(document)}>, it must be <h:html>")
    head = _child(document, "head")
    model = None if head is None else _child(head, "model")
    if head is None or model is None:
        raise FormError("The form has no model: there must be a <model> in <h:head>")
    instance = _child(model, "instance")
    root = None if instance is None else next(iter(instance), None)
    if root is None:
        raise FormError("The form has no primary instance: the first <instance> of the model must hold its fields")
    if not root.get("id", "").strip():
        raise FormError(f"The form has no id: <{local_name(root)}> in the primary instance must have the attribute id")
    return head, model, root


def form_body(document: etree._Element) -> etree._Element | None:
    return _child(document, "body")


def _submission_options(model: etree._Element) -> SubmissionOptions:
    element = _child(model, "submission")
    if element is None:
        return SubmissionOptions()
    return SubmissionOptions(
        action=_attribute(element, "action"),
        rsa_public_key=_attribute(element, "base64RsaPublicKey"),
        auto_send=_claim(element, "auto-send"),
        auto_delete=_claim(element, "auto-delete"),
        client_editable=_claim(element, "client-editable"),
    )


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(element.iterchildren("{*}" + name), None)


def _title(head: etree._Element) -> str:
    title = _child(head, "title")
    return "" if title is None else (title.text or "").strip()


def _attribute(element: etree._Element, name: str) -> str | None:
    """Return the attribute with this name, whatever its prefix; None when it is absent or blank."""
    for key, text in element.attrib.items():
        if str(key).rpartition("}")[2] == name and text.strip():
            return str(text).strip()
    return None


def _claim(element: etree._Element, name: str) -> bool | None:
    text = _attribute(element, name)
    return None if text is None else text.lower() in ("true", "true()", "1")
