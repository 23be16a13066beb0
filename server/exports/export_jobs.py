"""Exports that a worker makes: asked for by somebody, kept in the object store for some days, then forgotten.

An attempt that ends early leaves nothing behind, and the next one starts from the beginning: so a file always shows
one moment. Passphrases are kept nowhere, so what is encrypted stays so here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from server import audit
from server.blobs import record_blob
from server.db import Database, utc_now
from server.errors import not_found
from server.exports.conditions import SubmissionFilter, submission_filter
from server.exports.csv_export import stream_csv, stream_zip
from server.exports.freshness import EXPORTED
from server.exports.media_zip import prepare_media
from server.exports.models import KEPT, Export
from server.exports.prepare import CsvOptions, prepare_csv
from server.exports.records import Selection
from server.forms.models import Form, Project
from server.jobs import queue
from server.jobs.models import FINISHED, Job
from server.jobs.worker import JobRun
from server.permissions import Actor
from server.storage import ObjectStore, StagedFile
from server.submissions.models import Submission

KIND = "export"
Options = dict[str, Any]
_Report = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class _Making:
    """What a format needs to write its file; `report` hears how much of how much is done."""

    database: Database
    storage: ObjectStore
    form_id: int
    options: Options
    report: _Report


@dataclass(frozen=True, slots=True)
class JobFormat:
    """`write` gives the file in pieces; the units of its progress are `unit`."""

    content_type: str
    unit: str
    write: Callable[[_Making], Iterator[bytes]]


def request_export(session: Session, actor: Actor, form: Form, format_name: str, options: Options) -> Export:
    """Put the export into the queue of jobs."""
    export = Export(form_id=form.id, actor_id=actor.id, format=format_name, options=options)
    export.name = f"{form.form_id}.{format_name}"
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
        writer = JOB_FORMATS[export.format]
    making = _Making(database, storage, export.form_id, export.options, run.report)
    with storage.stage() as staged:
        for piece in writer.write(making):
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


def _form(session: Session, making: _Making) -> Form:
    form = session.get(Form, making.form_id)
    if form is None or form.deleted_at is not None:
        raise not_found()
    return form


def wanted_submissions(options: Options) -> SubmissionFilter | None:
    """Raise 400.8 or 501.1 for a filter that cannot be used."""
    text = options["filter"]
    return submission_filter(text, utc_now()) if text.strip() else None


def selection_of(form: Form, options: Options) -> Selection:
    wanted = wanted_submissions(options)
    if wanted is None:
        return Selection(form.id)
    return Selection(form.id, with_deleted=wanted.asks_for_deleted, condition=wanted.condition)


def _write_csv(making: _Making, *, as_zip: bool) -> Iterator[bytes]:
    options = making.options
    with making.database.read() as session:
        form = _form(session, making)
        layout = CsvOptions(options["group_paths"], options["deleted_fields"], options["split_select_multiples"])
        export = prepare_csv(session, form, layout, wanted_submissions(options))
        total = session.scalar(select(func.count(Submission.id)).where(export.selection.where())) or 0
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        making.report(done, max(done, total))

    watched = replace(export, on_records=count)
    if as_zip:
        return stream_zip(making.database, making.storage, watched, with_attachments=options["attachments"])
    return stream_csv(making.database, watched)


def _write_media(making: _Making) -> Iterator[bytes]:
    with making.database.read() as session:
        form = _form(session, making)
        media = prepare_media(session, making.storage, selection_of(form, making.options), making.options["pattern"])
    done = 0
    for piece in media.stream():
        done += len(piece)
        yield piece
        making.report(done, media.size)


JOB_FORMATS: Mapping[str, JobFormat] = {
    "csv": JobFormat("text/csv; charset=utf-8", "submissions", lambda making: _write_csv(making, as_zip=False)),
    "csv.zip": JobFormat("application/zip", "submissions", lambda making: _write_csv(making, as_zip=True)),
    "media.zip": JobFormat("application/zip", "bytes", _write_media),
}
