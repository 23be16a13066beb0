"""What only a store behind a network can do, or suffer: refused keys, a missing bucket, links."""

import secrets
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import pytest
import requests

from server.storage import ObjectStore, StorageUnavailable, open_storage
from tests.services import S3Server
from tests.storage.objects import UNKNOWN, keep, read

WRONG_SECRET = "wrong-" + "s" * 40


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is taken but refuses connections, so that no other service can appear there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


class CutShort(BaseHTTPRequestHandler):
    """Promises a thousand bytes and hangs up after ten, like a store that dies while it answers."""

    def do_GET(self) -> None:
        self.send_response(206)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name in the base class
        pass


@pytest.fixture
def dying_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), CutShort) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def unconnected(s3_keys: S3Server) -> ObjectStore:
    """A store that has yet to find its keys."""
    return open_storage(s3_keys.storage_url("refused"))


def test_wrong_secret_is_refused_and_not_repeated(unconnected: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", WRONG_SECRET)

    with pytest.raises(StorageUnavailable, match=r"refused the keys .*AWS_SECRET_ACCESS_KEY") as caught:
        unconnected.check()

    assert WRONG_SECRET not in str(caught.value)


def test_unknown_key_is_refused(unconnected: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")

    with pytest.raises(StorageUnavailable, match="refused the keys"):
        unconnected.check()


def test_no_keys_at_all_is_said(unconnected: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(StorageUnavailable, match="needs keys, and none were found"):
        unconnected.check()


@pytest.mark.parametrize("method", ["open", "stat", "delete"])
def test_refused_keys_are_not_taken_for_a_missing_object(
    unconnected: ObjectStore, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", WRONG_SECRET)

    with pytest.raises(StorageUnavailable, match="refused the keys"):
        getattr(unconnected, method)(UNKNOWN)


def test_refused_keys_are_named_when_listing(unconnected: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", WRONG_SECRET)

    with pytest.raises(StorageUnavailable, match="refused the keys"):
        list(unconnected.objects())


@pytest.mark.parametrize("size", [10, 17_000_000])
def test_missing_bucket_is_named(s3_keys: S3Server, size: int) -> None:
    store = open_storage(f"s3://no-such-bucket?endpoint={quote(s3_keys.endpoint)}")

    with pytest.raises(StorageUnavailable, match="no-such-bucket"):
        keep(store, b"x" * size)


def test_missing_bucket_is_not_taken_for_a_missing_object(s3_keys: S3Server) -> None:
    store = open_storage(f"s3://no-such-bucket?endpoint={quote(s3_keys.endpoint)}")

    with pytest.raises(StorageUnavailable, match=r"no-such-bucket .*does not exist"):
        store.open(UNKNOWN)
    with pytest.raises(StorageUnavailable, match=r"no-such-bucket .*does not exist"):
        store.stat(UNKNOWN)


@pytest.mark.usefixtures("s3_keys")
def test_store_that_is_down_is_named(closed_port: int) -> None:
    store = open_storage(f"s3://transect-test?endpoint=http://127.0.0.1:{closed_port}")

    with pytest.raises(StorageUnavailable, match=f"127.0.0.1:{closed_port} failed.*Check the endpoint"):
        store.stat(UNKNOWN)


@pytest.mark.usefixtures("s3_keys")
def test_content_that_breaks_off_is_not_taken_for_the_whole(dying_port: int) -> None:
    store = open_storage(f"s3://transect-test?endpoint=http://127.0.0.1:{dying_port}")

    with pytest.raises(StorageUnavailable, match=f"127.0.0.1:{dying_port} failed"):
        read(store, UNKNOWN)


def test_prefixes_do_not_see_each_other(s3_keys: S3Server) -> None:
    prefix = secrets.token_hex(4)
    outer, inner = (
        open_storage(s3_keys.storage_url(prefix)),
        open_storage(s3_keys.storage_url(f"{prefix}/inner")),
    )
    in_outer, in_inner = keep(outer, b"outer"), keep(inner, b"inner")

    assert [name for name, _ in outer.objects()] == [in_outer]
    assert [name for name, _ in inner.objects()] == [in_inner]


def test_store_without_prefix_works(s3_keys: S3Server) -> None:
    store = open_storage(s3_keys.storage_url(""))
    sha256 = keep(store, b"at the top")

    assert read(store, sha256) == b"at the top"
    assert sha256 in dict(store.objects())


def test_link_gives_the_object_under_its_name_and_type(s3_store: ObjectStore) -> None:
    sha256 = keep(s3_store, b"photo")

    link = s3_store.link(sha256, file_name='ảnh "1".jpg', content_type="image/jpeg", seconds=60)
    answer = requests.get(link or "", timeout=10)

    assert answer.content == b"photo"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E1%BA%A3nh%20%221%22.jpg"


def test_link_that_was_changed_is_refused(s3_store: ObjectStore) -> None:
    sha256, other = keep(s3_store, b"photo"), keep(s3_store, b"another photo")

    link = s3_store.link(sha256, file_name="a.jpg", content_type="image/jpeg", seconds=60) or ""

    assert requests.get(link.replace("X-Amz-Expires=60", "X-Amz-Expires=600"), timeout=10).status_code == 403
    assert requests.get(link.replace(sha256, other), timeout=10).status_code == 403


@pytest.mark.parametrize("seconds", [-1, 0, 604_801])
def test_link_for_an_impossible_time_is_refused(s3_store: ObjectStore, seconds: int) -> None:
    with pytest.raises(ValueError, match="1 to 604800 seconds"):
        s3_store.link(UNKNOWN, file_name="a.jpg", content_type="image/jpeg", seconds=seconds)


def test_link_to_a_malformed_name_is_refused(s3_store: ObjectStore) -> None:
    with pytest.raises(ValueError, match="64 lower-case"):
        s3_store.link("../secret", file_name="a.jpg", content_type="image/jpeg", seconds=60)
