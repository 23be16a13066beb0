"""Long answers step aside for others, and end when their client has gone."""

import socket
import time
from collections.abc import Callable

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from server.http.waiting import ClientGone, NoteRequests, between_pages
from tests.cast import Cast
from tests.factories import household, publish, send

WORK = 0.02
PAGES = 5


def asked(app: NoteRequests, **environ: object) -> Request:
    """A request that has gone through the middleware."""
    builder = EnvironBuilder(environ_overrides=environ)
    made = builder.get_environ()
    list(app(made, lambda *_: None))  # type: ignore[arg-type]  # nobody writes an answer
    return Request(made)


def seconds_of(pause: Callable[[int], None], between: Callable[[], object]) -> float:
    """How long the pages of an answer take, each of which is some work of the processor."""
    start = time.monotonic()
    for _ in range(PAGES):
        until = time.thread_time() + WORK
        while time.thread_time() < until:
            pass
        between()
        pause(1)
    return time.monotonic() - start


@pytest.fixture
def noting() -> NoteRequests:
    return NoteRequests(lambda _environ, _start: [])


def test_answer_works_for_a_fifth_of_the_time_while_others_ask(noting: NoteRequests) -> None:
    pause = between_pages(asked(noting))

    assert seconds_of(pause, lambda: asked(noting)) > PAGES * WORK * 4.9


def test_answer_that_nobody_else_waits_for_does_not_pause(
    noting: NoteRequests, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    seconds_of(between_pages(asked(noting)), lambda: None)

    assert pauses == []


def test_answer_ends_when_its_client_has_closed_the_connection(noting: NoteRequests) -> None:
    here, there = socket.socketpair()
    with here:
        pause = between_pages(asked(noting, **{"gunicorn.socket": here}))
        pause(1)
        there.close()

        with pytest.raises(ClientGone):
            pause(1)


@pytest.mark.parametrize("address", [".svc/Submissions", ".svc/Submissions.member?$expand=*", "/submissions.geojson"])
def test_whole_feeds_and_maps_end_when_their_client_has_closed_the_connection(cast: Cast, address: str) -> None:
    publish(cast.bob)
    send(cast.chi, household())
    here, there = socket.socketpair()
    with here:
        there.close()

        begun = cast.vy.get(f"/v1/projects/1/forms/household{address}", environ_overrides={"gunicorn.socket": here})

        with pytest.raises(ClientGone):
            begun.get_data()
