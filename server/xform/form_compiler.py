"""Compile an XForm's XML into a FormModel.

Binds and controls are found as `controls` finds them, so that old forms with relative nodesets and prefixes work.
What leads nowhere is noted as a fault and otherwise passed over.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from server.xform.choices import Memberships, read_control
from server.xform.controls import Binds, read_controls, resolve
from server.xform.document import local_name, parse_document
from server.xform.errors import DocumentError, FormError
from server.xform.itext import read_itext, read_message
from server.xform.model import FormModel, FormNode, InstanceDeclaration, Rule, StructuralFault
from server.xform.shared_rules import join_rules
from server.xform.table_files import TableSource, table_of_xml
from server.xpath.compile import compile_expression
from server.xpath.datatypes import reader_of
from server.xpath.errors import BudgetExceededError, ExpressionError
from server.xpath.functions.definition import Trait
from server.xpath.routes import Scope
from server.xpath.values import Kind

_JAVAROSA = "{http://openrosa.org/javarosa}"
_TEMPLATE = f"{_JAVAROSA}template"
_TEXTS = frozenset({"label", "hint", "help"})
_MULTIPLE = frozenset({"select", "rank"})
# Calculations with these cannot be repeated: they hang on chance, the moment, the phone or their own last value.
_UNREPEATABLE = Trait.RANDOM | Trait.CLOCK | Trait.DEVICE | Trait.STORED
_RULES = frozenset({"relevant", "required", "constraint", "calculate", "readonly"})  # attributes of a bind and a node
# Characters. The largest of thirty real forms has 44,000; compiling this many takes some seconds.
MAX_EXPRESSIONS = 2_000_000
_TOO_MUCH = (
    f"The rules of the form are longer than {MAX_EXPRESSIONS:,} characters together, so this one is left out. Split it."
)
_CONSTANTS = {"true()": True, "false()": False}


class FormStructureError(FormError):
    """The document is no form; `code` is as in the findings of the form check."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def compile_form(xml: bytes, files: Mapping[str, TableSource]) -> FormModel:
    """The logic of a form; `files` are its attachments by name. Raises FormStructureError for what is no form."""
    try:
        document = parse_document(xml)
    except DocumentError as error:
        raise FormStructureError("xml", error.message) from None
    model, root = _model_and_root(document)
    return _FormReader(document, model, root).read(files)


def _model_and_root(document: etree._Element) -> tuple[etree._Element, etree._Element]:
    model = document.find("{*}head/{*}model")
    if model is None:
        raise FormStructureError("no-model", "The form has no <model> in its <h:head>.")
    instance = next(model.iterchildren("{*}instance"), None)
    root = None if instance is None else next(iter(instance), None)
    if root is None:
        message = "The form has no primary instance: the first <instance> of the model must hold its fields."
        raise FormStructureError("no-primary-instance", message)
    if not root.get("id", "").strip():
        message = f"The form has no id: <{local_name(root)}> in the primary instance needs the attribute id."
        raise FormStructureError("no-form-id", message)
    return model, root


