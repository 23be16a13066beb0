"""Thumbnails: small, upright, made once, and harmless whatever was sent as a photo."""

import io
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from server.blobs import Blob
from server.db import utc_now
from server.desk.pictures import shrunk
from server.desk.thumbnails import forget_thumbnails, thumbnail
from server.submissions.models import SubmissionAttachment, Thumbnail
from tests.cast import Cast
from tests.desk.surveyed import publish_survey
from tests.factories import send
from tests.web.survey import household, photo


def picture(width: int, height: int, *, orientation: int | None = None, kind: str = "JPEG") -> bytes:
    image = Image.new("RGB", (width, height), "green")
    image.paste("red", (0, 0, width // 2, height))
    written, exif = io.BytesIO(), Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(written, kind, exif=exif)
    return written.getvalue()


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


def test_a_photo_is_cut_to_the_box_or_fitted_into_it() -> None:
    content = picture(3000, 1000)
    filled = opened(shrunk(io.BytesIO(content), (160, 120), fills=True))
    fitted = opened(shrunk(io.BytesIO(content), (1200, 1200), fills=False))
    assert (filled.format, filled.size, fitted.size) == ("WEBP", (160, 120), (1200, 400))


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(shrunk(io.BytesIO(picture(80, 60)), (1200, 1200), fills=False)).size == (80, 60)


def test_a_photo_taken_upright_stands_upright_and_tells_no_place() -> None:
    found = opened(shrunk(io.BytesIO(picture(400, 200, orientation=6)), (1200, 1200), fills=False))
    assert found.size == (200, 400)
    # Turned a quarter to the right, what was on the left is on top.
    red, green, _ = found.convert("RGB").getpixel((100, 50))  # type: ignore[misc]  # three numbers in RGB
    assert red > green
    assert not found.getexif()


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture(40, 40)[:200],
        bomb(),
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
    ],
    ids=["empty", "text", "svg", "cut off", "bomb", "gif head", "jpeg head"],
)
def test_what_is_no_picture_gives_none(content: bytes) -> None:
    assert shrunk(io.BytesIO(content), (160, 120), fills=True) is None


@pytest.fixture
def blobs(cast: Cast) -> dict[str, Blob]:
    """A true photo and one that is none, by name, as a phone sent them."""
    publish_survey(cast)
    sent = household(1)
    assert send(cast.chi, sent.xml, ("house.jpg", photo(1, "tiles")), ("roof.jpg", b"no picture")).status_code == 201
    with cast.services.database.read() as session:
        rows = session.execute(select(SubmissionAttachment.name, Blob).join(SubmissionAttachment.blob))
        return {name: blob for name, blob in rows}  # noqa: C416 -- rows are no pairs to mypy


def thumbnails(cast: Cast) -> int:
    with cast.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Thumbnail)) or 0


def test_a_thumbnail_is_made_once_and_kept_in_the_storage(cast: Cast, blobs: dict[str, Blob]) -> None:
    services = cast.services
    first = thumbnail(services.database, services.storage, blobs["house.jpg"], "small")
    assert first is not None
    services.storage.delete(blobs["house.jpg"].sha256)
    again = thumbnail(services.database, services.storage, blobs["house.jpg"], "small")
    assert again is not None
    assert (again.sha256, thumbnails(cast)) == (first.sha256, 1)
    with services.storage.open(first.sha256) as chunks:
        assert opened(b"".join(chunks)).size == (160, 120)


def test_what_is_no_picture_is_tried_once(cast: Cast, blobs: dict[str, Blob]) -> None:
    services = cast.services
    for _ in range(2):
        assert thumbnail(services.database, services.storage, blobs["roof.jpg"], "small") is None
    assert thumbnails(cast) == 1


def test_a_thumbnail_goes_after_its_photo(cast: Cast, blobs: dict[str, Blob]) -> None:
    services = cast.services
    for blob in blobs.values():
        thumbnail(services.database, services.storage, blob, "small")
    with services.database.write() as session:
        session.execute(update(Blob).where(Blob.sha256 == blobs["house.jpg"].sha256).values(removed_at=utc_now()))
    forget_thumbnails(services.database)
    assert thumbnails(cast) == 1
