"""Media types by file name. Phones' own types vary with the Android version, so the name is trusted first."""

from mimetypes import MimeTypes

# Only Python's own table: the same answer on every machine.
_TYPES = MimeTypes(filenames=())
_MORE = {
    ".amr": "audio/amr", ".oga": "audio/ogg", ".ogg": "audio/ogg", ".opus": "audio/ogg",
    ".ogv": "video/ogg", ".webm": "video/webm",
    ".m4a": "audio/mp4", ".3gp": "video/3gpp", ".3gpp": "video/3gpp", ".heic": "image/heic", ".webp": "image/webp",
    ".geojson": "application/geo+json", ".csv": "text/csv", ".enc": "application/octet-stream",
}  # fmt: skip
for _extension, _kind in _MORE.items():
    _TYPES.add_type(_kind, _extension)

UNKNOWN = "application/octet-stream"
_LONGEST = 255


def type_by_name(name: str) -> str | None:
    return _TYPES.guess_type(name, strict=True)[0]


def usable_type(given: str | None) -> str | None:
    """The type in a client's Content-Type, without its parameters; None for what is no media type."""
    plain = (given or "").partition(";")[0].strip().lower()
    return plain if plain.count("/") == 1 and plain.isprintable() and len(plain) <= _LONGEST else None


def content_type_of(name: str, given: str | None) -> str:
    """The type that the name tells, else what the client gave, else unknown bytes."""
    return type_by_name(name) or usable_type(given) or UNKNOWN
