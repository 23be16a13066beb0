"""Which storage addresses are understood, and what is said about the others."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.storage import open_storage
from tests.storage.objects import keep

OPEN_FOLDER = """
import sys
from server.storage import open_storage
open_storage(sys.argv[1]).check()
sys.exit(int("boto3" in sys.modules))
"""


def test_relative_folder_is_under_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_storage("file:var/objects")
    monkeypatch.chdir("/")

    sha256 = keep(store, b"photo")

    assert (tmp_path / "var" / "objects" / sha256[:2] / sha256[2:4] / sha256).exists()


def test_folder_with_spaces_and_accents_is_found(tmp_path: Path) -> None:
    open_storage(f"file://{tmp_path}/d%E1%BB%AF%20li%E1%BB%87u").check()

    assert (tmp_path / "dữ liệu").is_dir()


def test_folder_store_does_not_load_boto3(tmp_path: Path) -> None:
    opened = subprocess.run([sys.executable, "-c", OPEN_FOLDER, f"file://{tmp_path}/objects"], check=False)

    assert opened.returncode == 0


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "starts with 'no scheme'"),
        ("/var/objects", "starts with 'no scheme'"),
        ("http://host/bucket", "starts with 'http'"),
        ("file:", "a folder only"),
        ("file://", "a folder only"),
        ("file://server/share", "a folder only"),
        ("file:///var/objects?mode=1", "a folder only"),
        ("file:///var/objects#1", "a folder only"),
        ("s3:", "not the name of an S3 bucket"),
        ("s3:///prefix", "not the name of an S3 bucket"),
        ("s3://Bucket/prefix", "not the name of an S3 bucket"),
        ("s3://bucket:9000/prefix", "not the name of an S3 bucket"),
        ("s3://bucket?endpoint=localhost:9000", "The endpoint is not"),
        ("s3://bucket?endpoint=", "The endpoint is not"),
        ("s3://bucket?endpoint=ftp://host", "The endpoint is not"),
        ("s3://bucket?endpoint=http://", "The endpoint is not"),
        ("s3://bucket?endpoint=http://host:notaport", "The endpoint is not"),
        ("s3://bucket?region=", "The region is not"),
        ("s3://bucket?region=a%0d%0ab", "The region is not"),
        ("s3://bucket?endpont=http://host", "Unknown options .* endpont"),
        ("s3://bucket#prefix", "no # part"),
    ],
)
def test_other_address_is_refused_with_what_is_allowed(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        open_storage(url)

    assert "s3://bucket/prefix" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:hunter2@bucket",
        "s3://bucket?endpoint=https://key:hunter2@host",
        "s3://bucket?secret=hunter2",
    ],
)
def test_keys_in_the_address_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"s3|[Kk]eys") as caught:
        open_storage(url)

    assert "hunter2" not in str(caught.value)
