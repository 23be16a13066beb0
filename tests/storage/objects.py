"""Put content into a store and read it back, in one word each."""

from contextlib import closing

from server.storage import ObjectStore, StagedFile

MEGABYTE = 1024 * 1024
UNKNOWN = "0" * 64


def stage(store: ObjectStore, content: bytes) -> StagedFile:
    staged = store.stage()
    staged.write(content)
    staged.finish()
    return staged


def keep(store: ObjectStore, content: bytes) -> str:
    with stage(store, content) as staged:
        store.put(staged)
        return staged.sha256


def read(store: ObjectStore, sha256: str, start: int = 0, length: int | None = None) -> bytes:
    with closing(store.open(sha256, start=start, length=length)) as chunks:
        return b"".join(chunks)
