"""The form list and the manifest, as ODK Collect reads them; both are asked for at every check of every phone.

The form list is made once for each revision of a project and each set of rights, and kept in memory; whether a phone
has it already is decided before its forms are looked at.
"""

import hashlib
from collections.abc import Iterable

from flask import Response
from sqlalchemy.orm import Session

from server.forms.attachments import list_attachments
from server.forms.find import draft_version, published_version
from server.forms.listing import OfferedForm, offered_draft, offered_forms
from server.forms.models import FormVersion, Project
from server.http.access import needs, signed_in
from server.http.call import Call
from server.openrosa.documents import KeptTemplates, Template, form_list_template, manifest_template
from server.openrosa.protocol import require_version, routes, write_xml
from server.permissions import Actor

PROJECT = "/v1/projects/<int:project_id>"
FORM = f"{PROJECT}/forms/<form_id>"

_BY_FORM = signed_in("the list holds the forms that the actor may read, and may be empty")
_TRY = needs("form.read", "draft.test")
_kept = KeptTemplates()


@routes.route("GET", f"{PROJECT}/formList", _BY_FORM)
def list_forms(call: Call) -> Response:
    """List the open forms that the caller may fill in."""
    require_version(call.request)
    key = _rights_key(call.project, call.actor)
    etag = _digest(key, call.base_url)
    if call.request.if_none_match.contains_weak(etag):
        return _with_etag(write_xml(b"", 304), etag)
    template = _kept.get(key)
    if template is None:
        template = form_list_template(call.project.id, offered_forms(call.session, call.actor, call.project))
        _kept.keep(key, template)
    return _with_etag(write_xml(template.filled(call.base_url)), etag)


@routes.route("GET", f"{FORM}/draft/formList", _TRY)
def list_draft(call: Call) -> Response:
    """List the draft alone, for those who try it."""
    require_version(call.request)
    offered = offered_draft(call.session, call.form, draft_version(call.form))
    return _write(call, _draft_template(call.project.id, [offered]))


@routes.route("GET", f"{FORM}/manifest", needs("form.read"))
def get_manifest(call: Call) -> Response:
    """List the form's files that are here."""
    require_version(call.request)
    return _write(call, _manifest(call, published_version(call.form), "attachments"))


@routes.route("GET", f"{FORM}/draft/manifest", _TRY)
def get_draft_manifest(call: Call) -> Response:
    """List the draft's files that are here."""
    require_version(call.request)
    return _write(call, _manifest(call, draft_version(call.form), "draft/attachments"))


def _draft_template(project_id: int, offered: Iterable[OfferedForm]) -> Template:
    return form_list_template(project_id, offered, document="/draft")


def _manifest(call: Call, version: FormVersion, folder: str) -> Template:
    files = _uploaded(call.session, version)
    return manifest_template(call.project.id, call.form.form_id, folder, files)


def _uploaded(session: Session, version: FormVersion) -> list[tuple[str, str]]:
    return [(slot.name, slot.blob.md5) for slot in list_attachments(session, version) if slot.blob is not None]


def _write(call: Call, template: Template) -> Response:
    document = template.filled(call.base_url)
    etag = _digest(document.decode())
    if call.request.if_none_match.contains_weak(etag):
        return _with_etag(write_xml(b"", 304), etag)
    return _with_etag(write_xml(document), etag)


def _rights_key(project: Project, actor: Actor) -> str:
    """What the list depends on: two actors with the same rights share it.

    The moment stands beside the revision because a restored backup counts the same revisions again.
    """
    actees = ",".join(sorted(actor.actees_with("form.read")))
    return f"{project.id} {project.revision} {project.updated_at} {actees}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _with_etag(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    # Collect's HTTP cache would otherwise keep an old list for as long as it likes.
    response.headers["Cache-Control"] = "no-cache"
    return response
