"""How fast submissions come out in every format, and how much memory that takes: one process, no network.

`python -m tests.benchmarks.bench_export [submissions]` makes a database of its own in a temporary folder.
"""

import hashlib
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from server import migrate
from server.accounts.models import ActorRow
from server.db import Database, utc_now
from server.exports.choice import ExportChoice
from server.exports.formats import FORMATS, prepare_export
from server.exports.plan import ExportPlan
from server.forms.models import Form, FormVersion
from server.forms.projects import create_project
from server.permissions import COMMAND_LINE
from server.storage import ObjectStore, open_storage
from server.submissions.models import RepeatCount, Submission, SubmissionVersion
from server.xform.definition import FormDefinition, fields_to_json, parse_form
from server.xform.document import parse_document
from server.xform.instance import read_answers
from server.xform.repeat_counts import repeat_counts
from tests.benchmarks.big_household import MEMBERS, form_xml, instances

SUBMISSIONS = 20_000
# The first form of an empty database.
FORM = 1
_BATCH = 2_000
_SPLIT = ExportChoice(split_select_multiples=True)


def make_world(database: Database, count: int) -> int:
    """A form with so many submissions, written past the intake; gives the form's id."""
    migrate.upgrade(database)
    definition = parse_form(form_xml())
    with database.write() as session:
        form = _make_form(session, definition)
        version_id, sender_id = form.current_version_id, _make_sender(session).id
    common = {"form_id": form.id, "is_draft": False, "submitter_id": sender_id, "device_id": "collect:bench"}
    rows = _rows(definition, count, version_id, common)
    while batch := list(islice(rows, _BATCH)):
        with database.write() as session:
            session.execute(insert(Submission), [submission for submission, _ in batch])
            session.execute(insert(SubmissionVersion), [version for _, version in batch])
            session.execute(insert(RepeatCount), [count for _, version in batch for count in _counts(version)])
    with database.write() as session:
        session.execute(update(Submission).values(current_version_id=Submission.id))
    return form.id


def planned(database: Database, storage: ObjectStore, choice: ExportChoice | None = None) -> ExportPlan:
    """An export of that form."""
    with database.read() as session:
        form = session.get_one(Form, FORM)
        return prepare_export(session, form, choice or ExportChoice(), database=database, storage=storage)


def _make_form(session: Session, definition: FormDefinition) -> Form:
    project = create_project(session, COMMAND_LINE, name="Benchmark")
    form = Form(actee_id=str(uuid.uuid4()), project_id=project.id, form_id=definition.form_id)
    session.add(form)
    session.flush()
    form.current_version = FormVersion(
        form_id=form.id,
        version=definition.version,
        title=definition.title,
        xml=form_xml(),
        md5=hashlib.md5(form_xml(), usedforsecurity=False).hexdigest(),
        fields=fields_to_json(definition.fields),
        published_at=utc_now(),
    )
    session.flush()
    return form


def _make_sender(session: Session) -> ActorRow:
    sender = ActorRow(actee_id=str(uuid.uuid4()), type="field_key", display_name="Nguyễn Thị Hoa")
    session.add(sender)
    session.flush()
    return sender


def _rows(
    definition: FormDefinition, count: int, form_version_id: int | None, common: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for number, (instance_id, xml) in enumerate(instances(count), start=1):
        known = common | {"id": number, "instance_id": instance_id, "created_at": utc_now()}
        yield (
            known,
            known
            | {
                "submission_id": number,
                "form_version_id": form_version_id,
                "version": definition.version,
                "xml": xml,
                "xml_sha256": hashlib.sha256(xml).hexdigest(),
                "answers": read_answers(definition.fields, parse_document(xml)),
            },
        )


def _counts(version: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, rows in repeat_counts(version["answers"]).items():
        yield {"form_id": version["form_id"], "submission_id": version["submission_id"], "path": path, "rows": rows}


def measure(database: Database, storage: ObjectStore, name: str, choice: ExportChoice) -> list[str]:
    """One line of the table: what, seconds of CPU and by the clock, first byte, size, and how far memory grew."""
    before = largest = _memory()
    cpu, clock = time.process_time(), time.perf_counter()

    def look(_more: int) -> None:
        nonlocal largest
        largest = max(largest, _memory())

    export = planned(database, storage, choice)
    pieces = FORMATS[name].write(database, storage, replace(export, on_records=look))
    size, first = len(next(pieces)), time.perf_counter() - clock
    for piece in pieces:
        size += len(piece)
        look(0)
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    return [
        f"{name}{' split' if choice.split_select_multiples else ''}",
        f"{cpu:.2f}",
        f"{clock:.2f}",
        f"{1000 * first:.0f}",
        f"{size / 1e6:.1f}",
        f"{(largest - before) / 2**20:.0f}",
    ]


def _memory() -> int:
    """What this process has in memory now, in bytes."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


def _fill(url: str, count: int) -> None:
    database = Database(url)
    make_world(database, count)
    database.dispose()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    with tempfile.TemporaryDirectory(prefix="transect-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        # In a process of its own, whose memory is not measured.
        maker = get_context("spawn").Process(target=_fill, args=(url, count))
        maker.start()
        maker.join()
        database, storage = Database(url), open_storage(f"file://{Path(folder) / 'objects'}")
        lines = [["export", "CPU s", "clock s", "first byte ms", "MB", "memory +MiB", "rows/CPU s"]]
        for name, choice in [*((name, ExportChoice()) for name in FORMATS), ("csv.zip", _SPLIT)]:
            line = measure(database, storage, name, choice)
            lines.append([*line, f"{count / float(line[1]):,.0f}"])
        database.dispose()
    sys.stdout.write(f"{count:,} submissions, {MEMBERS} rows of a repeat in each\n")
    for line in lines:
        sys.stdout.write("".join(f"{cell:>15}" for cell in line) + "\n")


if __name__ == "__main__":
    main()
