"""Both kinds of store, empty; a fresh folder, and a prefix in one S3 server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage import ObjectStore, open_storage
from tests.services import S3Server, s3_server


@pytest.fixture(scope="session")
def s3_service() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def s3_keys(s3_service: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, with the right keys in the environment."""
    for name, value in s3_service.environment().items():
        monkeypatch.setenv(name, value)
    return s3_service


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"file://{tmp_path}/objects"


@pytest.fixture
def file_store(file_url: str) -> ObjectStore:
    return open_storage(file_url)


@pytest.fixture(scope="session")
def s3_connected(s3_service: S3Server) -> ObjectStore:
    """One store for all tests: to connect anew for each would take most of their time."""
    store = open_storage(s3_service.storage_url("shared/by-tests"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_service.environment().items():
            patch.setenv(name, value)
        store.check()
    return store


@pytest.fixture
def s3_store(s3_connected: ObjectStore) -> Iterator[ObjectStore]:
    yield s3_connected
    for sha256, _ in list(s3_connected.objects()):
        s3_connected.delete(sha256)


@pytest.fixture(params=["file_store", "s3_store"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    chosen: ObjectStore = request.getfixturevalue(request.param)
    return chosen
