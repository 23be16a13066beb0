"""The data page: every file that can be made of a form's submissions, as a plain form; links, OData, jobs."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.exports.choice import REVIEW_STATES
from server.exports.export_list import list_exports
from server.exports.formats import FORMATS
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.models import Export
from server.forms.definitions import definition_of, fields_of
from server.forms.find import published_version
from server.forms.listing import list_versions
from server.forms.models import Form, FormVersion
from server.http.access import needs
from server.http.call import Call
from server.permissions import require
from server.submissions.submitters import list_submitters
from server.web.forms.export_address import MEDIA, Args, export_path
from server.web.forms.format_words import FORMAT_WORDS, format_words
from server.web.pages import routes
from server.web.shell import FORM, see, show
from server.web.tabs import form_base

_READ: Final = needs("submission.read")
_FIRST: Final = "xlsx"
_JOBS: Final = 12


@routes.route("GET", f"{FORM}/data", _READ)
def show_data(call: Call) -> Response:
    """Show what can be exported and how, and the link to what the address has chosen."""
    require(call.actor, "submission.list", *call.chain)
    session, version = call.session, published_version(call.form)
    args, base = call.request.args, form_base(call.form)
    exports = list_exports(session, call.form, _JOBS)
    return show(
        call,
        "forms/data.html",
        tab="data",
        args=args,
        chosen=chosen_format(args),
        formats=[(name, *format_words(name)) for name in _offered()],
        states=REVIEW_STATES,
        submitters=list_submitters(session, call.form),
        languages=definition_of(session, version).languages,
        fields=[field for field in fields_of(session, version) if not field.path.startswith("/meta")],
        dropped=_dropped(session, call.form, version),
        pattern=DEFAULT_PATTERN,
        link=f"{call.base_url}{export_path(base, chosen_format(args), args)}",
        odata=f"{call.base_url}{base}.svc",
        exports=exports,
        query=urlencode(list(args.items(multi=True))),
        askers=_askers(call, exports),
        format_words=format_words,
        is_encrypted=version.key_id is not None,
    )


@routes.route("GET", f"{FORM}/data/file", _READ)
def lead_to_file(call: Call) -> Response:
    """Lead on to the export that the page's form has chosen."""
    args = call.request.args
    return see(f"/v1{export_path(form_base(call.form), chosen_format(args), args)}")


def chosen_format(args: Args) -> str:
    name = args.get("format")
    return name if name is not None and (name in FORMATS or name == MEDIA) else _FIRST


def _offered() -> list[str]:
    """All formats in the order in which they are described, those without words before the media."""
    order = {name: place for place, name in enumerate(FORMAT_WORDS)}
    return [*sorted(FORMATS, key=lambda name: order.get(name, len(order))), MEDIA]


def _dropped(session: Session, form: Form, version: FormVersion) -> int:
    """How many questions only earlier versions ask."""
    earlier = (field for one in list_versions(session, form) for field in fields_of(session, one))
    asked = {field.path for field in earlier if not field.has_children}
    return len(asked - {field.path for field in fields_of(session, version)})


def _askers(call: Call, exports: Sequence[Export]) -> dict[int, str]:
    """The names of who asked for the exports."""
    ids = {export.actor_id for export in exports}
    rows = call.session.execute(select(ActorRow.id, ActorRow.display_name).where(ActorRow.id.in_(ids)))
    return {number: name for number, name in rows}  # noqa: C416 -- rows are no pairs to mypy
