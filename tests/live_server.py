"""The real server as its operators run it: gunicorn with several processes and threads, on a port of its own."""

import http.client
import os
import pwd
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from server.config import Settings
from tests.services import Service, running

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class LiveServer:
    """A running server; `port` is on 127.0.0.1."""

    port: int
    service: Service

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.service.log.read_text()

    def worker_ids(self) -> list[int]:
        """The ids of the processes that answer requests."""
        master = self.service.process.pid
        return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def crash(self) -> None:
        """End all its processes at once, as when the power goes."""
        with suppress(ProcessLookupError):
            os.killpg(self.service.process.pid, signal.SIGKILL)
        self.service.process.wait()


@contextmanager
def live_server(
    settings: Settings, folder: Path, *, workers: int = 2, threads: int = 8, app: str = "wsgi:app"
) -> Iterator[LiveServer]:
    """Serve with these settings; the database must be migrated. `folder` takes the server's log."""
    port = _free_port()
    program = [sys.executable, "-m", "gunicorn", app, "--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}"]
    options = ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command = [*program, *options, "--preload", "--log-level", "warning"]
    user = pwd.getpwuid(os.getuid())
    with running(command, folder, user, signal.SIGTERM, environment(settings)) as service:
        server = LiveServer(port, service)
        service.wait_until(lambda: _answers(port) and len(server.worker_ids()) == workers)
        yield server


def environment(settings: Settings) -> dict[str, str]:
    """What makes a process use these settings."""
    ours = {
        "TRANSECT_DATA_DIR": str(settings.data_dir),
        "TRANSECT_DATABASE_URL": settings.database_url,
        "TRANSECT_STORAGE_URL": settings.storage_url,
        "TRANSECT_SECRET_KEY": settings.secret_key,
    }
    return ours | {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/v1/projects")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
