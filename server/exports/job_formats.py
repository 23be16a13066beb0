"""The files that a job can make: whatever is exported while somebody waits, and all media in one zip."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import Database
from server.errors import Problem, not_found, unexpected_value
from server.exports.choice import ExportChoice
from server.exports.formats import FORMATS, Format
from server.exports.media_names import DEFAULT_PATTERN
from server.exports.media_zip import prepare_media
from server.exports.plan import ExportPlan, prepare_export, select_submissions
from server.forms.models import Form
from server.storage import ObjectStore
from server.submissions.models import Submission

MEDIA: Final = "media.zip"
Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Making:
    """What a file is made of; `report` hears how much of how much is done, and may raise to end the work."""

    database: Database
    storage: ObjectStore
    form_id: int
    options: Options
    report: Callable[[int, int | None], None]

    @property
    def choice(self) -> ExportChoice:
        return ExportChoice.from_json(self.options)

    def form(self, session: Session) -> Form:
        """Raise 404.1 when it lies in the trash or is gone."""
        form = session.get(Form, self.form_id)
        if form is None or form.deleted_at is not None:
            raise not_found()
        return form


@dataclass(frozen=True, slots=True)
class JobFormat:
    """`write` gives the file in pieces; its progress counts in `unit`."""

    extension: str
    content_type: str
    unit: str
    write: Callable[[Making], Iterator[bytes]]


def find_job_format(name: str) -> JobFormat:
    """Raise 400.8 that names the formats there are."""
    if name not in JOB_FORMATS:
        raise _unknown_format(name)
    return JOB_FORMATS[name]


def check_job(name: str, export: ExportPlan) -> None:
    """Raise what makes the export impossible in this format, as far as the form tells."""
    if name in FORMATS:
        FORMATS[name].check(export)


def job_options(choice: ExportChoice, pattern: str) -> Options:
    """What is kept of a wish until a worker takes it up; `pattern` is for the names of media."""
    return {**choice.to_json(), "pattern": pattern}


def _unknown_format(name: str) -> Problem:
    return unexpected_value("format", name, f"known are {', '.join(JOB_FORMATS)}")


def _write_tables(wanted: Format, making: Making) -> Iterator[bytes]:
    with making.database.read() as session:
        export = prepare_export(
            session, making.form(session), making.choice, database=making.database, storage=making.storage
        )
        total = session.scalar(select(func.count(Submission.id)).where(export.selection.where())) or 0
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        # Some may have come since they were counted.
        making.report(done, max(done, total))

    return wanted.write(making.database, making.storage, replace(export, on_records=count))


def _write_media(making: Making) -> Iterator[bytes]:
    pattern = making.options.get("pattern", DEFAULT_PATTERN)
    with making.database.read() as session:
        selection = select_submissions(session, making.form(session), making.choice)
        media = prepare_media(session, making.storage, selection, pattern)
    done = 0
    for piece in media.stream():
        done += len(piece)
        yield piece
        making.report(done, media.size)


JOB_FORMATS: Final[Mapping[str, JobFormat]] = {
    name: JobFormat(wanted.extension, wanted.content_type, "submissions", partial(_write_tables, wanted))
    for name, wanted in FORMATS.items()
} | {MEDIA: JobFormat(MEDIA, "application/zip", "bytes", _write_media)}
