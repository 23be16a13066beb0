"""Asking another server for one tile: no longer than some seconds, no further than the address says.

The host is looked up once, and the connection goes to the very address that was looked at: a name cannot lead into
our own network unless the administrator has said that it is there. Redirects are not followed.
"""

import socket
import ssl
import time
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from server.base_map.tile_address import TileAddress
from server.base_map.tiles import MAX_TILE, Tile, TilePlace, recognised

_CONNECT_SECONDS: Final = 4.0
_SECONDS: Final = 8.0
_CHUNK: Final = 64 * 1024
_OK: Final = 200
# What servers say where they have no tile.
_NOTHING: Final = frozenset({204, 404, 410})
_TYPES: Final = frozenset(
    {
        "image/png", "image/jpeg", "image/webp", "application/x-protobuf", "application/protobuf",
        "application/vnd.mapbox-vector-tile", "application/octet-stream", "binary/octet-stream",
    }
)  # fmt: skip
FetchFault = Literal["unreachable", "inside", "redirects", "refuses", "no-tile"]


class NotFetched(Exception):  # noqa: N818 -- weak networks are the rule, not an error
    """No tile came, and why: nobody answers, the address leads `inside`, or something else than a tile was sent."""

    def __init__(self, fault: FetchFault) -> None:
        super().__init__(fault)
        self.fault: FetchFault = fault


def fetch_tile(address: TileAddress, place: TilePlace) -> Tile | None:
    """None where the server has no tile; raise NotFetched for anything else that is no tile of the address's kind."""
    url = urlsplit(address.url(place))
    deadline = time.monotonic() + _SECONDS
    try:
        with _connected(url, is_inside=address.is_inside) as connection:
            return _asked(HTTPConnection(url.hostname or ""), connection, url, address, deadline)
    except (OSError, HTTPException, UnicodeError) as error:
        raise NotFetched("unreachable") from error


def _asked(
    client: HTTPConnection, connection: socket.socket, url: SplitResult, address: TileAddress, deadline: float
) -> Tile | None:
    client.sock = connection
    client.request("GET", f"{url.path or '/'}{f'?{url.query}' if url.query else ''}", headers=_headers(url, address))
    with client.getresponse() as answer:
        content = _body(answer, connection, deadline) if _has_tile(answer) else None
    if content is None:
        return None
    tile = recognised(content)
    if tile is None or tile.kind != address.kind:
        raise NotFetched("no-tile")
    return tile


def _headers(url: SplitResult, address: TileAddress) -> dict[str, str]:
    return {
        "Host": url.netloc,
        "User-Agent": f"Transect/{version('transect')}",
        "Accept-Encoding": "gzip" if address.kind == "vector" else "identity",
        "Connection": "close",
    }


def _has_tile(answer: HTTPResponse) -> bool:
    if answer.status in _NOTHING:
        return False
    if 300 <= answer.status < 400:
        raise NotFetched("redirects")
    if answer.status != _OK:
        raise NotFetched("refuses" if answer.status < 500 else "unreachable")
    if answer.headers.get_content_type() not in _TYPES:
        raise NotFetched("no-tile")
    return True


def _body(answer: HTTPResponse, connection: socket.socket, deadline: float) -> bytes:
    """The whole content; raise NotFetched when it is too large, too slow, or cut off."""
    content = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise NotFetched("unreachable")
        connection.settimeout(left)
        chunk = answer.read1(_CHUNK)
        if not chunk:
            break
        content += chunk
        if len(content) > MAX_TILE:
            raise NotFetched("no-tile")
    if answer.length:
        raise NotFetched("unreachable")
    return bytes(content)


def _connected(url: SplitResult, *, is_inside: bool) -> socket.socket:
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    connection = _first_that_answers(_looked_up(host, port, is_inside=is_inside), port)
    try:
        return connection if url.scheme == "http" else _tls().wrap_socket(connection, server_hostname=host)
    except (OSError, ValueError):
        connection.close()
        raise


def _looked_up(host: str, port: int, *, is_inside: bool) -> list[str]:
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = [text for text in found if may_be_asked(text, is_inside=is_inside)]
    if not allowed:
        raise NotFetched("inside" if found else "unreachable")
    return allowed


def may_be_asked(text: str, *, is_inside: bool) -> bool:
    """Whether this IP address is one of the internet's or, where that was said, one of a network of ours.

    Never one that holds on a single cable: there the machines of a cloud find their own secrets.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or (is_inside and (address.is_private or address.is_loopback))


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    fault = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=_CONNECT_SECONDS)
        except OSError as error:
            fault = error
    raise fault


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
