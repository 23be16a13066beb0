"""What pages with maps know of the ground, and where its tiles are."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from server.base_map.setting import read_ground
from server.base_map.tiles import Extent, TilePlace

TILES: Final = "/base-map"


@dataclass(frozen=True, slots=True)
class ShownGround:
    """What a page with a map has to know."""

    tiles: str
    extent: Extent
    attribution: str

    @property
    def described(self) -> dict[str, Any]:
        """For scripts; `tiles` has `{z}`, `{x}` and `{y}` in it."""
        return {
            "tiles": self.tiles,
            "kind": self.extent.kind,
            "minZoom": self.extent.min_zoom,
            "maxZoom": self.extent.max_zoom,
            "bounds": self.extent.bounds,
        }

    def tile(self, place: TilePlace) -> str:
        return self.tiles.format(z=place.z, x=place.x, y=place.y)


def shown_ground(session: Session) -> ShownGround | None:
    ground = read_ground(session)
    if ground is None:
        return None
    return ShownGround(f"{TILES}/{ground.revision}/{{z}}/{{x}}/{{y}}", ground.extent, ground.attribution)
