"""How long the pages about a form take among 100,000 submissions: whole requests, in this process.

`python -m tests.benchmarks.bench_pages [submissions] [database URL …]` makes databases of its own on SQLite and on
Postgres, or uses those that it is given: it fills them when they are empty, and leaves them for the next time.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from flask.testing import FlaskClient
from sqlalchemy import make_url

from server.app import create_app
from server.config import load_settings
from server.db import Database
from tests import services
from tests.benchmarks.processes import cpu_seconds
from tests.benchmarks.reviewed_survey import Survey, open_survey
from tests.queries import counted_queries

SUBMISSIONS = 100_000
_ROUNDS = 7


def pages(survey: Survey, count: int) -> dict[str, str]:
    """The addresses by what they show; `{n}` counts up, so that no request is for what the one before was."""
    base, middle = survey.base, count // 2
    review, table, places = f"{base}/review", f"{base}/table", f"{base}/map"
    frequent, rare, none = (
        f"answer=%2F{path}" for path in ("housing%2Froof=rice", "housing%2Frooms=7", "housing%2Froof=gold")
    )
    return {
        "review desk": f"{review}?lang=vi",
        "review desk, all": f"{review}?state=all",
        "review desk, one open": f"{review}?state=all&open=uuid:{middle}",
        "review desk, by finding": f"{review}?state=all&rule=constraint",
        "review desk, by rare finding": f"{review}?state=all&rule=required",
        "review desk, by enumerator": f"{review}?state=all&by=7",
        "review desk, by days": f"{review}?state=all&from=2026-10-01&to=2026-11-10",
        "review desk, search": f"{review}?state=all&q=nong",
        "review desk, search for none": f"{review}?state=all&q=khong+co",
        "review desk, by area": f"{review}?state=all&area=village_7",
        "review desk, frequent answer": f"{review}?state=all&{frequent}",
        "review desk, rarer answer": f"{review}?state=all&{rare}",
        "review desk, no such answer": f"{review}?state=all&{none}",
        "list, deep": f"{review}?part=list&state=all&after={middle}",
        "list, by finding": f"{review}?part=list&state=all&rule=constraint",
        "list, to review by finding": f"{review}?part=list&rule=required",
        "list, no such answer": f"{review}?part=list&state=all&{none}",
        "counts": f"{review}?part=counts",
        "counts, all": f"{review}?part=counts&state=all",
        "counts, by finding": f"{review}?part=counts&state=all&rule=constraint",
        "detail": f"{review}?part=detail&open=uuid:{middle}",
        "detail, edited": f"{review}?part=detail&open=uuid:{middle // 50 * 50}",
        "detail, by finding": f"{review}?part=detail&state=all&rule=required&open=uuid:{middle}",
        "table": table,
        "table, by name": f"{table}?order=name",
        "table, by area": f"{table}?order=area",
        "table, by finding": f"{table}?rule=constraint",
        "map": places,
        "map, by finding": f"{places}?rule=required",
        "photos": f"{base}/photos",
        "photos of one question": f"{base}/photos?question=%2Flocation%2Fdwelling_photo",
        "progress, 7 days": f"{base}/progress?days=7",
        "progress, 28 days": f"{base}/progress?days=28",
        "progress, 90 days": f"{base}/progress?days=90",
        "overview": base,
        "versions": f"{base}/versions",
        "form": f"{base}/draft",
        "data": f"{base}/data",
        "settings": f"{base}/settings",
        "project": base.partition("/forms/")[0],
        "team": f"{base.partition('/forms/')[0]}/team",
        "projects": "/projects",
    }


def measure(client: FlaskClient, token: str, address: str, spent: Callable[[], float]) -> tuple[float, float, float]:
    """Milliseconds by the clock and of CPU, in the middle of the rounds, and those of the database's processes."""
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(address, headers=headers).status_code == 200, address
    times, before = [], spent()
    for _ in range(_ROUNDS):
        cpu, clock = time.process_time(), time.perf_counter()
        client.get(address, headers=headers)
        times.append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)))
    clocks, cpus = zip(*times, strict=True)
    return statistics.median(clocks), statistics.median(cpus), 1000 * (spent() - before) / _ROUNDS


def report(url: str, count: int, folder: str) -> Iterator[list[str]]:
    """The lines of the table for one database."""
    database = Database(url)
    survey = open_survey(database, count)
    database.dispose()
    environment = {
        "TRANSECT_DATA_DIR": folder,
        "TRANSECT_SECRET_KEY": "only for benchmarks",
        "TRANSECT_DATABASE_URL": url,
    }
    app = create_app(load_settings(environment))
    postmaster = None if url.startswith("sqlite") else _postmaster(url)
    yield ["page", "ms", "CPU ms", "database ms", "queries"]
    for name, address in pages(survey, count).items():
        with counted_queries(app.extensions["transect"]) as queries:
            app.test_client().get(address, headers={"Authorization": f"Bearer {survey.token}"})
        spent = (lambda: 0.0) if postmaster is None else (lambda: cpu_seconds(postmaster))
        clock, cpu, theirs = measure(app.test_client(), survey.token, address, spent)
        yield [name, f"{clock:.0f}", f"{cpu:.0f}", f"{theirs:.0f}", str(len(queries))]
    app.extensions["transect"].database.dispose()


def _postmaster(url: str) -> int:
    """The process at the root of the database server, which runs on this machine."""
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        row = connection.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().split()[0])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="transect-bench-"))
        urls = sys.argv[2:]
        if not urls:
            postgres = stack.enter_context(services.postgres_server(is_durable=True))
            urls = [f"sqlite:///{Path(folder) / 'bench.sqlite3'}", services.create_database(postgres)]
        for url in urls:
            load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
            sys.stdout.write(f"{make_url(url).get_backend_name()}, {count:,} submissions; load of the machine {load}\n")
            for line in report(url, count, folder):
                sys.stdout.write(f"{line[0]:<32}" + "".join(f"{cell:>14}" for cell in line[1:]) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
