"""Publishing forms from files: an XLSForm or XForm, and beside it a folder of media named `<file name>-media`.

For the command line and the first start. Publishing the same file again changes nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forms.attachments import list_attachments
from server.forms.find import find_project
from server.forms.models import Form, FormVersion, Project
from server.forms.publish import create_form, publish_draft, set_draft
from server.forms.upload import WORKBOOK, FormUpload, put_files, read_upload
from server.http.call import Services
from server.permissions import Actor
from server.storage import StagedFile
from server.submissions.drafts import clear_draft_submissions

SUFFIXES = frozenset({".xlsx", ".xls", ".xml"})
Outcome = Literal["published", "unchanged"]


def form_files(path: Path) -> list[Path]:
    """The form files in a folder, by name; a file is itself."""
    if path.is_file():
        return [path]
    # Excel leaves `~$name.xlsx` beside a workbook that is open.
    return sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith("~$"))


def publish_file(services: Services, actor: Actor, project_id: int, path: Path) -> tuple[str, Outcome]:
    """Publish one form with its media; gives its form id and what happened. Warnings of the conversion are ignored."""
    upload = read_upload(path.read_bytes(), claims_workbook=path.suffix.lower() != ".xml", fallback_id=path.stem)
    upload = replace(upload, files={**_media(path, upload), **upload.files})
    with put_files(services.storage, upload) as files, services.database.write() as session:
        outcome = _publish(session, actor, find_project(session, project_id), upload, files)
    return upload.definition.form_id, outcome


def _media(path: Path, upload: FormUpload) -> dict[str, bytes]:
    """Those of the files that the form asks for which lie in its media folder."""
    folder = path.with_name(f"{path.stem}-media")
    expected = {media.name: folder / media.name for media in upload.definition.media}
    return {name: file.read_bytes() for name, file in expected.items() if file.is_file()}


def _publish(
    session: Session, actor: Actor, project: Project, upload: FormUpload, files: Mapping[str, StagedFile]
) -> Outcome:
    statement = select(Form).where(
        Form.project_id == project.id, Form.form_id == upload.definition.form_id, Form.deleted_at.is_(None)
    )
    form = session.scalars(statement).one_or_none()
    if form is None:
        form = create_form(session, actor, project, upload, files=files, ignore_warnings=True)
    elif form.current_version is not None and _is_same(session, form.current_version, upload, files):
        return "unchanged"
    else:
        set_draft(session, actor, form, upload, files=files, ignore_warnings=True)
    clear_draft_submissions(session, form)
    publish_draft(session, actor, form)
    return "published"


def _is_same(session: Session, version: FormVersion, upload: FormUpload, files: Mapping[str, StagedFile]) -> bool:
    there = {slot.name: slot.sha256 for slot in list_attachments(session, version)}
    is_same_media = all(there.get(name) == staged.sha256 for name, staged in files.items() if name != WORKBOOK)
    return version.md5 == upload.md5 and is_same_media
