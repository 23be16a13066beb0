"""What the ground of all maps is, as an administrator has set it."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from server.base_map.files import open_tile_file
from server.base_map.tile_address import TileAddress
from server.base_map.tiles import WORLD, Extent, checked_extent, one_line
from server.blobs import record_blob
from server.permissions import Actor
from server.site_settings import BASE_MAP, SiteSetting, set_file, set_value, unset
from server.storage import StagedFile

DEFAULT_MAX_ZOOM: Final = 19
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Ground:
    """A file, by its SHA-256 and the name that it came with, or an address. `revision` names this choice."""

    extent: Extent
    attribution: str
    revision: str
    sha256: str | None = None
    name: str = ""
    address: TileAddress | None = None


def read_ground(session: Session) -> Ground | None:
    """None for the plain one."""
    setting = session.get(SiteSetting, BASE_MAP)
    value: dict[str, Any] = (setting and setting.value) or {}
    if setting is None or not value:
        return None
    extent = Extent(value["kind"], value["minZoom"], value["maxZoom"], tuple(value["bounds"]))
    address = TileAddress(value["address"], value["isInside"]) if "address" in value else None
    shown = orjson.dumps([value.get("address"), setting.sha256])
    revision = hashlib.sha256(shown).hexdigest()[:12]
    return Ground(extent, value["attribution"], revision, setting.sha256, value.get("name", ""), address)


def examine(staged: StagedFile) -> tuple[Extent, str]:
    """What a received file of tiles holds, and whom it names as its makers; raise UnusableTiles."""
    return open_tile_file(staged.save()).examine()


def set_tile_file(
    session: Session, actor: Actor, staged: StagedFile, extent: Extent, *, name: str, attribution: str
) -> None:
    """Take a file that was examined and put into the object store."""
    value = _value(extent, attribution) | {"name": name[:_LONGEST_NAME]}
    set_file(session, actor, BASE_MAP, value, sha256=record_blob(session, staged))


def set_tile_address(session: Session, actor: Actor, address: TileAddress, *, max_zoom: int, attribution: str) -> None:
    """Raise UnusableTiles for an impossible zoom."""
    extent = checked_extent(address.kind, 0, max_zoom, WORLD)
    more = {"address": address.template, "isInside": address.is_inside}
    set_value(session, actor, BASE_MAP, _value(extent, attribution) | more)


def set_attribution(session: Session, actor: Actor, attribution: str) -> None:
    """Change only what stands in the corner of the map; nothing where there is none."""
    setting = session.get(SiteSetting, BASE_MAP)
    if setting is None or setting.value is None:
        return
    value = setting.value | {"attribution": one_line(attribution)}
    if setting.sha256 is None:
        set_value(session, actor, BASE_MAP, value)
    else:
        set_file(session, actor, BASE_MAP, value, sha256=setting.sha256)


def set_plain_ground(session: Session, actor: Actor) -> None:
    unset(session, actor, BASE_MAP)


def _value(extent: Extent, attribution: str) -> dict[str, Any]:
    return {
        "kind": extent.kind,
        "minZoom": extent.min_zoom,
        "maxZoom": extent.max_zoom,
        "bounds": list(extent.bounds),
        "attribution": one_line(attribution),
    }
