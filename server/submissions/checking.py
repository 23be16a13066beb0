"""Hold an arriving submission against the rules of its form, without ever costing the submission.

A check takes a millisecond or two, but the first of a form has to read its lists from the object storage, and a form
may be written badly. So each check runs in a thread beside the request, which waits for it a moment and no longer. A
check that comes late is kept when it comes, and one that fails leaves the submission "not checked".
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from lxml import etree

from server.db import Database, utc_now
from server.forms.models import FormVersion
from server.storage import ObjectStore
from server.submissions.arrival import Arrival
from server.submissions.compiled_forms import compiled_form
from server.submissions.destination import Destination
from server.xform.check import check_submission
from server.xform.document import local_name
from server.xform.findings import Finding, Level

# To be raised with every change of the engine after which submissions could get other findings.
ENGINE_VERSION: Final = "2"
# The interpreter runs one at a time; a few threads let checks pass one that waits for the object storage.
_THREADS: Final = 4
_COLLECT: Final = "org.odk.collect.android"

CheckState: TypeAlias = Literal["checked", "not_checked", "unverifiable"]

_log = logging.getLogger("transect")
_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="check")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check."""

    state: CheckState
    findings: tuple[Finding, ...] = ()

    @property
    def engine_version(self) -> str | None:
        return None if self.state == "not_checked" or self == ENCRYPTED else ENGINE_VERSION


NOT_CHECKED: Final = Checked("not_checked")
# Nobody but the owner of the key can read the answers.
ENCRYPTED: Final = Checked("unverifiable")


class PendingCheck:
    """A check that may still be under way."""

    def __init__(self, future: Future[Checked]) -> None:
        self._future = future
        self._is_late = False

    def result(self, seconds: float) -> Checked:
        """What came of it, or "not checked" when that takes longer."""
        try:
            return self._future.result(seconds)
        except TimeoutError:
            self._is_late = True
            return NOT_CHECKED

    def when_late(self, keep: Callable[[Checked], None]) -> None:
        """Have `keep` called once with what comes after all; not at all if `result` was in time."""
        if self._is_late:
            self._future.add_done_callback(lambda future: _keep_safely(keep, future.result()))


def begin_check(database: Database, storage: ObjectStore, destination: Destination, arrival: Arrival) -> PendingCheck:
    """Start checking; nobody else may touch the arrival's parsed XML from now on."""
    version = destination.version
    if arrival.head.is_encrypted:
        return _done(ENCRYPTED)
    if version is None:
        return _done(Checked("not_checked", (_unknown_version(arrival),)))
    root, user_agent, now = arrival.root, arrival.sender.user_agent, utc_now()
    return PendingCheck(_pool.submit(check, database, storage, version, root, user_agent=user_agent, received_at=now))


def check(
    database: Database,
    storage: ObjectStore,
    version: FormVersion,
    root: etree._Element,
    *,
    user_agent: str | None,
    received_at: datetime,
) -> Checked:
    """Check one submission now; whatever goes wrong is logged, and the submission counts as not checked."""
    try:
        model = compiled_form(database, storage, version)
        findings = check_submission(model, root, received_at=received_at, zone=UTC, client=_client(user_agent))
    except Exception:  # noqa: BLE001 -- no fault of ours, of a form or of the storage may cost a submission
        _log.exception("a submission to form version %d could not be checked", version.id)
        return NOT_CHECKED
    return Checked("unverifiable" if _met_limit(findings) else "checked", tuple(findings))


def _met_limit(findings: Sequence[Finding]) -> bool:
    """Whether a limit of the engine kept it from some rule, so that no other finding does not mean sound answers."""
    return any(finding.code == "budget" for finding in findings)


def _done(checked: Checked) -> PendingCheck:
    future: Future[Checked] = Future()
    future.set_result(checked)
    return PendingCheck(future)


def _unknown_version(arrival: Arrival) -> Finding:
    path, version = f"/{local_name(arrival.root)}", arrival.head.version
    detail = f"No version “{version}” of this form was ever published here, so its rules are not known."
    return Finding("unknown-version", Level.INFO, path, path, "structure", detail, value=version)


def _client(user_agent: str | None) -> str:
    return "collect" if user_agent is not None and user_agent.startswith(_COLLECT) else ""


def _keep_safely(keep: Callable[[Checked], None], checked: Checked) -> None:
    try:
        keep(checked)
    except Exception:  # noqa: BLE001 -- nobody waits for it any more: the log must have whatever went wrong
        _log.exception("findings that came late could not be kept; they come back with: transect recheck")
