"""A big survey in the middle of its review, written past the intake: 90 days of it, by 40 enumerators, in 200 villages.

Each submission has a place, the moments when it was begun and ended, mostly a photo; every fourth has findings, every
fiftieth was edited, and what has been decided has its lines in the log.
"""

import hashlib
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from server import migrate
from server.accounts.assignments import assign
from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor, open_session
from server.accounts.users import create_user
from server.audit import Audit
from server.blobs import Blob
from server.db import Base, Database, utc_now
from server.forms.models import Form, FormVersion
from server.forms.projects import create_project
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from server.submissions.duration import seconds_taken
from server.submissions.findings import open_summary
from server.submissions.models import Comment, Finding, Submission, SubmissionAttachment, SubmissionVersion
from server.submissions.search_terms import search_terms
from server.xform.definition import FormDefinition, fields_to_json, parse_form
from server.xform.document import parse_document
from server.xform.instance import InstanceHead, read_answers, read_head
from tests.benchmarks import big_household

DAYS = 90
_SENDERS = 40
_BATCH = 5_000
# So many are made of XML, and then come again and again under other names, from other people, on other days.
_DIFFERENT = 2_000
_REGIONS, _DISTRICTS, _VILLAGES = 5, 8, 5
_FAMILIES = ("Nông", "Hoàng", "Lương", "Vi", "Lý", "Triệu", "Dương", "Hà", "Lục", "Bế", "Đàm", "Nguyễn")
_GIVEN = ("Đức", "Mai", "Hòa", "Hạnh", "Dũng", "Yến", "Chi", "Huệ", "Xuân", "Lan", "Sinh", "Thắm", "Tuấn", "Nga")
_RULES = ("constraint",) * 6 + ("required", "calculate", "relevant")
# Most have been approved; those that wait are the newest, and a few that were forgotten.
_DECIDED = ("approved",) * 80 + ("hasIssues",) * 4 + ("rejected",) * 2
_NEW = (*_DECIDED, *(None,) * 70)
_REASONED = ("hasIssues", "rejected")


@dataclass(frozen=True, slots=True)
class Survey:
    """Where the form's pages begin, and the session of somebody who manages it."""

    base: str
    token: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    xml: bytes
    head: InstanceHead
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Known:
    """What all submissions share."""

    form_id: int
    actee_id: str
    version_id: int
    area_path: str | None
    senders: list[int]
    reviewer: int
    photos: list[str]
    patterns: list[_Pattern]
    begun_at: datetime
    pause: timedelta


def open_survey(database: Database, count: int) -> Survey:
    """Bring the tables up to date, fill them unless that has been done, and sign in."""
    migrate.upgrade(database)
    with database.read() as session:
        is_filled = bool(session.scalar(select(func.count()).select_from(Form)))
    if not is_filled:
        _fill(database, count)
    with database.write() as session:
        form = session.scalars(select(Form)).one()
        reviewer = session.scalars(select(ActorRow.id).where(ActorRow.type == "user")).one()
        token = open_session(session, load_actor(session, reviewer)).token
        return Survey(f"/projects/{form.project_id}/forms/{form.form_id}", token)


def form_xml() -> bytes:
    """The big household with a cascade down to villages, and a name for each instance."""
    xml = big_household.form_xml().decode()
    for old, new in (
        ("<instanceID/></meta></data></instance>", f"<instanceID/><instanceName/></meta></data></instance>{_lists()}"),
        _as_cascade("region", "regions"),
        _as_cascade("district", "districts", above="region"),
        _as_cascade("village", "villages", above="district"),
    ):
        assert old in xml
        xml = xml.replace(old, new)
    return xml.encode()


def _lists() -> str:
    lists: dict[str, list[tuple[str, str]]] = {"regions": [], "districts": [], "villages": []}
    for place in range(_REGIONS * _DISTRICTS * _VILLAGES):
        region, district, village = _place(place)
        for name, item in (
            ("regions", (region, "")),
            ("districts", (district, region)),
            ("villages", (village, district)),
        ):
            if item not in lists[name]:
                lists[name].append(item)
    return "".join(
        f'<instance id="{name}"><root>'
        + "".join(
            f"<item><name>{value}</name><label>{value.title()}</label><above>{above}</above></item>"
            for value, above in items
        )
        + "</root></instance>"
        for name, items in lists.items()
    )


def _as_cascade(name: str, choices: str, *, above: str = "") -> tuple[str, str]:
    old = f'<input ref="/data/location/{name}"><label>{name}</label></input>'
    narrowed = f"[above = /data/location/{above} ]" if above else ""
    items = f"instance('{choices}')/root/item{narrowed}"
    return old, (
        f'<select1 ref="/data/location/{name}"><label>{name}</label>'
        f'<itemset nodeset="{items}"><value ref="name"/><label ref="label"/></itemset></select1>'
    )


def _place(number: int) -> tuple[str, str, str]:
    district, region = number // _VILLAGES, number // _VILLAGES // _DISTRICTS
    return f"region_{region}", f"district_{district}", f"village_{number}"


