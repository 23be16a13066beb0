"""Make small pictures of photos that strangers sent: bounded in size, memory and format, and upright.

What a phone's camera writes is taken; whatever else claims to be a picture gives none.
"""

import io
from typing import BinaryIO, Final

from PIL import Image, ImageOps

# A phone takes 12 to 50 million pixels today; each is four bytes while the picture is made smaller.
MAX_PIXELS: Final = 60_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY: Final = 78
# The size is checked here, before anything is unpacked; Pillow's own limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def shrunk(photo: BinaryIO, box: tuple[int, int], *, fills: bool) -> bytes | None:
    """As WebP, inside the box or, when it `fills`, cut to it; None when it is no picture that can be shown."""
    try:
        with Image.open(photo, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            return _webp(image, box, fills=fills)
    except Exception:  # noqa: BLE001 -- decoders fail on hostile files in ways that nobody has listed
        return None


def _webp(image: Image.Image, box: tuple[int, int], *, fills: bool) -> bytes:
    # JPEGs can be unpacked at an eighth of their size; twice the box leaves enough for a clean picture.
    longest = 2 * max(box)
    image.draft("RGB", (longest, longest))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    if fills:
        upright = ImageOps.fit(upright, box, Image.Resampling.LANCZOS)
    else:
        upright.thumbnail(box, Image.Resampling.LANCZOS)
    written = io.BytesIO()
    # Without the photo's EXIF: a small picture need not tell where it was taken.
    upright.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()
