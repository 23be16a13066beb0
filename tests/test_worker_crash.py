"""Worker processes as operators run them: killed while they export, stopped, and several at once."""

import os
import pwd
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.config import Settings
from server.db import utc_now
from server.exports.models import Export
from server.jobs.models import Job
from tests.cast import Cast
from tests.exports.survey import contents
from tests.factories import household, publish, send
from tests.kept import LIST
from tests.live_server import environment
from tests.services import Service, running

EXPORTS = f"{LIST.removesuffix('/submissions')}/exports"
SLOW = """
import sys, time
from server.exports import records
from server.jobs.worker import JobRun
from server.cli.main import main
plain = JobRun.report
def slow(run, *progress):
    time.sleep(0.2)
    plain(run, *progress)
records.PAGE, JobRun.report = 1, slow
sys.argv = ["transect", "worker"]
main()
"""


@contextmanager
def worker(settings: Settings, folder: Path, *, slow: bool = False) -> Iterator[Service]:
    """A worker in a process of its own; a slow one takes a fifth of a second for each submission."""
    folder.mkdir(exist_ok=True)
    program = (
        SLOW if slow else "import sys; from server.cli.main import main; sys.argv = ['transect', 'worker']; main()"
    )
    user = pwd.getpwuid(os.getuid())
    with running([sys.executable, "-c", program], folder, user, signal.SIGTERM, environment(settings)) as service:
        yield service


def job(cast: Cast) -> Job:
    with cast.services.database.read() as session:
        return session.scalars(select(Job)).one()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def asked(cast: Cast, submissions: int = 20, what: str = "csv") -> Any:
    publish(cast.bob)
    for _ in range(submissions):
        send(cast.chi, household())
    return cast.vy.post(f"{EXPORTS}/{what}").json


def content(cast: Cast, export: Any) -> bytes:
    return bytes(cast.vy.get(f"/v1/projects/1/exports/{export['id']}/file").data)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["csv", "xlsx"])
def test_an_export_survives_the_death_of_its_worker(cast: Cast, settings: Settings, tmp_path: Path, what: str) -> None:
    export = asked(cast, what=what)
    with worker(settings, tmp_path / "first", slow=True) as doomed:
        # Until it is in the middle of it.
        until(lambda: job(cast).done > 0)
        os.killpg(doomed.process.pid, signal.SIGKILL)
        doomed.process.wait()
    assert job(cast).state == "running"
    with cast.services.database.write() as session:
        session.execute(update(Job).values(lease_until=utc_now() - timedelta(seconds=1)))

    with worker(settings, tmp_path / "second"), worker(settings, tmp_path / "third"):
        until(lambda: job(cast).state == "done")

    assert job(cast).attempts == 2
    assert contents(content(cast, export)) == contents(cast.vy.get(f"{EXPORTS}/{what}").data)


@pytest.mark.slow
def test_a_worker_that_is_stopped_gives_its_export_back_at_once(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    asked(cast)
    with worker(settings, tmp_path / "first", slow=True) as stopped:
        until(lambda: job(cast).state == "running")
        os.killpg(stopped.process.pid, signal.SIGTERM)
        stopped.process.wait(timeout=10)

    assert (job(cast).state, job(cast).attempts) == ("waiting", 0)


@pytest.mark.slow
def test_two_workers_make_every_export_once(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    asked(cast, submissions=3)
    for _ in range(9):
        cast.vy.post(f"{EXPORTS}/csv.zip")

    with worker(settings, tmp_path / "first"), worker(settings, tmp_path / "second"):
        until(lambda: all_done(cast))

    with cast.services.database.read() as session:
        assert set(session.scalars(select(Job.attempts))) == {1}
        assert None not in set(session.scalars(select(Export.sha256)))


def all_done(cast: Cast) -> bool:
    with cast.services.database.read() as session:
        return set(session.scalars(select(Job.state))) == {"done"}
