"""A 201 is a promise: whatever the server has confirmed is there after its processes were killed at any moment.

Phones send submissions with photos, late photos and edits from several threads; all processes are killed together,
again and again. Then what the phones know is compared with what a new server shows, and with rows and objects.
"""

import hashlib
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest
import requests
from sqlalchemy import func, select, text

from server.app import open_services
from server.audit import Audit
from server.blobs import Blob
from server.config import Settings
from server.http.call import Services
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion
from tests.cast import Caller, Cast
from tests.factories import household, new_id, publish
from tests.kept import LIST
from tests.live_server import LiveServer, live_server
from tests.phone import CONTENT_TYPE, encoded, file_part, xml_part

ROUNDS = 4
PHONES = 6
# How many POSTs of a round are answered before the blow falls, and how long that may take.
FEWEST, MOST = 10, 70
LONGEST_ROUND = 30.0


@dataclass(frozen=True)
class Sent:
    """One POST: an instance, the submission that it belongs to, and the files that came with it."""

    root: str
    instance_id: str
    xml: bytes
    files: dict[str, bytes]

    @property
    def body(self) -> bytes:
        return encoded(xml_part(self.xml), *(file_part(name, content) for name, content in self.files.items()))


@dataclass
class Phones:
    """Several phones with one key. `attempted` holds every POST that was begun, `confirmed` those answered by 201."""

    key: str
    attempted: list[Sent] = field(default_factory=list)
    confirmed: list[Sent] = field(default_factory=list)
    answers: set[int] = field(default_factory=set)

    def send_until(self, server: LiveServer, stop: Event) -> None:
        """One phone: surveys with a photo, a second trip with another photo, and an edit of each third."""
        with requests.Session() as connection:
            while not stop.is_set():
                for sent in _survey():
                    if not self._post(connection, server, sent):
                        return

    def wait_for(self, answers: int) -> None:
        """Until so many more POSTs have been confirmed."""
        goal, deadline = len(self.confirmed) + answers, time.monotonic() + LONGEST_ROUND
        while len(self.confirmed) < goal and time.monotonic() < deadline:
            time.sleep(random.uniform(0.002, 0.02))

    def _post(self, connection: requests.Session, server: LiveServer, sent: Sent) -> bool:
        """False when the server is gone."""
        self.attempted.append(sent)
        path = f"/v1/key/{quote(self.key)}/projects/1/submission?deviceID=collect%3Aabc"
        try:
            answer = connection.post(server.url + path, sent.body, headers={"Content-Type": CONTENT_TYPE}, timeout=30)
        except requests.RequestException:
            return False
        self.answers.add(answer.status_code)
        if answer.status_code == 201:
            self.confirmed.append(sent)
        return True


def _survey() -> Iterator[Sent]:
    root = new_id()
    first, late = random.randbytes(60_000), random.randbytes(20_000)
    xml = household(root, photo="first.jpg")
    yield Sent(root, root, xml, {"first.jpg": first, "shared.csv": b"the same on every phone"})
    yield Sent(root, root, xml, {"late.jpg": late})
    if random.random() < 0.3:
        edit = new_id()
        yield Sent(root, edit, household(edit, replaces=root, photo="first.jpg"), {"new.jpg": late[:100]})


@contextmanager
def sending(phones: Phones, server: LiveServer) -> Iterator[None]:
    """Phones that send all the while until the block ends."""
    stop = Event()
    with ThreadPoolExecutor(PHONES) as threads:
        running = [threads.submit(phones.send_until, server, stop) for _ in range(PHONES)]
        yield
        stop.set()
    for phone in running:
        phone.result()


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    opened = open_services(settings)
    yield opened
    opened.database.dispose()


@pytest.mark.slow
def test_what_was_confirmed_survives_the_death_of_all_processes(
    cast: Cast, settings: Settings, services: Services, tmp_path: Path
) -> None:
    publish(cast.bob)
    phones = Phones(str(cast.chi.key))

    for _ in range(ROUNDS):
        with live_server(settings, tmp_path) as server, sending(phones, server):
            phones.wait_for(random.randint(FEWEST, MOST))
            server.crash()

    with live_server(settings, tmp_path) as server:
        assert lost(server, cast.bob, phones.confirmed) == []
    assert phones.answers == {201}
    assert ROUNDS * FEWEST <= len(phones.confirmed) < len(phones.attempted)
    assert rows_without_object(services) == []
    assert half_kept(services, phones.attempted) == []
    assert database_faults(services) == []


def lost(server: LiveServer, caller: Caller, confirmed: list[Sent]) -> list[str]:
    """What was confirmed and cannot be had back as it was sent."""
    with requests.Session() as connection:
        connection.headers["Authorization"] = f"Bearer {caller.token}"
        return [fault for sent in confirmed for fault in _lost(connection, f"{server.url}{LIST}", sent)]


def _lost(connection: requests.Session, base: str, sent: Sent) -> Iterator[str]:
    version = f"{base}/{sent.root}/versions/{sent.instance_id}"
    if connection.get(f"{version}.xml").content != sent.xml:
        yield f"XML of {sent.instance_id}"
    for name, content in sent.files.items():
        if connection.get(f"{version}/attachments/{name}").content != content:
            yield f"{name} of {sent.instance_id}"


def rows_without_object(services: Services) -> list[str]:
    """Objects that rows speak of and that the store does not hold, or holds otherwise."""
    with services.database.read() as session:
        blobs = session.scalars(select(Blob)).all()
        named = {row.sha256 for row in session.scalars(select(SubmissionAttachment)) if row.sha256 is not None}
    held = {sha256: stat.size for sha256, stat in services.storage.objects()}
    missing = [blob.sha256 for blob in blobs if held.get(blob.sha256) != blob.size]
    broken = [sha256 for sha256 in held if _hash(services, sha256) != sha256]
    return missing + broken + sorted(named - {blob.sha256 for blob in blobs})


def _hash(services: Services, sha256: str) -> str:
    with closing(services.storage.open(sha256)) as chunks:
        return hashlib.sha256(b"".join(chunks)).hexdigest()


def half_kept(services: Services, attempted: list[Sent]) -> list[str]:
    """Versions of which a part is there: another XML, only some of the files of a POST, no entry in the log."""
    with services.database.read() as session:
        xmls = {version.instance_id: version.xml for version in session.scalars(select(SubmissionVersion))}
        pairs = select(SubmissionVersion.instance_id, SubmissionAttachment.name).join(
            SubmissionAttachment, SubmissionAttachment.submission_version_id == SubmissionVersion.id
        )
        files = {tuple(row) for row in session.execute(pairs.where(SubmissionAttachment.sha256.is_not(None)))}
        logged = session.scalar(select(func.count()).where(Audit.action == "submission.create"))
        submissions = session.scalar(select(func.count()).select_from(Submission))
        unfinished = session.scalar(select(func.count()).where(Submission.current_version_id.is_(None)))
    faults = [sent.instance_id for sent in attempted if xmls.get(sent.instance_id, sent.xml) != sent.xml]
    for sent in attempted:
        there = [(sent.instance_id, name) in files for name in sent.files]
        if any(there) != all(there):
            faults.append(f"files of {sent.instance_id}")
    if logged != submissions or unfinished:
        faults.append(f"{submissions} submissions, {logged} in the log, {unfinished} without a version")
    return faults


def database_faults(services: Services) -> list[str]:
    """What SQLite finds wrong in its file; Postgres looks after itself."""
    if not services.database.is_sqlite:
        return []
    with services.database.engine.connect() as connection:
        checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [row for row in checked if row != "ok"] + [str(row) for row in dangling]