def _fill(database: Database, count: int) -> None:
    definition = parse_form(form_xml())
    with database.write() as session:
        known = _make_known(session, definition, count)
    tables = (Submission, SubmissionVersion, SubmissionAttachment, Finding, Comment, Audit)
    numbers = iter(range(1, count + 1))
    while batch := list(islice(numbers, _BATCH)):
        rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in tables}
        for number in batch:
            for table, row in _rows(number, count, known):
                rows[table].append(row)
        with database.write() as session:
            for table in tables:
                session.execute(insert(table), rows[table])
            made = Submission.id.between(batch[0], batch[-1])
            session.execute(update(Submission).where(made).values(current_version_id=Submission.id * 2))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def _make_known(session: Session, definition: FormDefinition, count: int) -> _Known:
    project = create_project(session, COMMAND_LINE, name="Benchmark")
    form = Form(actee_id=str(uuid.uuid4()), project_id=project.id, form_id=definition.form_id)
    session.add(form)
    session.flush()
    form.current_version = FormVersion(
        form_id=form.id, version=definition.version, title=definition.title, xml=form_xml(),
        md5=hashlib.md5(form_xml(), usedforsecurity=False).hexdigest(), fields=fields_to_json(definition.fields),
        published_at=utc_now(),
    )  # fmt: skip
    reviewer = create_user(
        session, COMMAND_LINE, email="reviewer@example.org", password=None, display_name="Nguyễn Thị Hoa"
    )
    assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["manager"], reviewer.actor, project)
    senders = [
        ActorRow(actee_id=str(uuid.uuid4()), type="field_key", display_name=f"Điều tra viên {number}")
        for number in range(_SENDERS)
    ]
    photos = [Blob(sha256=f"{number:064}", md5=f"{number:032}", size=200_000) for number in range(_DIFFERENT)]
    session.add_all([*senders, *photos])
    session.flush()
    return _Known(
        form.id, form.actee_id, form.current_version.id, definition.area_path, [row.id for row in senders],
        reviewer.actor_id, [photo.sha256 for photo in photos], list(_patterns(definition)),
        utc_now() - timedelta(days=DAYS), timedelta(days=DAYS) / count,
    )  # fmt: skip


def _patterns(definition: FormDefinition) -> Iterator[_Pattern]:
    chance = random.Random(1)
    for _, plain in big_household.instances(_DIFFERENT):
        region, district, village = _place(chance.randrange(_REGIONS * _DISTRICTS * _VILLAGES))
        photo = "house.jpg" if chance.random() < 0.7 else ""
        name = f"{chance.choice(_FAMILIES)} {chance.choice(('Văn', 'Thị'))} {chance.choice(_GIVEN)}"
        xml = plain.decode().replace("</meta>", f"<instanceName>{name}</instanceName></meta>")
        answers = {"region": region, "district": district, "village": village, "dwelling_photo": photo}
        for question, answer in answers.items():
            xml = re.sub(f"<{question}>.*?</{question}>", f"<{question}>{answer}</{question}>", xml)
        root = parse_document(xml.encode())
        yield _Pattern(xml.encode(), read_head(root), read_answers(definition.fields, root))


def _rows(number: int, count: int, known: _Known) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """The rows of one submission; its current version has twice its number, the one before has one less."""
    chance, pattern = random.Random(number), known.patterns[number % _DIFFERENT]
    received = known.begun_at + number * known.pause
    sender = chance.choice(known.senders)
    state = chance.choice(_DECIDED if number < count * 9 // 10 and number % (count // 20) else _NEW)
    findings = list(_findings(number, chance, known))
    shared = {"form_id": known.form_id, "is_draft": False, "submitter_id": sender, "device_id": "collect:bench"}
    own = shared | {"instance_id": f"uuid:{number}", "created_at": received}
    begun = received - timedelta(minutes=chance.randint(20, 300))
    answers = pattern.answers | {
        "start": begun.isoformat(timespec="milliseconds"),
        "end": (begun + timedelta(seconds=chance.randint(600, 5400))).isoformat(timespec="milliseconds"),
    }
    beside = search_terms(pattern.head, answers, known.area_path) | {"duration": seconds_taken(answers)}
    beside |= open_summary((found["level"], found["rule"]) for found in findings)
    yield Submission, own | beside | {"id": number, "review_state": state, "updated_at": state and received}
    for version in (2 * number, 2 * number - 1) if number % 50 == 0 else (2 * number,):
        is_current = version == 2 * number
        yield (
            SubmissionVersion,
            own
            | {"id": version, "submission_id": number, "form_version_id": known.version_id, "version": "1"}
            | {"instance_id": f"uuid:{number}" if is_current else f"uuid:before-{number}"}
            | {"instance_name": pattern.head.instance_name, "xml": pattern.xml, "xml_sha256": "0" * 64}
            | {"answers": answers, "check_state": "checked"},
        )
    if photo := answers["location"].get("dwelling_photo"):
        file = {"name": photo, "is_expected": True, "sha256": known.photos[number % _DIFFERENT]}
        yield SubmissionAttachment, file | {"submission_version_id": 2 * number, "content_type": "image/jpeg"}
    for found in findings:
        yield Finding, found
    if state in _REASONED:
        yield Comment, {"submission_id": number, "actor_id": known.reviewer, "body": "Hãy hỏi lại tuổi."}
    deed = {"actee_id": known.actee_id, "submission_id": number, "logged_at": received}
    named = {"instanceId": f"uuid:{number}"}
    yield Audit, deed | {"actor_id": sender, "action": "submission.create", "details": named}
    if state is not None:
        details = named | {"reviewState": state}
        yield Audit, deed | {"actor_id": known.reviewer, "action": "submission.update", "details": details}


def _findings(number: int, chance: random.Random, known: _Known) -> Iterator[dict[str, Any]]:
    for place in range(chance.choice((1, 1, 1, 3)) if number % 4 == 0 else 0):
        yield {
            "submission_version_id": 2 * number, "form_id": known.form_id, "code": "rule", "rule": chance.choice(_RULES),
            "level": "error" if place == 0 else "warning", "path": f"/data/members[{place + 1}]/age",
            "generic_path": "/data/members/age", "value": "150", "expected": "", "expression": ". <= 115", "messages": {},
            "detail": "",
        }  # fmt: skip