class _FormReader:
    def __init__(self, document: etree._Element, model: etree._Element, root: etree._Element) -> None:
        self._model = model
        self._root_element = root
        self._body = document.find("{*}body")
        self._root = FormNode((local_name(root),))
        self._binds = Binds(model, self._root.name)
        self._nodes = {self._root.names: self._root}
        self._faults: list[StructuralFault] = []
        self._characters = 0
        self._whole_lists: Memberships = {}
        self._repeated: set[tuple[str, ...]] = set()

    def read(self, files: Mapping[str, TableSource]) -> FormModel:
        self._add_children(self._root_element, self._root, in_template=False)
        self._read_binds()
        self._read_body()
        self._mark_action_targets()
        self._note_repeated_names()
        join_rules(self._nodes.values(), self._root.name)
        itext = read_itext(self._model)
        ends = frozenset([names for names, node in self._nodes.items() if node.records_time_of == "end"])
        for node in self._nodes.values():
            node.is_repeatable = _is_repeatable(node, ends, has_languages=len(itext.languages) > 1)
            node.calculated_kind = _calculated_kind(node)
        return FormModel(
            form_id=self._root_element.get("id", ""),
            version=self._root_element.get("version", ""),
            root=self._root,
            nodes=self._nodes,
            instances={declaration.name: declaration for declaration in self._instances()},
            itext=itext,
            files=files,
            faults=tuple(self._faults),
        )

    def _add_children(self, element: etree._Element, node: FormNode, *, in_template: bool) -> None:
        """Add what is below an element; a repeat that is there as template and as instance is one node."""
        node.default = node.default or ("" if len(element) else (element.text or "").strip())
        for key in element.attrib:
            name = str(key).rpartition("}")[2]
            if str(key) == _TEMPLATE:
                node.is_repeat = True
            elif name not in node.attributes:
                attribute = FormNode((*node.names, f"@{name}"), node)
                node.attributes[name] = self._nodes[attribute.names] = attribute
        in_template = in_template or element.get(_TEMPLATE) is not None
        node.is_instantiated = node.is_instantiated or not in_template
        names_here: set[str] = set()
        for child in element:
            name = local_name(child)
            if name in names_here:
                self._repeated.add((*node.names, name))
            names_here.add(name)
            if name not in node.children:
                added = FormNode((*node.names, name), node)
                node.children[name] = self._nodes[added.names] = added
            self._add_children(child, node.children[name], in_template=in_template)

    def _find(self, path: str | None) -> FormNode | None:
        """The node at a path as `controls` writes it: without the root."""
        return None if path is None else self._nodes.get((self._root.name, *path.split("/")[1:]))

    def _read_binds(self) -> None:
        for bind, path in self._binds.in_order:
            nodeset = bind.get("nodeset", "")
            node = self._find(path)
            if node is None:
                detail = f"There is no node {nodeset.strip()} in the primary instance, so this bind does nothing."
                self._faults.append(StructuralFault("missing-bind-node", nodeset.strip(), "bind", detail))
            elif node.is_bound:
                detail = "There are two binds for one node. Collect uses the last; keep one."
                self._faults.append(StructuralFault("duplicate-bind", node.path, "bind", detail))
                self._read_bind(bind, node)
            else:
                self._read_bind(bind, node)

    def _read_bind(self, bind: etree._Element, node: FormNode) -> None:
        node.is_bound = True
        node.datatype = bind.get("type", "").strip().rpartition(":")[2] or node.datatype
        node.reader = reader_of(node.datatype)
        for name in _RULES.intersection(bind.keys()):
            setattr(node, name, self._rule(name, bind.get(name, ""), node))
        node.preload = bind.get(f"{_JAVAROSA}preload", "")
        node.preload_parameter = bind.get(f"{_JAVAROSA}preloadParams", "")
        node.required_message = read_message(bind.get(f"{_JAVAROSA}requiredMsg"))
        node.constraint_message = read_message(bind.get(f"{_JAVAROSA}constraintMsg"))

    def _rule(self, kind: str, source: str, node: FormNode) -> Rule:
        constant = _CONSTANTS.get(source.strip())
        if constant is not None:
            return Rule(kind, source, constant=constant)
        self._characters += len(source)
        try:
            if self._characters > MAX_EXPRESSIONS:
                raise BudgetExceededError(_TOO_MUCH)
            return Rule(kind, source, compile_expression(source, Scope.of(*node.names)))
        except ExpressionError as error:
            return Rule(kind, source, fault=error)

    def _read_body(self) -> None:
        if self._body is None:
            return
        for control in read_controls(self._body, self._binds, self._root.name):
            node = self._find(control.path)
            if node is None and control.kind == "group" and _only_labels_repeat(control.element):
                continue
            if node is None:
                detail = f"The {control.kind} in the body has no node /{self._root.name}{control.path} to answer into."
                path = f"/{self._root.name}{control.path}"
                self._faults.append(StructuralFault("missing-control-node", path, control.kind, detail))
            elif control.kind == "repeat":
                node.is_repeat = True
                count = control.element.get(f"{_JAVAROSA}count")
                node.count = None if count is None else self._rule("count", count, node)
            elif control.kind != "group":
                self._add_control(node, control.kind, control.element)

    def _add_control(self, node: FormNode, kind: str, element: etree._Element) -> None:
        if node.control is not None:
            detail = "Two questions of the body answer into one node. Give each a node of its own."
            self._faults.append(StructuralFault("duplicate-control", node.path, kind, detail))
        node.control = read_control(element, kind, node.names, self._whole_lists)
        node.is_multiple = kind in _MULTIPLE

    def _note_repeated_names(self) -> None:
        for names in sorted(self._repeated):
            node = self._nodes[names]
            if not node.is_repeat:
                node.is_doubled = True
                detail = f"There are two fields named {node.name} side by side. Collect confuses them; rename one."
                self._faults.append(StructuralFault("duplicate-node-name", node.path, "structure", detail))

    def _mark_action_targets(self) -> None:
        """Nodes that something other than their calculate may set."""
        parts = (self._model,) if self._body is None else (self._model, self._body)
        for element in (
            action for part in parts for action in part.iter("{*}setvalue", "{*}setgeopoint", "{*}recordaudio")
        ):
            target = self._find(resolve(element.get("ref", ""), "", self._root.name))
            if target is not None:
                target.is_action_target = True

    def _instances(self) -> Iterator[InstanceDeclaration]:
        """All but the first, which is the primary one."""
        _, *others = self._model.iterchildren("{*}instance")
        for instance in others:
            name = instance.get("id", "")
            source = instance.get("src")
            root = next(iter(instance), None)
            if source is not None:
                yield InstanceDeclaration(name, address=source.strip())
            else:
                yield InstanceDeclaration(name, table=None if root is None else table_of_xml(root))


def _only_labels_repeat(group: etree._Element) -> bool:
    """Whether the group is there to give the one repeat in it a label: Collect joins the two, wherever it leads."""
    kinds = [kind for child in group if (kind := local_name(child)) not in _TEXTS]
    return kinds == ["repeat"]


def _is_repeatable(node: FormNode, ends: frozenset[tuple[str, ...]], *, has_languages: bool) -> bool:
    """`ends` are the nodes that say when filling in ended: the phone writes them after the last calculation."""
    compiled = node.calculate.compiled if node.calculate is not None else None
    if compiled is None or _is_set_otherwise(node) or compiled.traits & _UNREPEATABLE:
        return False
    if any(reference.names in ends for reference in compiled.references):
        return False
    return not (has_languages and compiled.traits & Trait.LANGUAGE)


def _is_set_otherwise(node: FormNode) -> bool:
    """Whether somebody or something but the calculation may write here too."""
    is_read_only = node.readonly is not None and node.readonly.constant is True
    return bool(node.preload) or node.is_action_target or (node.control is not None and not is_read_only)


def _calculated_kind(node: FormNode) -> Kind | None:
    compiled = node.calculate.compiled if node.calculate is not None else None
    if compiled is None or node.reader is not None or _is_set_otherwise(node):
        return None
    return None if compiled.code.kind is Kind.TEXT else compiled.code.kind
