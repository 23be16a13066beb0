"""Whether whoever asked still waits for the answer: nobody should work for a client that has gone."""

import errno
import select
from collections.abc import Callable

from flask import Request

# The other side has closed; only Linux tells it without reading.
_CLOSED = getattr(select, "POLLRDHUP", select.POLLHUP)


class ClientGone(ConnectionResetError):  # noqa: N818 -- an outcome that callers expect
    """The client has closed the connection before it had its answer; to the server's own ears as if a write failed."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "The client has gone.")


def check_awaited(request: Request) -> Callable[[], None]:
    """Gives what raises ClientGone once the client has gone; under servers that show no socket it never does."""
    socket = request.environ.get("gunicorn.socket")
    if socket is None:
        return lambda: None
    poll = select.poll()
    poll.register(socket, _CLOSED)

    def check() -> None:
        if poll.poll(0):
            raise ClientGone

    return check
