"""Objects in a bucket of any store that speaks S3: `<prefix>/ab/cd/<sha256>`. The only door to boto3.

Keys are found as boto3 finds them (environment, profile, role of the machine). Uniqueness is the database's
business, so no conditional request is used. A crash in the middle of a large upload leaves parts that nobody
ever sees; a lifecycle rule of the bucket should remove unfinished uploads after a day.
"""

from __future__ import annotations

import base64
import io
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.response import StreamingBody

from server.storage.contract import ObjectChunks, ObjectStat, check_range, named_object, object_key, probe
from server.storage.faults import ObjectMissing, StorageUnavailable
from server.storage.staged import StagedFile

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MULTIPART_FROM = 16 * 1024 * 1024
PARTS = TransferConfig(multipart_threshold=MULTIPART_FROM, multipart_chunksize=8 * 1024 * 1024, max_concurrency=2)
DEFAULT_REGION = "us-east-1"
# Signature version 4 allows no more: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
LONGEST_LINK_SECONDS = 7 * 24 * 60 * 60
MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound"})
PAST_END_CODES = frozenset({"416", "InvalidRange"})
REFUSED_CODES = frozenset({"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})
KEYS_ADVICE = (
    "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the profile or role), and that they may list the "
    "bucket and read, write and delete in it."
)


class S3Store:
    """An ObjectStore in a bucket that exists already; several processes may share it."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None, region: str | None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._region = region or (DEFAULT_REGION if endpoint else None)
        self._place = f"The S3 bucket {bucket} at {endpoint or 'the default endpoint'}"
        self._staging = Path(tempfile.gettempdir())
        self._lock = threading.Lock()
        self._client_of_process: tuple[int, S3Client] | None = None

    def stage(self) -> StagedFile:
        return StagedFile(self._staging, self.put)

    def put(self, staged: StagedFile) -> None:
        # Written even when it is there: that costs no more than asking, and makes it count as put now.
        if staged.size < MULTIPART_FROM:
            self._put_at_once(staged)
        else:
            self._put_in_parts(staged)

    def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> ObjectChunks:
        check_range(start, length)
        if length == 0:
            self.stat(sha256)  # S3 knows no empty range, but a missing object is to be named all the same
            return ObjectChunks(io.BytesIO())
        last = "" if length is None else start + length - 1
        with _faults_named(self._place, sha256):
            try:
                answer = self._client().get_object(
                    Bucket=self._bucket, Key=self._key(sha256), Range=f"bytes={start}-{last}"
                )
            except ClientError as error:
                if _code(error) in PAST_END_CODES:
                    return ObjectChunks(io.BytesIO())
                raise
        return ObjectChunks(_Body(answer["Body"], self._place))

    def stat(self, sha256: str) -> ObjectStat:
        key = self._key(sha256)
        try:
            with _faults_named(self._place, sha256):
                found = self._client().head_object(Bucket=self._bucket, Key=key)
        except ObjectMissing:
            # An answer without a body cannot say whether the object is missing or the whole bucket.
            with _faults_named(self._place):
                self._client().head_bucket(Bucket=self._bucket)
            raise
        return ObjectStat(found["ContentLength"], found["LastModified"].astimezone(UTC))

    def path(self, sha256: str) -> None:
        self.stat(sha256)

    def delete(self, sha256: str) -> None:
        key = self._key(sha256)
        with _faults_named(self._place):
            self._client().delete_object(Bucket=self._bucket, Key=key)

    def link(self, sha256: str, *, file_name: str, content_type: str, seconds: int) -> str | None:
        if not 1 <= seconds <= LONGEST_LINK_SECONDS:
            raise ValueError(f"A link lasts 1 to {LONGEST_LINK_SECONDS} seconds, not {seconds}.")
        wanted = {
            "Bucket": self._bucket,
            "Key": self._key(sha256),
            "ResponseContentType": content_type,
            # RFC 6266, the form that takes any name. Never inline: anyone may have sent the content.
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
        }
        with _faults_named(self._place):
            return self._client().generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def objects(self) -> Iterator[tuple[str, ObjectStat]]:
        with _faults_named(self._place):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for entry in page.get("Contents", []):
                    sha256 = named_object(entry["Key"].removeprefix(self._prefix))
                    if sha256 is not None:
                        yield sha256, ObjectStat(entry["Size"], entry["LastModified"].astimezone(UTC))

    def check(self) -> None:
        probe(self, self._place)

    def _key(self, sha256: str) -> str:
        return self._prefix + object_key(sha256)

    def _put_at_once(self, staged: StagedFile) -> None:
        key = self._key(staged.sha256)
        with _faults_named(self._place), staged.content() as body:
            self._client().put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentLength=staged.size,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(staged.sha256)).decode(),
            )

    def _put_in_parts(self, staged: StagedFile) -> None:
        # By path and not as an open file: boto3 then streams parts from disk instead of holding ten of them.
        path = staged.save()
        with _faults_named(self._place):
            self._client().upload_file(str(path), self._bucket, self._key(staged.sha256), Config=PARTS)
        arrived = self.stat(staged.sha256).size
        if arrived != staged.size:
            raise StorageUnavailable(f"{self._place} kept {arrived} of {staged.size} bytes of an object.")

    def _client(self) -> S3Client:
        """The client of this process: one made before a fork would share its connections with the parent."""
        known = self._client_of_process
        if known is not None and known[0] == os.getpid():
            return known[1]
        with self._lock:
            known = self._client_of_process
            if known is None or known[0] != os.getpid():
                known = (os.getpid(), self._new_client())
                self._client_of_process = known
        return known[1]

    def _new_client(self) -> S3Client:
        config = Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=16,
            # Older stores know neither the newer checksums nor the chunked encoding that carries them. A
            # signed payload has its SHA-256 in the signature, which every store must verify.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if self._endpoint else "auto", "payload_signing_enabled": True},
        )
        return Session().client("s3", region_name=self._region, endpoint_url=self._endpoint, config=config)


class _Body:
    """The body of an answer, whose network faults are named like those of every other call."""

    def __init__(self, body: StreamingBody, place: str) -> None:
        self._body = body
        self._place = place

    def read(self, size: int, /) -> bytes:
        with _faults_named(self._place):
            return self._body.read(size)

    def close(self) -> None:
        self._body.close()


@contextmanager
def _faults_named(place: str, sha256: str | None = None) -> Iterator[None]:
    """Turn what boto3 raises into ObjectMissing (when an object was asked for) or StorageUnavailable."""
    try:
        yield
    except ClientError as error:
        if sha256 is not None and _code(error) in MISSING_CODES:
            raise ObjectMissing(sha256) from error
        raise StorageUnavailable(f"{place} {_refusal(_code(error))}") from error
    except NoCredentialsError as error:
        raise StorageUnavailable(f"{place} needs keys, and none were found. {KEYS_ADVICE}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(f"{place} failed: {error} Check the endpoint, the network and the store.") from error


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _refusal(code: str) -> str:
    if code in REFUSED_CODES:
        return f"refused the keys ({code}). {KEYS_ADVICE}"
    if code == "NoSuchBucket" or code in MISSING_CODES:
        return "does not exist. Create the bucket, or correct the name in the storage address."
    return f"answered {code or 'with an error'}. Check the state of the store."
