"""The life of a job, with real workers on a real database."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.db import Database, utc_now
from server.errors import not_found
from server.jobs import queue
from server.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job
from server.jobs.worker import Handler, JobRun, Worker
from server.storage import StorageUnavailable
from tests.at_once import at_once
from tests.cast import Cast


@pytest.fixture
def database(cast: Cast) -> Database:
    return cast.services.database


def add(database: Database, kind: str = "count", **payload: Any) -> int:
    with database.write() as session:
        return queue.enqueue(session, kind, payload).id


def found(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def doubled(run: JobRun) -> dict[str, Any]:
    run.report(1, 1)
    return {"twice": run.payload["number"] * 2}


def endless(run: JobRun) -> dict[str, Any]:
    for step in range(10_000):
        run.report(step, 10_000)
        time.sleep(0.01)
    return {}


def worker(database: Database, handler: Handler = doubled) -> Worker:
    return Worker(database, {"count": handler})


def raising(error: Exception) -> Handler:
    def fail(_run: JobRun) -> dict[str, Any]:
        raise error

    return fail


def until(database: Database, job_id: int, state: str) -> Job:
    deadline = time.monotonic() + 20
    while (job := found(database, job_id)).state != state:
        assert time.monotonic() < deadline, f"still {job.state}"
        time.sleep(0.02)
    return job


def let_lease_run_out(database: Database, job_id: int) -> None:
    with database.write() as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=utc_now() - timedelta(seconds=1)))


def make_due(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Job).values(due_at=utc_now() - timedelta(seconds=1)))


def test_a_job_is_done_and_tells_its_result(database: Database) -> None:
    job_id = add(database, number=21)

    assert worker(database).run_one()

    job = found(database, job_id)
    assert (job.state, job.result, job.done, job.total, job.attempts) == (DONE, {"twice": 42}, 1, 1, 1)
    assert worker(database).run_one() is False


def test_a_job_of_a_transaction_that_was_undone_does_not_exist(database: Database) -> None:
    def add_and_fail() -> None:
        with database.write() as session:
            queue.enqueue(session, "count", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()

    assert worker(database).run_one() is False


def test_an_unfinished_job_is_not_added_twice_under_one_key(database: Database) -> None:
    def add_one() -> int:
        with database.write() as session:
            return queue.enqueue(session, "count", {"number": 1}, dedupe_key="the same").id

    first = add_one()
    assert add_one() == first
    worker(database).run_one()
    assert add_one() != first


def test_several_workers_do_each_job_once(database: Database) -> None:
    done: list[int] = []

    def note(run: JobRun) -> dict[str, Any]:
        done.append(run.payload["number"])
        return {}

    for number in range(30):
        add(database, number=number)

    def work() -> None:
        mine = worker(database, note)
        while mine.run_one():
            pass

    at_once(work, work, work)

    assert sorted(done) == list(range(30))


def test_a_job_whose_worker_died_is_taken_up_by_another(database: Database) -> None:
    job_id = add(database, number=1)
    dead = queue.claim(database)
    assert dead is not None
    assert worker(database).run_one() is False

    let_lease_run_out(database, job_id)
    assert worker(database).run_one()

    assert (found(database, job_id).state, found(database, job_id).attempts) == (DONE, 2)


def test_a_worker_that_was_thought_dead_changes_nothing_any_more(database: Database) -> None:
    job_id = add(database, number=1)
    slow = queue.claim(database)
    assert slow is not None
    let_lease_run_out(database, job_id)
    other = queue.claim(database)
    assert other is not None

    queue.finish(database, slow, {"from": "slow"})

    assert queue.renew(database, slow, 1, 2) is False
    assert found(database, job_id).state == RUNNING
    assert queue.renew(database, other, 1, 2)


def test_a_job_that_kills_its_workers_is_given_up(database: Database) -> None:
    job_id = add(database, number=1)
    for _ in range(queue.MOST_ATTEMPTS):
        assert queue.claim(database) is not None
        let_lease_run_out(database, job_id)

    assert queue.claim(database) is None

    job = found(database, job_id)
    assert job.state == FAILED
    assert "unexpectedly" in str(job.error)


def test_a_fault_of_the_surroundings_is_tried_again_later_and_told_in_the_end(database: Database) -> None:
    job_id = add(database, number=1)
    full = worker(database, raising(StorageUnavailable("The disk is full.")))

    for _ in range(queue.MOST_ATTEMPTS):
        assert found(database, job_id).state == WAITING
        assert full.run_one()
        assert full.run_one() is False
        make_due(database)

    assert (found(database, job_id).state, found(database, job_id).error) == (FAILED, "The disk is full.")


def test_a_refusal_is_final(database: Database) -> None:
    job_id = add(database, number=1)

    worker(database, raising(not_found())).run_one()

    assert (found(database, job_id).state, found(database, job_id).error) == (FAILED, not_found().message)


def test_a_fault_of_the_program_is_not_shown_but_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    job_id = add(database, number=1)

    worker(database, raising(KeyError("a secret"))).run_one()

    assert "a secret" not in str(found(database, job_id).error)
    assert "a secret" in caplog.text


def test_a_waiting_job_that_is_cancelled_is_never_begun(database: Database) -> None:
    job_id = add(database, number=1)
    with database.write() as session:
        queue.cancel(session, job_id)

    assert worker(database).run_one() is False
    assert found(database, job_id).state == CANCELLED


def test_a_running_job_that_is_cancelled_ends_soon(database: Database) -> None:
    job_id = add(database)
    running = threading.Thread(target=worker(database, endless).run_one)
    running.start()
    until(database, job_id, RUNNING)
    with database.write() as session:
        queue.cancel(session, job_id)

    running.join(timeout=5)

    assert not running.is_alive()
    assert found(database, job_id).state == CANCELLED


def test_a_worker_that_has_to_stop_gives_its_job_back(database: Database) -> None:
    job_id = add(database)
    stopping = worker(database, endless)
    running = threading.Thread(target=stopping.run)
    running.start()
    until(database, job_id, RUNNING)

    stopping.stop.set()
    running.join(timeout=5)

    assert not running.is_alive()
    assert (found(database, job_id).state, found(database, job_id).attempts) == (WAITING, 0)


@pytest.mark.parametrize(("state", "may"), [(FAILED, True), (CANCELLED, True), (DONE, False), (RUNNING, False)])
def test_what_failed_or_was_cancelled_can_be_begun_anew(database: Database, state: str, may: bool) -> None:
    job_id = add(database, number=1)
    with database.write() as session:
        session.execute(update(Job).values(state=state, attempts=3))
        assert queue.retry(session, job_id) is may

    assert (found(database, job_id).state == WAITING) is may


def test_progress_is_seen_while_the_job_runs(database: Database) -> None:
    add(database)
    stopping = worker(database, endless)
    running = threading.Thread(target=stopping.run)
    running.start()
    deadline = time.monotonic() + 20
    with_progress = select(Job.done).where(Job.done > 0)
    while time.monotonic() < deadline:
        with database.read() as session:
            if session.scalar(with_progress):
                break
        time.sleep(0.05)
    else:
        pytest.fail("no progress was seen")
    stopping.stop.set()
    running.join()
