"""A worker: claims jobs one after another and runs their handlers, until it is told to stop.

While a handler works, a thread beside it renews the lease, writes its progress down, and learns whether somebody
wants the job cancelled.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from server.db import Database
from server.errors import Problem
from server.jobs import queue
from server.jobs.models import Job
from server.storage import StorageUnavailable

POLL_SECONDS = 1.0
_BEAT_SECONDS = 1.0

_log = logging.getLogger("transect")


class JobEnded(BaseException):
    """Goes through a handler, which must not catch it: the job was cancelled, or its worker has to stop."""


class JobRun:
    """One attempt at a job, as its handler sees it."""

    def __init__(self, job: Job, stop: threading.Event) -> None:
        self.job = job
        self.is_lost = threading.Event()
        self._stop = stop
        self._done = job.done
        self._total = job.total

    @property
    def payload(self) -> dict[str, Any]:
        return self.job.payload

    @property
    def progress(self) -> tuple[int, int | None]:
        return self._done, self._total

    def report(self, done: int, total: int | None) -> None:
        """Say how far the work is; costs nothing and must be said often. Raises JobEnded when it is to end here."""
        self._done, self._total = done, total
        if self.is_lost.is_set() or self._stop.is_set():
            raise JobEnded


Handler = Callable[[JobRun], dict[str, Any]]


class Worker:
    """`handlers` by kind of job; each gives the job's result."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._handlers = handlers
        self.stop = threading.Event()

    def run(self, may_go_on: Callable[[], bool] = lambda: True) -> None:
        """Work until `stop` is set, or `may_go_on` says no between two jobs."""
        while not self.stop.is_set() and may_go_on():
            try:
                had_work = self.run_one()
            except Exception:  # noqa: BLE001 -- the database may be away for a while, and the worker must outlast that
                _log.exception("the worker could not look after its jobs; it tries again")
                had_work = False
            if not had_work:
                self.stop.wait(POLL_SECONDS)

    def run_one(self) -> bool:
        """Run a job if any is due; False when none is."""
        job = queue.claim(self._database)
        if job is None:
            return False
        run = JobRun(job, self.stop)
        with self._heartbeat(run):
            end = self._attempt(run)
        end()
        return True

    def _attempt(self, run: JobRun) -> Callable[[], None]:
        """Do the work; gives what is to be written about it when the heartbeat has ended."""
        job, database = run.job, self._database
        try:
            result = self._handlers[job.kind](run)
        except JobEnded:
            ending = queue.end_cancelled if run.is_lost.is_set() else queue.release
            return lambda: ending(database, job)
        except Problem as problem:
            message = problem.message
            return lambda: queue.fail(database, job, message, is_final=True)
        except (StorageUnavailable, OSError) as error:
            _log.error("job %s (%s): %s", job.id, job.kind, error)
            reason = str(error)
            return lambda: queue.fail(database, job, reason, is_final=False)
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises must not end the worker; the log has it
            _log.exception("job %s (%s) failed", job.id, job.kind)
            reason = f"{type(error).__name__}: the server's log has the cause under job {job.id}."
            return lambda: queue.fail(database, job, reason, is_final=False)
        return lambda: self._finish(run, result)

    def _finish(self, run: JobRun, result: dict[str, Any]) -> None:
        done, total = run.progress
        queue.renew(self._database, run.job, done, total)
        queue.finish(self._database, run.job, result)

    @contextmanager
    def _heartbeat(self, run: JobRun) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=(run, ended), name=f"job-{run.job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, run: JobRun, ended: threading.Event) -> None:
        while not ended.wait(_BEAT_SECONDS):
            try:
                if not queue.renew(self._database, run.job, *run.progress):
                    run.is_lost.set()
                    return
            except Exception:  # noqa: BLE001 -- the lease lasts for some beats more, and then another takes over
                _log.exception("job %s: its lease could not be renewed", run.job.id)
