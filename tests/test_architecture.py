"""Rules that hold for the whole of the source: who may import what, who may use a route, errors, schema, addresses."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from inspect import Parameter, getmembers, isfunction, signature
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response
from sqlalchemy import CheckConstraint, inspect

from server import api, errors, openrosa, web
from server.app import create_app
from server.config import Settings
from server.db import Base, Database
from server.errors import Problem
from server.http.json import write_problem_json
from server.http.routes import Route
from server.migrate import MIGRATIONS, upgrade
from server.openrosa.protocol import write_problem
from tests.cast import Cast
from tests.imports import ROOT, forbidden_imports, modules
from tests.services import create_database, postgres_server
from tests.worlds import Backend

DECLARED = [*api.routes.declared, *openrosa.routes.declared, *web.routes.declared]
REFUSED = {401, 403, 404}
SOURCES = ("server", "forms", "migrations", "tests", "docs")
# Written in pieces, so that this file does not mention them itself.
UNWANTED = re.compile(
    "|".join(
        ["pypi" + r"\.org", "python" + "hosted", "npm" + "js", "yarn" + "pkg", "/Us" + r"ers/\w", re.escape(f"{ROOT}/")]
    )
)


def test_imports_point_down() -> None:
    assert [fault for name, source in modules().items() for fault in forbidden_imports(name, source)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("server.forms.publish", "from server.api.routes import routes"),
        ("server.forms.publish", "import server.submissions.find"),
        ("server.api.forms", "from server.openrosa import protocol"),
        ("server.api.forms", "from server import web"),
        ("server.accounts.users", "def f():\n    from server.forms.models import Form"),
        ("server.db", "from server.accounts.models import User"),
        ("server.storage.files", "from server.http.call import Call"),
        ("server.xform.instance", "from server.errors import Problem"),
        ("server.xpath.parser", "from server.xform.fields import Field"),
        ("server.xpath.parser", "import sqlalchemy"),
        ("server.forms.publish", "import pyxform"),
        ("server.forms.publish", "from flask import request"),
        ("server.storage.files", "from boto3.session import Session"),
        ("server.submissions.find", "from marshmallow import fields"),
        ("server.forms.publish", "import numpy"),
        ("server.unheard_of", ""),
    ],
)
def test_import_that_points_up_is_seen(module: str, source: str) -> None:
    assert forbidden_imports(module, source) != []


def undeclared(app: Flask) -> list[str]:
    """Rules that come from no declared route with an access of its own."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if _route_of(app, rule.endpoint) not in DECLARED or rule.methods is None or "OPTIONS" in rule.methods
    ]


def _route_of(app: Flask, endpoint: str) -> Route | None:
    view = app.view_functions[endpoint]
    return view.args[0] if isinstance(view, partial) else None


def test_every_rule_comes_from_a_declared_route(app: Flask) -> None:
    assert undeclared(app) == []
    assert len(list(app.url_map.iter_rules())) == len(DECLARED)


