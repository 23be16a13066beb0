"""Addresses of tiles on another server, as an administrator types them."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from server.base_map.tiles import Kind, TilePlace, UnusableTiles

MAX_ADDRESS: Final = 1000
_HOLES: Final = ("{z}", "{x}", "{y}")
_VECTOR_ENDING: Final = re.compile(r"\.(pbf|mvt)$")


@dataclass(frozen=True, slots=True)
class TileAddress:
    """`is_inside`: the administrator says that the host belongs to the server's own network."""

    template: str
    is_inside: bool = False

    @property
    def kind(self) -> Kind:
        return "vector" if _VECTOR_ENDING.search(urlsplit(self.template).path) else "raster"

    @property
    def host(self) -> str:
        return urlsplit(self.template).hostname or ""

    def url(self, place: TilePlace) -> str:
        filled = self.template
        for hole, number in zip(_HOLES, place, strict=True):
            filled = filled.replace(hole, str(number))
        return filled


def read_tile_address(text: str, *, is_inside: bool = False) -> TileAddress:
    """Raise UnusableTiles for what is no address of tiles; names and passwords in it are refused, too."""
    parts = _split(text)
    is_usable = (
        parts is not None
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "{" not in parts.netloc
        and "@" not in parts.netloc
        and not parts.fragment
        and all(text.count(hole) == 1 for hole in _HOLES)
        and len(text) <= MAX_ADDRESS
        and text.isascii()
        and not re.search(r"[\s\x00-\x1f\x7f]", text)
    )
    if not is_usable:
        raise UnusableTiles("no-address")
    if re.search(r"[{}]", re.sub(r"\{[zxy]\}", "", text)):
        raise UnusableTiles("more-holes")
    return TileAddress(text, is_inside)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return None
    return parts if has_port else None
