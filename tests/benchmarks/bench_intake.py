"""What a phone costs: taking in submissions without and with a photo, and the form list of a large project.

A real server (two processes of eight threads) on SQLite and on Postgres, both durable, with a folder for objects;
eight phones at once, on the same machine.
"""

import http.client
import queue
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg

from server import migrate
from server.accounts.app_users import create_app_user
from server.accounts.assignments import assign
from server.app import open_services
from server.config import Settings, load_settings
from server.forms.projects import create_project
from server.forms.publish import create_form, publish_draft
from server.forms.upload import read_upload
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from tests.benchmarks.big_household import form_xml, instances
from tests.benchmarks.processes import cpu_seconds, memory_megabytes
from tests.factories import household_form
from tests.live_server import LiveServer, live_server
from tests.services import PostgresServer, create_database, postgres_server

PHONES = 8
PHOTO_BYTES = 200_000
SUBMISSIONS, WITH_PHOTO = 2_000, 500
FORMS, LISTS = 200, 400
_BOUNDARY = "transect-benchmark"

Request = tuple[str, str, bytes, dict[str, str]]


def main() -> None:
    _print("", "n", "per s", "p50 ms", "p99 ms", "server ms", "database ms")
    with tempfile.TemporaryDirectory(prefix="transect-bench-") as folder:
        _measure("SQLite", load_settings(environment(Path(folder) / "sqlite")), Path(folder), None)
        with postgres_server(is_durable=True) as postgres:
            ours = environment(Path(folder) / "postgres")
            ours["TRANSECT_DATABASE_URL"] = create_database(postgres)
            _measure("Postgres", load_settings(ours), Path(folder), _postmaster(postgres))


def environment(data_dir: Path) -> dict[str, str]:
    return {"TRANSECT_DATA_DIR": str(data_dir), "TRANSECT_SECRET_KEY": "only for benchmarks"}


def _measure(name: str, settings: Settings, folder: Path, database_id: int | None) -> None:
    path = prepared(settings)
    with live_server(settings, folder) as server:
        idle = memory_megabytes(server.service.process.pid)
        bodies = list(instances(SUBMISSIONS + WITH_PHOTO))
        plain = [post(path, xml) for _, xml in bodies[:SUBMISSIONS]]
        photos = [post(path, xml, photo=_photo(number)) for number, (_, xml) in enumerate(bodies[SUBMISSIONS:])]
        lists: list[Request] = [("GET", f"{path}/formList", b"", {"X-OpenRosa-Version": "1.0"})] * LISTS
        _run(server, database_id, lists[:PHONES])  # the first requests open connections
        for what, requests in (("3.4 kB", plain), ("+ 200 kB photo", photos), (f"list of {FORMS} forms", lists)):
            _print(f"{name}, {what}", *_run(server, database_id, requests))
        after = memory_megabytes(server.service.process.pid)
        sys.stdout.write(f"{name}: memory of all server processes {idle:.0f} MB idle, {after:.0f} MB after\n")


def prepared(settings: Settings) -> str:
    """A project with the survey, many other forms and a phone's key; gives the phone's path."""
    services = open_services(settings)
    migrate.upgrade(services.database)
    documents = [form_xml(), *(household_form(f"form_{number}") for number in range(1, FORMS))]
    with services.database.write() as session:
        project = create_project(session, COMMAND_LINE, name="Benchmark")
        phone = create_app_user(session, COMMAND_LINE, project.id, "Phone")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["app-user"], phone.actor, project)
        for xml in documents:
            upload = read_upload(xml, claims_workbook=False, fallback_id=None)
            form = create_form(session, COMMAND_LINE, project, upload, files={}, ignore_warnings=True)
            publish_draft(session, COMMAND_LINE, form)
        path = f"/v1/key/{phone.token}/projects/{project.id}"
    services.database.dispose()
    return path


def post(path: str, xml: bytes, *, photo: bytes | None = None) -> Request:
    parts = [_part("xml_submission_file", "submission.xml", xml)]
    if photo is not None:
        parts.append(_part("photo.jpg", "photo.jpg", photo))
    body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}", "X-OpenRosa-Version": "1.0"}
    return "POST", f"{path}/submission", body, headers


def _part(name: str, file_name: str, content: bytes) -> bytes:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def _photo(number: int) -> bytes:
    """Every one different, as photos are."""
    return b"\xff\xd8\xff\xe0" + random.Random(number).randbytes(PHOTO_BYTES - 4)


def _run(server: LiveServer, database_id: int | None, requests: list[Request]) -> tuple[str, ...]:
    """Send all requests from eight connections; gives the cells of a line."""
    watched = [server.service.process.pid, *([database_id] if database_id else [])]
    before = [cpu_seconds(pid) for pid in watched]
    latencies, seconds = send_all(server.port, requests)
    used = [1000 * (cpu_seconds(pid) - spent) / len(requests) for pid, spent in zip(watched, before, strict=True)]
    p99 = latencies[int(0.99 * len(latencies))]
    figures = (len(requests) / seconds, 1000 * statistics.median(latencies), 1000 * p99, *used)
    return (str(len(requests)), *(f"{figure:.1f}" for figure in figures))


def send_all(port: int, requests: list[Request]) -> tuple[list[float], float]:
    """The latencies, shortest first, and how long all took, in seconds."""
    waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
    for request in requests:
        waiting.put(request)
    latencies: list[float] = []
    failures: list[str] = []

    def phone() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            try:
                request = waiting.get_nowait()
            except queue.Empty:
                break
            start = time.perf_counter()
            connection.request(*request)
            answer = connection.getresponse()
            answer.read()
            latencies.append(time.perf_counter() - start)
            if answer.status not in {200, 201}:
                failures.append(f"{request[0]} {answer.status}")
        connection.close()

    phones = [threading.Thread(target=phone) for _ in range(PHONES)]
    begun = time.perf_counter()
    for thread in phones:
        thread.start()
    for thread in phones:
        thread.join()
    seconds = time.perf_counter() - begun
    if failures or len(latencies) != len(requests):
        raise RuntimeError(f"{len(requests) - len(latencies)} requests lost, refused: {failures[:5]}")
    return sorted(latencies), seconds


def _postmaster(postgres: PostgresServer) -> int:
    """The process at the root of the database server."""
    url = postgres.admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().split()[0])


def _print(*cells: str) -> None:
    sys.stdout.write(f"{cells[0]:<28}" + "".join(f"{cell:>13}" for cell in cells[1:]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
