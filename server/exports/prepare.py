"""From a form and what the client asks for to an export: which fields, from which versions, with which choices."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.exports.choices import Choices, declared_choices
from server.exports.conditions import SubmissionFilter
from server.exports.csv_export import CsvExport
from server.exports.decryption import Decryption
from server.exports.files import AUDIT_PATH
from server.exports.records import Selection
from server.exports.tables import build_tables, merged_fields
from server.forms.definitions import fields_of
from server.forms.find import draft_version, published_version
from server.forms.listing import list_versions
from server.forms.models import Form, FormVersion
from server.xform.definition import parse_form


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """As the API's parameters of these names."""

    group_paths: bool = True
    deleted_fields: bool = False
    split_select_multiples: bool = False


def prepare_csv(
    session: Session,
    form: Form,
    options: CsvOptions,
    wanted: SubmissionFilter | None,
    *,
    is_draft: bool = False,
    decryption: Decryption | None = None,
) -> CsvExport:
    """Raise 404.1 when the form has no such version."""
    newest = draft_version(form) if is_draft else published_version(form)
    # What testers send to a draft is about that draft alone.
    known = [newest] if is_draft else [newest, *_others(session, form, newest)]
    exported = known if options.deleted_fields else [newest]
    return CsvExport(
        form_id=form.form_id,
        selection=_selection(form, wanted, is_draft=is_draft),
        root=build_tables(merged_fields([fields_of(session, version) for version in exported])),
        has_group_paths=options.group_paths,
        split=_declared(session, exported) if options.split_select_multiples else None,
        has_audits=any(field.path == AUDIT_PATH for version in known for field in fields_of(session, version)),
        decryption=decryption,
    )


def _others(session: Session, form: Form, newest: FormVersion) -> list[FormVersion]:
    return [version for version in list_versions(session, form) if version.id != newest.id]


def _selection(form: Form, wanted: SubmissionFilter | None, *, is_draft: bool) -> Selection:
    if wanted is None:
        return Selection(form.id, is_draft)
    return Selection(form.id, is_draft, with_deleted=wanted.asks_for_deleted, condition=wanted.condition)


def _declared(session: Session, versions: Sequence[FormVersion]) -> Choices:
    xml = select(FormVersion.xml)
    return declared_choices(
        parse_form(session.scalars(xml.where(FormVersion.id == version.id)).one()) for version in versions
    )
