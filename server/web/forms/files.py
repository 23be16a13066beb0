"""The files of a draft: many at once, each into the slot with its name."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from flask import Response
from werkzeug.datastructures import FileStorage

from server.content_types import type_by_name, usable_type
from server.forms.attachments import clear_slot, fill_slot, list_attachments
from server.forms.find import draft_version, find_form, find_project
from server.forms.models import FormAttachment
from server.http.bodies import receive_file
from server.http.call import Call
from server.http.json import write_json
from server.web.forms.draft import CHANGE, DRAFT
from server.web.pages import routes
from server.web.shell import FORM_LIMIT, field, see
from server.web.tabs import form_base

# What a server takes at most, its settings say; this is only for the boundaries between many files.
_FILES_LIMIT: Final = 2**40
_LONGEST_TOLD: Final = 100


@routes.route("POST", f"{DRAFT}/files", CHANGE, transaction="own", form_limit=_FILES_LIMIT)
def fill_slots(call: Call) -> Response:
    """Keep the files that the form asks for; those that it does not are named on the page that follows.

    A script that asks for JSON gets only their names.
    """
    with call.services.database.read() as session:
        form = find_form(session, find_project(session, call.project.id), call.form.form_id)
        slots = list_attachments(session, draft_version(form))
    unknown = []
    for file in call.request.files.getlist("files"):
        slot = _slot_for(file, slots)
        if slot is None:
            unknown.append(_name(file)[:_LONGEST_TOLD])
        else:
            _fill(call, slot.name, file)
    if call.request.accept_mimetypes.best == "application/json":
        return write_json({"unknown": unknown})
    return see(f"{form_base(call.form)}/draft", [("unknown", name) for name in unknown if name], at="files")


@routes.route("POST", f"{DRAFT}/files/clear", CHANGE, form_limit=FORM_LIMIT)
def empty_slot(call: Call) -> Response:
    """Take a file out of its slot."""
    clear_slot(call.session, call.actor, call.form, field(call, "name"))
    return see(f"{form_base(call.form)}/draft", at="files")


def _name(file: FileStorage) -> str:
    """Without the folders that some browsers send."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2].replace("\0", "")


def _slot_for(file: FileStorage, slots: Sequence[FormAttachment]) -> FormAttachment | None:
    """The slot with exactly this name, else the only one that differs in case or in how its accents are written."""
    name = _name(file)
    exact = [slot for slot in slots if slot.name == name]
    alike = exact or [slot for slot in slots if _folded(slot.name) == _folded(name)]
    return alike[0] if len(alike) == 1 else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _fill(call: Call, name: str, file: FileStorage) -> None:
    storage = call.services.storage
    with storage.stage() as staged:
        receive_file(file, staged)
        storage.put(staged)
        with call.writing() as session:
            form = find_form(session, find_project(session, call.project.id), call.form.form_id)
            kind = type_by_name(name) or usable_type(file.mimetype)
            fill_slot(session, call.actor, form, name, staged=staged, content_type=kind)
