"""Exports that a worker makes: asked for by somebody, kept in the object store for some days, then forgotten.

An attempt that ends early leaves nothing behind, and the next one starts from the beginning: so a file always shows
one moment. Passphrases are kept nowhere, so what is encrypted stays so here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from server import audit
from server.blobs import record_blob
from server.db import Database, utc_now
from server.errors import not_found
from server.exports.archive import member_name
from server.exports.choice import ExportChoice
from server.exports.freshness import EXPORTED
from server.exports.job_formats import MEDIA, Making, check_job, find_job_format, job_options
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.media_zip import check_media_pattern
from server.exports.models import KEPT, Export
from server.exports.pieces import ending
from server.exports.plan import prepare_export
from server.exports.room import room_needed
from server.forms.models import Form, Project
from server.jobs import queue
from server.jobs.models import FINISHED, Job
from server.jobs.worker import JobRun
from server.permissions import Actor
from server.storage import ObjectStore, StagedFile

KIND = "export"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`pattern` is for the names of media."""

    format: str
    choice: ExportChoice
    pattern: str = DEFAULT_PATTERN


def request_export(
    session: Session, actor: Actor, form: Form, wanted: Wanted, *, database: Database, storage: ObjectStore
) -> Export:
    """Put the export into the queue of jobs.

    Raise 400.8 for a format that there is not. What cannot be made is told now, not by a job that fails.
    """
    extension = find_job_format(wanted.format).extension
    check_job(wanted.format, prepare_export(session, form, wanted.choice, database=database, storage=storage))
    if wanted.format == MEDIA:
        check_media_pattern(session, form, wanted.pattern)
    options = job_options(wanted.choice, wanted.pattern)
    export = Export(form_id=form.id, actor_id=actor.id, format=wanted.format, options=options)
    export.name = f"{member_name(form.form_id)}.{extension}"
    export.form = form
    export.job = queue.enqueue(session, KIND, {})
    session.add(export)
    session.flush()
    export.job.payload = {"export": export.id}
    audit.record(session, actor, EXPORTED, form)
    return export


def find_export(session: Session, project: Project, export_id: int) -> Export:
    """An export of a form outside the trash; raises 404.1 also when its time is over."""
    statement = (
        select(Export)
        .join(Form, Export.form_id == Form.id)
        .where(Export.id == export_id, Form.project_id == project.id, Form.deleted_at.is_(None))
        .where(Export.expires_at > utc_now())
        .options(joinedload(Export.form), joinedload(Export.job), joinedload(Export.blob))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise not_found()
    return found


def make_export(database: Database, storage: ObjectStore, run: JobRun) -> dict[str, Any]:
    """The job: write the file into the store, and note where it is."""
    with database.read() as session:
        export = session.get(Export, run.payload["export"])
        if export is None:
            # Its form was purged.
            raise not_found()
    making = Making(database, storage, export.form_id, export.options, run.report)
    with room_needed(), storage.stage() as staged, ending(find_job_format(export.format).write(making)) as pieces:
        for piece in pieces:
            staged.write(piece)
            run.report(*run.progress)
        staged.finish()
        storage.put(staged)
        _keep(database, export.id, staged)
    return {"size": staged.size}


def end_exports(database: Database, now: datetime) -> int:
    """Forget exports whose time is over, and jobs that nobody asks about any more; returns how many exports."""
    finished = select(Job.id).where(Job.state.in_(FINISHED))
    with database.write() as session:
        over = delete(Export).where(Export.expires_at <= now, Export.job_id.in_(finished)).returning(Export.id)
        ended = session.scalars(over).all()
        is_old = Job.state.in_(FINISHED) & (Job.finished_at <= now - KEPT)
        session.execute(delete(Job).where(is_old, Job.id.not_in(select(Export.job_id))))
    return len(ended)


def _keep(database: Database, export_id: int, staged: StagedFile) -> None:
    with database.write() as session:
        sha256 = record_blob(session, staged)
        kept = session.get(Export, export_id)
        if kept is None:
            raise not_found()
        kept.sha256, kept.expires_at = sha256, utc_now() + KEPT
