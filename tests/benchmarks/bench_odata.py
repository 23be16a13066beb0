"""How long OData clients wait for a page, at the beginning and deep in the table, and for everything at once.

`python -m tests.benchmarks.bench_odata [submissions]` makes databases of its own, on SQLite and on Postgres.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from server.db import Database, utc_now
from server.exports.odata.feed import stream_feed
from server.exports.odata.service import Options, prepare_feed
from server.forms.models import Form
from tests import services
from tests.benchmarks.bench_export import FORM, SUBMISSIONS, make_world
from tests.benchmarks.big_household import MEMBERS

PAGE = 1000
_ROUNDS = 9


def requests(count: int) -> Iterator[tuple[str, str, Options, int]]:
    """What, from which table, with which options, and how often."""
    members, deep = "Submissions.members", count - 2 * PAGE
    yield "page", "Submissions", Options(top=PAGE), _ROUNDS
    yield "page, deep", "Submissions", Options(top=PAGE, skip=deep), _ROUNDS
    yield "page of a repeat", members, Options(top=PAGE), _ROUNDS
    yield "page of a repeat, deep", members, Options(top=PAGE, skip=deep * MEMBERS), _ROUNDS
    yield "page with repeats", "Submissions", Options(top=PAGE, expand="*"), _ROUNDS
    yield "all with repeats", "Submissions", Options(expand="*"), 1


def measure(database: Database, table: str, options: Options, rounds: int) -> tuple[float, float, int]:
    """Milliseconds of CPU and by the clock, in the middle of the rounds, and the bytes of the document."""
    times = []
    for _ in range(rounds):
        cpu, clock = time.process_time(), time.perf_counter()
        with database.read() as session:
            form = session.get_one(Form, FORM)
            feed = prepare_feed(session, form, table, options, service="x.svc", now=utc_now(), is_draft=False)
        size = sum(map(len, stream_feed(database, feed, lambda token: token)))
        times.append((1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - clock)))
    return statistics.median(cpu for cpu, _ in times), statistics.median(clock for _, clock in times), size


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="transect-bench-")))
        postgres = stack.enter_context(services.postgres_server(is_durable=True))
        urls = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}", "Postgres": services.create_database(postgres)}
        sys.stdout.write(f"{count:,} submissions, {MEMBERS} rows of a repeat in each; pages of {PAGE:,} rows\n")
        for name, url in urls.items():
            database = Database(url)
            make_world(database, count)
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            for what, table, options, rounds in requests(count):
                cpu, clock, size = measure(database, table, options, rounds)
                line = f"{name:>10}{what:>25}{cpu:>9,.0f} ms CPU{clock:>9,.0f} ms clock{size / 1e6:>8.1f} MB\n"
                sys.stdout.write(line)
            database.dispose()


if __name__ == "__main__":
    main()
