"""Whatever comes in, the running server answers, and never with a fault of its own."""

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from server.config import Settings
from tests.cast import Caller, Cast
from tests.contract.strange import Request, requests
from tests.contract.world import World
from tests.live_server import LiveServer, live_server
from tests.worlds import Backend

EXAMPLES = 250


@pytest.fixture(scope="module")
def server(
    backend: Backend, filled: tuple[Settings, Cast, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    settings = backend.world(filled[0].database_url)
    with live_server(settings, tmp_path_factory.mktemp("server"), workers=1) as server:
        yield server


def status_of(server: LiveServer, caller: Caller, request: Request) -> int:
    """What this caller is answered."""
    headers = request.headers | ({"Authorization": f"Bearer {caller.token}"} if caller.token else {})
    target = request.target if caller.key is None else request.target.replace("/v1/", f"/v1/key/{caller.key}/", 1)
    # One connection for each: the server closes it after some of these requests.
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request(request.method, target, body=request.body, headers=headers)
        return connection.getresponse().status


@pytest.mark.parametrize("person", ["chi", "alice"])
def test_no_request_makes_the_server_fail(
    server: LiveServer, filled: tuple[Settings, Cast, World], person: str
) -> None:
    _, cast, world = filled

    @settings(
        max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        database=None,
    )  # fmt: skip
    @given(requests(world))
    def ask(request: Request) -> None:
        assert status_of(server, getattr(cast, person), request) < 500, server.log[-2000:]

    ask()