def test_rule_that_is_added_by_hand_is_seen(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/v1/by-hand", view_func=Response)

    assert undeclared(app) == ["/v1/by-hand"]


@pytest.mark.parametrize("route", DECLARED, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_says_who_may_use_it_or_why_anybody_may(route: Route) -> None:
    assert bool(route.access.verbs) != bool(route.access.why_open)


@pytest.mark.parametrize(
    "route", [route for route in DECLARED if route.method == "GET"], ids=lambda route: f"GET {route.path}"
)
def test_no_route_writes_on_get(route: Route) -> None:
    # Other sites can make a signed-in browser GET anything: its cookie comes along.
    assert route.transaction != "write"
    assert route.form_limit is None


@pytest.fixture(scope="module")
def strangers(backend: Backend, gathered: tuple[str, Cast]) -> Iterator[Cast]:
    """One world for all routes, because nobody here may change anything."""
    template, cast = gathered
    app = create_app(backend.world(template))
    yield cast.on(app)
    app.extensions["transect"].database.dispose()


def filled(path: str) -> str:
    """A path that names project 1 and otherwise what is not there."""
    path = path.replace("<int:project_id>", "1")
    return re.sub(r"<(\w+)>", "none", re.sub(r"<int:\w+>", "1", path))


@pytest.mark.parametrize(
    "route", [route for route in DECLARED if route.access.verbs], ids=lambda route: f"{route.method} {route.path}"
)
def test_route_refuses_whoever_lacks_the_right(strangers: Cast, route: Route) -> None:
    path = filled(route.path)

    assert strangers.nobody.send(route.method, path).status_code in {401, 404}
    assert strangers.dee.send(route.method, path).status_code in {403, 404}
    assert strangers.quan.send(route.method, path.replace("/projects/2", "/projects/1")).status_code in REFUSED


@pytest.mark.parametrize(
    "route",
    [route for route in DECLARED if route.access.why_open and route.access.needs_sign_in],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_route_for_anybody_signed_in_refuses_nobody(strangers: Cast, route: Route) -> None:
    assert strangers.nobody.send(route.method, filled(route.path)).status_code in {401, 404}


@pytest.mark.parametrize(
    "route", [route for route in DECLARED if route.access.why_open], ids=lambda route: f"{route.method} {route.path}"
)
def test_open_route_does_not_fail(strangers: Cast, route: Route) -> None:
    assert strangers.nobody.send(route.method, filled(route.path)).status_code < 500
    assert strangers.dee.send(route.method, filled(route.path)).status_code < 500


def codes() -> list[str]:
    """The codes as the catalogue writes them; a maker that builds on another has none of its own."""
    calls = [node for node in ast.walk(ast.parse(Path(errors.__file__).read_text())) if isinstance(node, ast.Call)]
    made = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Problem"]
    return [ast.literal_eval(code) for code in made]


def problems() -> list[Problem]:
    """One of each failure in the catalogue."""
    makers = [maker for _, maker in getmembers(errors, isfunction) if maker.__module__ == errors.__name__]
    return [maker(**{name: _sample(given) for name, given in signature(maker).parameters.items()}) for maker in makers]


def _sample(parameter: Parameter) -> Any:
    if "dict" in str(parameter.annotation):
        return [defaultdict(str)]
    return {int: 7, str: "x", float: 0.5}.get(parameter.annotation, ["x"])


def test_every_error_has_a_code_of_its_own() -> None:
    # As numbers, because that is how clients compare them: 409.1 and 409.10 are one.
    times = Counter(float(code) for code in codes())

    assert len(times) > 30
    assert {code: count for code, count in times.items() if count > 1} == {}


def test_every_errors_status_stands_in_its_code() -> None:
    for problem in problems():
        assert re.fullmatch(r"[45]\d\d\.[1-9]\d*", problem.code)
        assert write_problem_json(problem).status_code == int(problem.code[:3])
        assert write_problem(problem).status_code == int(problem.code[:3])


def test_migrations_have_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


@pytest.fixture(scope="module")
def migrated() -> Iterator[Database]:
    """An empty database on Postgres, whose schema says more about types than SQLite's."""
    with postgres_server() as server:
        database = Database(create_database(server))
        upgrade(database)
        yield database
        database.dispose()


def test_migrated_schema_is_that_of_the_models(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_schema_has_the_checks_of_the_models(migrated: Database) -> None:
    found = inspect(migrated.engine)

    for table in Base.metadata.tables.values():
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == wanted


def sources() -> list[Path]:
    """Every file of ours that people read."""
    folders = [path for name in SOURCES for path in (ROOT / name).rglob("*")]
    files = [path for path in [*folders, *ROOT.iterdir()] if path.is_file() and path.suffix not in {".pyc", ".sqlite3"}]
    return [path for path in files if not {"__pycache__", "node_modules", "dist"} & set(path.parts)]


def mentions(text: str) -> list[str]:
    return [match.group() for match in UNWANTED.finditer(text)]


def test_no_source_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    found = {str(path): mentions(path.read_text(errors="ignore")) for path in sources()}

    assert len(found) > 100
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "text",
    ["https://" + "pypi" + ".org/simple", "https://registry." + "npm" + "js.org", "/Us" + "ers/an/x", f"'{ROOT}/var'"],
)
def test_address_of_a_registry_or_machine_is_seen(text: str) -> None:
    assert mentions(text) != []
