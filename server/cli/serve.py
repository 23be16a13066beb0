"""`transect serve` and `transect run`: the web server itself."""

import gc
import os
import socket
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from server import migrate
from server.app import create_app
from server.cli.heaps import share_heaps
from server.cli.opened import opened
from server.cli.worker import start_beside
from server.config import load_settings
from server.db import Database
from server.first_start import FirstStart, how_to_begin, prepare_first_start

THREADS = 8
# Long enough for a slow phone's photos; gthread workers go on answering others meanwhile.
TIMEOUT = 120

_host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
_port = click.option("--port", default=8000, show_default=True, help="The port to listen on.")
_workers = click.option("--workers", default=os.cpu_count() or 1, show_default="one a core", help="Processes.")


@click.command()
@_host
@_port
@_workers
def serve(host: str, port: int, workers: int) -> None:
    """Serve; the database must be up to date."""
    with opened() as services:
        origin = services.settings.public_url or f"http://{_reachable(host)}:{port}"
        for line in how_to_begin(services, origin):
            click.echo(line)
    _Gunicorn(host, port, workers).run()


@click.command()
@_host
@_port
@_workers
@click.option("--forms", type=click.Path(path_type=Path, file_okay=False), help="Forms to publish at the first start.")
def run(host: str, port: int, workers: int, forms: Path | None) -> None:
    """Bring the database up to date, prepare it at the first start, and serve, with a worker for jobs beside."""
    database = Database(load_settings().database_url)
    migrate.upgrade(database)
    database.dispose()
    with opened() as services:
        origin = services.settings.public_url or f"http://{_reachable(host)}:{port}"
        _tell(prepare_first_start(services, forms, origin), origin)
    # Before gunicorn has threads, and while nothing is open that two processes must not share.
    start_beside()
    _Gunicorn(host, port, workers).run()


def _tell(start: FirstStart, origin: str) -> None:
    for line in start.lines:
        click.echo(line)
    click.echo(f"\nTransect is at {origin}/  (Ctrl-C stops it)\n")


def _reachable(host: str) -> str:
    """The address to tell people when the server listens on all of them."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only asks the kernel which of our addresses leads outside.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class _Gunicorn(BaseApplication):
    """Gunicorn without its own command line. The app is loaded before forking, so that workers share its memory."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": TIMEOUT,
            # The most that gunicorn can take: exports are filtered by long query strings.
            "limit_request_line": 8190,
            "preload_app": True,
            "when_ready": lambda _server: gc.freeze(),
            "loglevel": "warning",
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 -- gunicorn's advice
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # Flask is a WSGI callable by its class, which the stub does not see
        share_heaps()
        return create_app()


COMMANDS = (serve, run)
