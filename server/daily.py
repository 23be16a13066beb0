"""The daily purge, without a second process: a request that comes when it is time starts a thread for it.

The thread works beside the requests, and the database lets one process a day have the chore (see docs/decisions/0006).
"""

import logging
import threading
import time
from datetime import timedelta

from server.chores import claim
from server.http.call import Services
from server.purge.run import purge

CHORE = "purge"
EVERY = timedelta(days=1)
# A server that has just been started has better things to do, and starts may follow each other quickly.
FIRST_LOOK = timedelta(minutes=10)
NEXT_LOOK = timedelta(hours=1)

_log = logging.getLogger("transect")


class DailyPurge:
    """Of one process; `look` is called with every request and nearly always does nothing."""

    def __init__(self, first_look: timedelta = FIRST_LOOK) -> None:
        self._look_at = time.monotonic() + first_look.total_seconds()
        self._lock = threading.Lock()

    def look(self, services: Services) -> threading.Thread | None:
        """Start the purge beside the request when it may be time; returns its thread."""
        if time.monotonic() < self._look_at:
            return None
        with self._lock:
            if time.monotonic() < self._look_at:
                return None
            self._look_at = time.monotonic() + NEXT_LOOK.total_seconds()
        thread = threading.Thread(target=_purge_if_due, args=[services], name="purge", daemon=True)
        thread.start()
        return thread


def _purge_if_due(services: Services) -> None:
    try:
        if claim(services.database, CHORE, EVERY):
            _log.info("daily purge: %s", purge(services.database, services.storage))
    except Exception:  # noqa: BLE001 -- nobody waits for this thread: the log must have whatever went wrong
        _log.exception("the daily purge failed; it is tried again tomorrow, or at once with: transect purge")
