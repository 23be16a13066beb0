"""What is left for phones while somebody exports, and how far SQLite's log grows meanwhile.

The same work without and with exports one after another, in turns, because machines are not equally fast all the
time. A real server (two processes of eight threads) on SQLite and on Postgres; eight phones on the same machine.
"""

import http.client
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from server.accounts.assignments import assign
from server.accounts.sign_in import load_actor, open_session
from server.accounts.users import create_user
from server.app import open_services
from server.config import Settings, load_settings
from server.forms.models import Project
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from tests.benchmarks.bench_intake import environment, post, prepared, send_all
from tests.benchmarks.big_household import FORM_ID, instances
from tests.live_server import LiveServer, live_server
from tests.services import create_database, postgres_server

BEFORE, TURN, TURNS = 2_000, 400, 3
_EXPORTS = ("csv.zip", "xlsx")


def main() -> None:
    sys.stdout.write(f"intake beside exports, {TURNS} turns of {TURN} submissions with {BEFORE} and more there\n")
    with tempfile.TemporaryDirectory(prefix="transect-bench-") as folder:
        _measure("SQLite", load_settings(environment(Path(folder) / "sqlite")), Path(folder))
        with postgres_server(is_durable=True) as postgres:
            ours = environment(Path(folder) / "postgres")
            ours["TRANSECT_DATABASE_URL"] = create_database(postgres)
            _measure("Postgres", load_settings(ours), Path(folder))


def _measure(name: str, settings: Settings, folder: Path) -> None:
    path = prepared(settings)
    token, project_id = _viewer(settings)
    bodies = (post(path, xml) for _, xml in instances(BEFORE + TURNS * TURN * (1 + len(_EXPORTS))))
    rates: dict[str, list[float]] = {what: [] for what in ("alone", *_EXPORTS)}
    log, largest = settings.data_dir / "transect.sqlite3-wal", 0
    with live_server(settings, folder) as server:
        send_all(server.port, list(islice(bodies, BEFORE)))
        for _ in range(TURNS):
            for what, found in rates.items():
                address = f"/v1/projects/{project_id}/forms/{FORM_ID}/exports/{what}"
                with _exporting(server, address if what != "alone" else None, token):
                    requests = list(islice(bodies, TURN))
                    found.append(TURN / send_all(server.port, requests)[1])
                largest = max(largest, log.stat().st_size if log.exists() else 0)
    alone = statistics.median(rates["alone"])
    shown = (
        f"{what} {statistics.median(found):.0f}/s ({statistics.median(found) / alone:.0%})"
        for what, found in rates.items()
    )
    sys.stdout.write(f"{name}: {', '.join(shown)}; log at most {largest / 1e6:.0f} MB\n")
    sys.stdout.flush()


def _viewer(settings: Settings) -> tuple[str, int]:
    """A token of somebody who may read all, and the number of the project."""
    services = open_services(settings)
    with services.database.write() as session:
        user = create_user(session, COMMAND_LINE, email="v@example.org", password=None, display_name="V")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["admin"], user.actor, None)
        token = open_session(session, load_actor(session, user.actor_id)).token
        project_id = session.scalars(select(Project.id)).one()
    services.database.dispose()
    return token, project_id


@contextmanager
def _exporting(server: LiveServer, address: str | None, token: str) -> Iterator[None]:
    """One export after another until the block ends."""
    stop = threading.Event()

    def export() -> None:
        while address is not None and not stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            connection.request("GET", address, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            while answer.read(256 * 1024) and not stop.is_set():
                pass
            connection.close()

    thread = threading.Thread(target=export)
    thread.start()
    yield
    stop.set()
    thread.join()


if __name__ == "__main__":
    main()
