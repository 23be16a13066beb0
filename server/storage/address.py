"""Read a storage address (the TRANSECT_STORAGE_URL setting) and open the store that it names."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from server.storage.contract import ObjectStore
from server.storage.files import FileStore

ALLOWED = "Use file:///absolute/folder, file:relative/folder or s3://bucket/prefix?endpoint=https://host&region=name."
S3_OPTIONS = frozenset({"endpoint", "region"})
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REGION_NAME = re.compile(r"[a-z0-9-]+")


def open_storage(url: str) -> ObjectStore:
    """Open the store at `url`; a folder is created when missing, a bucket is not.

    Raises ValueError for an address that names no store, StorageUnavailable for a folder that cannot be used.
    An S3 is not contacted before its first use: `check` does that.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileStore(_folder(parts))
    if parts.scheme == "s3":
        return _s3_store(parts)
    raise ValueError(f"The storage address starts with {parts.scheme or 'no scheme'!r}. {ALLOWED}")


def _folder(parts: SplitResult) -> Path:
    if parts.netloc or parts.query or parts.fragment or not parts.path:
        raise ValueError(f"A file: storage address is a folder only, without host, ? or #. {ALLOWED}")
    return Path(unquote(parts.path)).absolute()


def _s3_store(parts: SplitResult) -> ObjectStore:
    # The whole address is kept out of these messages: somebody may have put keys into it.
    if "@" in parts.netloc:
        raise ValueError(
            "Keys do not belong in the storage address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile."
        )
    if not BUCKET_NAME.fullmatch(parts.netloc):
        raise ValueError(f"{parts.netloc!r} is not the name of an S3 bucket. {ALLOWED}")
    if parts.fragment:
        raise ValueError(f"An s3: storage address has no # part. {ALLOWED}")
    options = _s3_options(parts.query)
    from server.storage.s3 import S3Store  # noqa: PLC0415 -- boto3 costs 20 MB that a folder store must not pay

    prefix = "/".join(part for part in unquote(parts.path).split("/") if part)
    return S3Store(parts.netloc, prefix, endpoint=options.get("endpoint"), region=options.get("region"))


def _s3_options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(options.keys() - S3_OPTIONS):
        raise ValueError(f"Unknown options in the storage address: {', '.join(unknown)}. {ALLOWED}")
    if "endpoint" in options and not _is_endpoint(options["endpoint"]):
        raise ValueError(f"The endpoint is not http(s)://host[:port], or has keys in it. {ALLOWED}")
    if "region" in options and not REGION_NAME.fullmatch(options["region"]):
        raise ValueError(f"The region is not a name like us-east-1. {ALLOWED}")
    return options


def _is_endpoint(url: str) -> bool:
    parts = urlsplit(url)
    try:
        port_is_valid = parts.port != 0
    except ValueError:
        return False
    return port_is_valid and parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
