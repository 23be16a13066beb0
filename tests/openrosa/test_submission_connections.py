"""Connections as they are in the field: cut off, falling silent, too slow to be polite. On the real server."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from server.config import Settings
from tests.cast import Cast
from tests.factories import household, publish, send
from tests.kept import file_of, files_of, item, leftovers, listed, xml_of
from tests.live_server import LiveServer, live_server
from tests.phone import CONTENT_TYPE, encoded, file_part, send_body, shown_message, xml_part

ONE = "uuid:11111111-1111-4111-8111-111111111111"
BODY = encoded(xml_part(household(ONE, photo="a.jpg")), file_part("a.jpg", b"photo" * 400_000))


@pytest.fixture
def server(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    publish(cast.bob)
    with live_server(settings, tmp_path, workers=1, threads=2) as server:
        yield server


def begin(server: LiveServer, cast: Cast, *headers: str) -> socket.socket:
    """A POST of a submission whose head has been sent, and nothing of its body."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    first = f"POST /v1/key/{quote(str(cast.chi.key))}/projects/1/submission HTTP/1.1"
    lines = [first, "Host: localhost", f"Content-Type: {CONTENT_TYPE}", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode())
    return connection


def answer_on(connection: socket.socket) -> bytes:
    """All that the server says until it closes the connection or falls silent for a moment."""
    connection.settimeout(10)
    said = b""
    while b"</OpenRosaResponse>" not in said and (more := connection.recv(65536)):
        said += more
    return said


def settled(cast: Cast) -> dict[str, int]:
    """What is left once the server has noticed that its client is gone."""
    deadline = time.monotonic() + 10
    while "staged" in leftovers(cast.services) and time.monotonic() < deadline:
        time.sleep(0.05)
    return leftovers(cast.services)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_connection_that_breaks_off_leaves_nothing_behind(server: LiveServer, cast: Cast, part: float) -> None:
    with closing(begin(server, cast, f"Content-Length: {len(BODY)}")) as connection:
        connection.sendall(BODY[: int(len(BODY) * part)])

    assert settled(cast) == {}
    assert listed(cast.bob) == []


def test_phone_that_was_cut_off_may_send_again(server: LiveServer, cast: Cast) -> None:
    with closing(begin(server, cast, f"Content-Length: {len(BODY)}")) as connection:
        connection.sendall(BODY[:100_000])

    with closing(begin(server, cast, f"Content-Length: {len(BODY)}")) as connection:
        connection.sendall(BODY)
        assert answer_on(connection).startswith(b"HTTP/1.1 201")

    assert file_of(cast.bob, ONE, "a.jpg") == b"photo" * 400_000


def test_phone_that_stops_writing_and_waits_is_told(server: LiveServer, cast: Cast) -> None:
    with closing(begin(server, cast, f"Content-Length: {len(BODY)}")) as connection:
        connection.sendall(BODY[:100_000])
        connection.shutdown(socket.SHUT_WR)

        said = answer_on(connection)

    assert said.startswith(b"HTTP/1.1 400")
    assert b"nothing was kept. Send it again." in said
    assert settled(cast) == {}


def test_body_that_is_too_large_is_refused_before_any_of_it_is_sent(server: LiveServer, cast: Cast) -> None:
    with closing(begin(server, cast, "Content-Length: 1000000000000")) as connection:
        said = answer_on(connection)

    assert said.startswith(b"HTTP/1.1 413")
    assert b"larger than the 101000000 bytes" in said


def test_body_in_chunks_is_taken(server: LiveServer, cast: Cast) -> None:
    with closing(begin(server, cast, "Transfer-Encoding: chunked")) as connection:
        for start in range(0, len(BODY), 300_000):
            piece = BODY[start : start + 300_000]
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

        assert answer_on(connection).startswith(b"HTTP/1.1 201")

    assert xml_of(cast.bob, ONE) == household(ONE, photo="a.jpg")


@pytest.mark.parametrize("end", [b"zz\r\n", b"ffffff\r\nshort", b"0\r\nbad trailer\r\n\r\n", b"5\r\nabcdefgh\r\n"])
def test_chunks_that_are_malformed_are_refused(server: LiveServer, cast: Cast, end: bytes) -> None:
    with closing(begin(server, cast, "Transfer-Encoding: chunked")) as connection:
        connection.sendall(f"{1000:x}\r\n".encode() + BODY[:1000] + b"\r\n" + end)
        connection.shutdown(socket.SHUT_WR)

        assert answer_on(connection).startswith(b"HTTP/1.1 400")

    assert settled(cast) == {}
    assert "unforeseen" not in server.log


def test_upload_that_breaks_off_does_not_replace_a_file(server: LiveServer, cast: Cast) -> None:
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"whole"))
    head = f"POST {item(ONE)}/attachments/a.jpg HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"

    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=20)) as connection:
        connection.sendall(f"{head}Authorization: Bearer {cast.bob.token}\r\n\r\n".encode() + b"half" * 100_000)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")

    assert file_of(cast.bob, ONE, "a.jpg") == b"whole"
    assert files_of(cast.bob, ONE) == {"a.jpg": True}


def test_phone_that_falls_silent_is_given_a_minute(cast: Cast) -> None:
    publish(cast.bob)
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(BODY[:1000])
        theirs.shutdown(socket.SHUT_WR)
        environment = {"gunicorn.socket": ours, "wsgi.input": stream, "CONTENT_LENGTH": str(len(BODY))}

        answer = send_body(cast.chi, b"", environ_overrides=environment | {"wsgi.input_terminated": True})

        assert answer.status_code == 400
        assert "Send it again" in shown_message(answer)
        assert ours.gettimeout() == 60
