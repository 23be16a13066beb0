"""How long the review desk takes to answer among 100,000 submissions: list, counts, search, steps, one submission.

`python -m tests.benchmarks.bench_review [submissions]` makes databases of its own, on SQLite and on Postgres.
"""

import hashlib
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from server import migrate
from server.accounts.models import ActorRow
from server.db import Database, utc_now
from server.desk.filters import Desk, ReviewFilter
from server.desk.labels import Labels
from server.desk.lines import count_lines, list_lines, neighbours
from server.desk.record import read_record
from server.forms.models import Form, FormVersion
from server.forms.projects import create_project
from server.permissions import COMMAND_LINE
from server.storage import ObjectStore, open_storage
from server.submissions.models import Finding, Submission, SubmissionVersion
from server.submissions.search_terms import search_terms
from server.xform.definition import fields_to_json, parse_form
from server.xform.document import parse_document
from server.xform.instance import read_answers, read_head
from tests import services
from tests.web.survey import form_xml, household

SUBMISSIONS = 100_000
_BATCH = 5_000
_DIFFERENT = 400
_SENDERS = 40
# Most have been approved; those that wait are the newest, and a few that were forgotten.
_STATES = ("approved",) * 80 + ("hasIssues",) * 4 + ("rejected",) * 2 + (None,) * 14
_ROUNDS = 5


def make_world(database: Database, count: int) -> None:
    migrate.upgrade(database)
    definition = parse_form(form_xml())
    with database.write() as session:
        form_id, version_id = _make_form(session)
        senders = _make_senders(session)
    patterns = list(_patterns(definition))
    for start in range(0, count, _BATCH):
        rows = [
            _rows(number, patterns, form_id, version_id, senders)
            for number in range(start + 1, min(start + _BATCH, count) + 1)
        ]
        with database.write() as session:
            session.execute(insert(Submission), [row[0] for row in rows])
            session.execute(insert(SubmissionVersion), [row[1] for row in rows])
            session.execute(insert(Finding), [row[2] for row in rows if row[2]])
    with database.write() as session:
        session.execute(update(Submission).values(current_version_id=Submission.id))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _make_form(session: Session) -> tuple[int, int]:
    definition, project = parse_form(form_xml()), create_project(session, COMMAND_LINE, name="Benchmark")
    form = Form(actee_id=str(uuid.uuid4()), project_id=project.id, form_id=definition.form_id)
    session.add(form)
    session.flush()
    md5 = hashlib.md5(form_xml(), usedforsecurity=False).hexdigest()
    form.current_version = FormVersion(
        form_id=form.id, version=definition.version, title=definition.title, xml=form_xml(), md5=md5,
        fields=fields_to_json(definition.fields), published_at=utc_now(),
    )  # fmt: skip
    session.flush()
    return form.id, form.current_version.id


def _make_senders(session: Session) -> list[int]:
    rows = [
        ActorRow(actee_id=str(uuid.uuid4()), type="field_key", display_name=f"Điều tra viên {n}")
        for n in range(_SENDERS)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _patterns(definition: Any) -> Iterator[tuple[bytes, dict[str, Any], str, dict[str, str | None]]]:
    for number in range(1, _DIFFERENT + 1):
        one = household(number, with_photos=False)
        root = parse_document(one.xml)
        answers = read_answers(definition.fields, root)
        yield one.xml, answers, one.name, search_terms(read_head(root), answers, definition.area_path)


def _rows(
    number: int, patterns: list[Any], form_id: int, version_id: int, senders: list[int]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]:
    xml, answers, name, terms = patterns[number % _DIFFERENT]
    chance = random.Random(number)
    received = utc_now() - timedelta(minutes=SUBMISSIONS - number)
    state = chance.choice(_STATES[:86]) if number < SUBMISSIONS * 9 // 10 and number % 5_000 else chance.choice(_STATES)
    known = {"id": number, "form_id": form_id, "instance_id": f"uuid:{number}", "created_at": received, "is_draft": False, "submitter_id": chance.choice(senders)}  # fmt: skip
    has_finding = number % 4 == 0
    submission = known | terms | {"review_state": state, "error_count": int(has_finding)}
    version = known | {"submission_id": number, "instance_name": name, "form_version_id": version_id, "version": "1", "xml": xml, "xml_sha256": "0" * 64, "answers": answers}  # fmt: skip
    finding = {
        "submission_version_id": number, "form_id": form_id, "code": "constraint", "level": "error", "rule": "constraint",
        "path": "/data/member[1]/age", "generic_path": "/data/member/age", "value": "150", "expected": "", "expression": "",
        "messages": {}, "detail": "",
    }  # fmt: skip
    return submission, version, finding if has_finding else None


def _jobs() -> dict[str, Callable[[Desk], object]]:
    """What the desk is asked, by name."""
    return {
        "first page": list_lines,
        "page at the middle": lambda desk: list_lines(desk, after=SUBMISSIONS // 2),
        "counts": count_lines,
        "previous and next": lambda desk: neighbours(desk, SUBMISSIONS // 2),
    }


_FILTERS: dict[str, dict[str, Any]] = {
    "to review": {"state": "to-review"},
    "all": {},
    "has issues": {"state": "has-issues"},
    "one enumerator": {"state": "to-review", "submitter_id": 7},
    "finding": {"state": "to-review", "rule": "constraint"},
    "text, many": {"text": "nong"},
    "text, none": {"text": "khong co ai"},
    "area": {"text": "na pai"},
    "answer": {"answer": ("/house/roof", "leaf")},
    "answer, none": {"answer": ("/house/roof", "gold")},
}


def measure(database: Database, storage: ObjectStore) -> Iterator[list[str]]:
    """One line of the table for each filter: the milliseconds of each job, the middle of some rounds."""
    for name, wanted in _FILTERS.items():
        yield [name, *(f"{_time(database, storage, wanted, job):.1f}" for job in _jobs().values())]
    times = []
    for number in range(SUBMISSIONS // 2, SUBMISSIONS // 2 + _ROUNDS):
        start = time.perf_counter()
        with database.read() as session:
            form = session.scalars(select(Form)).one()
            read_record(database, storage, session, form, f"uuid:{number}", language="vi")
        times.append(time.perf_counter() - start)
    yield ["one submission", f"{1000 * sorted(times)[_ROUNDS // 2]:.1f}"]


def _time(database: Database, storage: ObjectStore, wanted: dict[str, Any], job: Callable[[Desk], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        with database.read() as session:
            form = session.scalars(select(Form)).one()
            assert form.current_version is not None
            labels = Labels(database, storage, session, form.current_version, "vi")
            start = time.perf_counter()
            job(Desk(session, form, ReviewFilter(**wanted), labels))
            times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[_ROUNDS // 2]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="transect-bench-"))
        server = stack.enter_context(services.postgres_server())
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "Postgres": services.create_database(server)}
        for name, url in urls.items():
            database, storage = Database(url), open_storage(f"file://{Path(folder) / 'objects'}")
            make_world(database, count)
            sys.stdout.write(f"{name}, {count:,} submissions, milliseconds\n")
            for line in chain([["filter", *_jobs()]], measure(database, storage)):
                sys.stdout.write("".join(f"{cell:>20}" for cell in line) + "\n")
                sys.stdout.flush()
            database.dispose()


if __name__ == "__main__":
    main()
