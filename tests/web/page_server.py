"""The pages over HTTP from a thread of the test's own process: a browser sees no difference, and it starts at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    # Connections stay open, as they do before the real server.
    protocol_version = "HTTP/1.1"
    # In seconds; a connection that nobody uses any more must not hold up the end.
    timeout = 5

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- werkzeug's signature
        """Say nothing: the browser tells what goes wrong."""


class PageServer:
    """A running server on 127.0.0.1."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"


@contextmanager
def serving(app: Flask) -> Iterator[PageServer]:
    """Serve this app until the block ends, and all that was asked for is answered."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    assert isinstance(server, ThreadingMixIn)
    # So that it waits for them at its end: a late request would write into the world of another test.
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield PageServer(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
