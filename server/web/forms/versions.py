"""The versions that have been published: when, by whom, as files, and what changed between any two."""

from itertools import pairwise
from typing import Final

from flask import Response

from server.forms.convert import CONTENT_TYPES
from server.forms.find import BLANK_VERSION
from server.forms.listing import list_versions
from server.forms.models import FormVersion
from server.http.access import needs
from server.http.call import Call
from server.submissions.activity import versions_in_use
from server.web.forms.changes import compare
from server.web.frame import language_of
from server.web.pages import routes
from server.web.shell import FORM, show

_KINDS: Final = {kind: name for name, kind in CONTENT_TYPES.items()}


@routes.route("GET", f"{FORM}/versions", needs("form.read"))
def show_versions(call: Call) -> Response:
    """List the published versions; with `from` and `to`, their numbers, what changed between two of them."""
    session = call.session
    versions = list_versions(session, call.form)
    by_number = {str(version.id): version for version in versions}
    old, new = (by_number.get(call.request.args.get(name, "")) for name in ("from", "to"))
    used = versions_in_use(session, versions) if call.actor.can("submission.list", *call.chain) else []
    return show(
        call,
        "forms/versions.html",
        tab="versions",
        versions=versions,
        before={version.id: earlier for version, earlier in pairwise(versions)},
        used={use.version.id: use for use in used},
        old=old,
        new=new,
        compared=compare(session, old, new, language_of(call.request)) if old and new else None,
        workbook_kind=_workbook_kind,
        label=_label,
        total=None,
        is_published="published" in call.request.args,
    )


def _workbook_kind(version: FormVersion) -> str:
    """The ending of the file that the version was made from; blank when it came as XML."""
    return _KINDS.get(version.xlsform_type or "", "") if version.xlsform_sha256 else ""


def _label(version: FormVersion) -> str:
    """As it stands in addresses."""
    return version.version or BLANK_VERSION
