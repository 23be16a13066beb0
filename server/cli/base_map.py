"""`transect base-map …`: what all maps of the server stand on."""

from pathlib import Path

import click

from server.base_map.fetching import NotFetched, fetch_tile
from server.base_map.setting import (
    DEFAULT_MAX_ZOOM,
    Ground,
    examine,
    read_ground,
    set_plain_ground,
    set_tile_address,
    set_tile_file,
)
from server.base_map.tile_address import read_tile_address
from server.base_map.tiles import TilePlace, UnusableTiles
from server.cli.opened import opened
from server.permissions import COMMAND_LINE
from server.web.base_map.fault_words import FETCH_FAULTS, TILE_FAULTS

_CHUNK = 1024 * 1024
_attribution = click.option("--attribution", default="", help="Who made the map: shown in its corner.")


@click.group("base-map")
def base_map() -> None:
    """Look after what all maps stand on."""


@base_map.command("show")
def show() -> None:
    """Say what it is."""
    with opened() as services, services.database.read() as session:
        ground = read_ground(session)
    click.echo("plain" if ground is None else _described(ground))


@base_map.command("file")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_attribution
def use_file(path: Path, attribution: str) -> None:
    """Use an MBTiles or PMTiles file, of any size."""
    with opened() as services, services.storage.stage() as staged:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                staged.write(chunk)
        staged.finish()
        try:
            extent, makers = examine(staged)
        except UnusableTiles as fault:
            raise click.ClickException(TILE_FAULTS[fault.fault]) from fault
        services.storage.put(staged)
        with services.database.write() as session:
            credit = attribution or makers
            set_tile_file(session, COMMAND_LINE, staged, extent, name=path.name, attribution=credit)
            ground = read_ground(session)
    if ground is not None:
        click.echo(_described(ground))


@base_map.command("address")
@click.argument("template")
@_attribution
@click.option("--max-zoom", default=DEFAULT_MAX_ZOOM, show_default=True, help="The highest zoom that it has.")
@click.option("--inside", is_flag=True, help="The tile server stands in our own network.")
def use_address(template: str, attribution: str, max_zoom: int, *, inside: bool) -> None:
    """Fetch tiles from another server: `https://tiles.example.org/{z}/{x}/{y}.png`."""
    with opened() as services:
        try:
            address = read_tile_address(template, is_inside=inside)
            with services.database.write() as session:
                set_tile_address(session, COMMAND_LINE, address, max_zoom=max_zoom, attribution=attribution)
        except UnusableTiles as fault:
            raise click.ClickException(TILE_FAULTS[fault.fault]) from fault
    try:
        fetch_tile(address, TilePlace(0, 0, 0))
    except NotFetched as fault:
        click.echo(f"The address is kept, but no tile has come yet. {FETCH_FAULTS[fault.fault]}", err=True)
    else:
        click.echo(f"{address.kind} tiles of {address.host}")


@base_map.command("plain")
def use_plain_ground() -> None:
    """Go back to the plain ground, which needs nothing from anywhere."""
    with opened() as services, services.database.write() as session:
        set_plain_ground(session, COMMAND_LINE)
    click.echo("plain")


def _described(ground: Ground) -> str:
    extent = ground.extent
    place = ground.name if ground.address is None else ground.address.template
    credit = f", {ground.attribution}" if ground.attribution else ""
    return f"{extent.kind} tiles of {place}, zoom {extent.min_zoom} to {extent.max_zoom}{credit}"


COMMANDS = (base_map,)
