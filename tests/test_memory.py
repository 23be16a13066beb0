"""Memory of the real server does not grow with what phones send or people download."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from server.config import Settings
from tests.cast import Cast
from tests.factories import household, new_id, publish
from tests.kept import item
from tests.live_server import LiveServer, live_server
from tests.phone import CONTENT_TYPE, encoded, file_part, xml_part

MEGABYTE = 1_000_000
ALLOWED = 20 * MEGABYTE
VIDEO = random.Random(1).randbytes(60 * MEGABYTE)
ONE = "uuid:11111111-1111-4111-8111-111111111111"

pytestmark = pytest.mark.slow


@pytest.fixture
def server(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    publish(cast.bob)
    with live_server(settings, tmp_path, workers=1) as server:
        yield server


def peak(server: LiveServer) -> int:
    """The most memory that the worker has had since the last call, in bytes."""
    (worker,) = server.worker_ids()
    status = Path(f"/proc/{worker}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # begin anew, see proc(5)
    return int(line.split()[1]) * 1024


def send(server: LiveServer, cast: Cast, xml: bytes, *files: tuple[str, bytes]) -> int:
    body = encoded(xml_part(xml), *(file_part(name, content) for name, content in files))
    path = f"/v1/key/{quote(str(cast.chi.key))}/projects/1/submission"
    return requests.post(server.url + path, body, headers={"Content-Type": CONTENT_TYPE}, timeout=120).status_code


def warm(server: LiveServer, cast: Cast) -> None:
    """What is loaded with the first large file, and never again."""
    for _ in range(3):
        assert send(server, cast, household(new_id()), ("a.mp4", os.urandom(9 * MEGABYTE))) == 201
    peak(server)


def test_large_file_does_not_fill_the_memory(server: LiveServer, cast: Cast) -> None:
    warm(server, cast)
    before = peak(server)

    assert send(server, cast, household(ONE, photo="a.mp4"), ("a.mp4", VIDEO)) == 201

    assert peak(server) - before < ALLOWED


def test_many_small_files_do_not_fill_the_memory(server: LiveServer, cast: Cast) -> None:
    warm(server, cast)
    before = peak(server)
    photos = [(f"{number}.jpg", VIDEO[number * 900_000 : (number + 1) * 900_000]) for number in range(60)]

    assert send(server, cast, household(ONE), *photos) == 201

    assert peak(server) - before < ALLOWED


def test_upload_and_download_do_not_fill_the_memory(server: LiveServer, cast: Cast) -> None:
    warm(server, cast)
    send(server, cast, household(ONE, photo="a.mp4"))
    before = peak(server)
    url, headers = f"{server.url}{item(ONE)}/attachments/a.mp4", {"Authorization": f"Bearer {cast.bob.token}"}

    uploaded = requests.post(url, VIDEO, headers=headers, timeout=120)
    downloaded = requests.get(url, headers=headers, timeout=120)

    assert uploaded.status_code == 200
    assert downloaded.content == VIDEO
    assert peak(server) - before < ALLOWED
