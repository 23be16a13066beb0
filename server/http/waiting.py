"""Who waits: the client of a long answer, which may have gone, and others, who go first.

Python runs one thread at a time, and machines are small. An export at full speed would take half of what phones get,
so it works for a fifth of the time for as long as others ask for something.
"""

import errno
import mmap
import select
import struct
import sys
import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Request

# The other side has closed; only Linux tells it without reading.
_CLOSED = getattr(select, "POLLRDHUP", select.POLLHUP)
# How long to step aside for each second of work, and at most at once, in seconds.
_ASIDE = 4
_LONGEST = 2.0
# A thread that waits for a processor keeps others waiting too; one that waits for its client does not.
_MOST_WAITING = 3
_KEY = "transect.last_request"
# Seconds. By itself a thread that computes keeps one whose file or database has answered waiting for 5 ms, each time.
_LONGEST_TURN = 0.001


def take_short_turns() -> None:
    """Let the threads of this process wait less for each other."""
    sys.setswitchinterval(_LONGEST_TURN)


class ClientGone(ConnectionResetError):  # noqa: N818 -- an outcome that callers expect
    """The client has closed the connection before it had its answer; to the server's own ears as if a write failed."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "The client has gone.")


class LastRequest:
    """When somebody last asked; processes that are forked from this one share it."""

    _moment = struct.Struct("d")

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, self._moment.size)

    def note(self) -> None:
        self._moment.pack_into(self._shared, 0, time.monotonic())

    def is_after(self, moment: float) -> bool:
        """By the clock `time.monotonic`."""
        return bool(self._moment.unpack_from(self._shared)[0] > moment)


class NoteRequests:
    """WSGI middleware that notes when somebody asks."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._last = LastRequest()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._last.note()
        environ[_KEY] = self._last
        return self._app(environ, start_response)


def between_pages(request: Request) -> Callable[[int], None]:
    """What to call after each page of a long answer: steps aside for others, and raises ClientGone."""
    last: LastRequest = request.environ[_KEY]
    poll = select.poll()
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        poll.register(socket, _CLOSED)
    before = time.monotonic()
    since = before, time.thread_time()

    def pause(_done: int) -> None:
        nonlocal before, since
        now = time.monotonic()
        if last.is_after(before):
            time.sleep(min(_ASIDE * _worked(*since), _LONGEST))
        # Whoever asks during the pause counts too.
        before, since = now, (time.monotonic(), time.thread_time())
        if poll.poll(0):
            raise ClientGone

    return pause


def _worked(clock: float, processor: float) -> float:
    """Seconds in which others were kept waiting."""
    return min(time.monotonic() - clock, _MOST_WAITING * (time.thread_time() - processor))
