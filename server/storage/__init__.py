"""Object storage: what is too big for a row, named by the SHA-256 of its content.

`open_storage(url)` gives a folder (`files`) or any S3 (`s3`); callers see only `ObjectStore` and do not ask
which. Who owns an object, what it is called and who may read it is the database's knowledge, not the store's.
"""

from server.storage.address import open_storage
from server.storage.contract import ObjectChunks, ObjectStat, ObjectStore
from server.storage.faults import ObjectMissing, StorageUnavailable
from server.storage.staged import StagedFile

__all__ = [
    "ObjectChunks",
    "ObjectMissing",
    "ObjectStat",
    "ObjectStore",
    "StagedFile",
    "StorageUnavailable",
    "open_storage",
]
