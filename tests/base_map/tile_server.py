"""Somebody else's tile server, on this machine: it does what its tests tell it to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from server.base_map.tiles import TilePlace
from tests.base_map.tile_files import packed_vectors, picture


@dataclass
class TileServer:
    """`status`, `headers` and `body` are what it answers in place of a tile; it waits `seconds` before that."""

    port: int
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 0

    @property
    def template(self) -> str:
        return f"http://127.0.0.1:{self.port}/{{z}}/{{x}}/{{y}}.png"


@contextmanager
def tile_server() -> Iterator[TileServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.told = TileServer(server.server_address[1])  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield server.told  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told: TileServer = self.server.told  # type: ignore[attr-defined]
        told.asked.append(self.path)
        told.agents.add(self.headers["User-Agent"])
        time.sleep(told.seconds)
        is_vector = self.path.partition("?")[0].endswith(".pbf")
        z, x, y = (int(part) for part in self.path.partition(".")[0].split("/")[-3:])
        place = TilePlace(z, x, y)
        body = told.body if told.body is not None else packed_vectors(place) if is_vector else picture(place)
        headers = {"Content-Type": "application/x-protobuf" if is_vector else "image/png", **told.headers}
        self.send_response(told.status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""
