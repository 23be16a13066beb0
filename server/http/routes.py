"""Routes that declare who may use them, and the one way from a request to a view.

For each request: who is it, what does the path name, may they, is the body well-formed; then the view runs inside
one transaction, which commits when the view returns and is undone when it raises. A write begins only after the body
has been read, and asks for the right again inside it: nobody holds a lock while a slow phone sends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from flask import Blueprint, Flask, Request, Response, current_app, request
from marshmallow import Schema
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter

from server.errors import Problem, not_found
from server.forms.find import find_form, find_project
from server.http.access import Access
from server.http.bodies import read_form
from server.http.call import Call, Services
from server.http.credentials import CSRF_FIELD, CSRF_HEADER, identify, presents_something
from server.http.fields import read_body, read_query
from server.http.prefix import DRAFT_TOKEN, KEY

Transaction = Literal["read", "write", "own"]
EXTENSION = "transect"
# Where the app keeps the routes of all edges.
_DECLARED = "transect.declared"
# The limit of uploads is about files; boundaries and fields of a page's form come on top.
_AROUND_FILES = 1_000_000


# Takes the Call, and by name whatever the path holds besides project and form.
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation as it was declared; the OpenAPI document and the tests read these."""

    method: str
    path: str
    access: Access
    transaction: Transaction
    body: Schema | None
    query: Schema | None
    answer: Schema | None
    view: View
    form_limit: int | None = None

    @property
    def endpoint(self) -> str:
        return f"{self.view.__module__.rpartition('.')[2]}_{self.view.__name__}_{self.method.lower()}"


class IdConverter(IntegerConverter):
    """`<int:…>` in a path: no more digits than the databases can look for."""

    regex = r"\d{1,18}"


class Routes:
    """The routes of one edge; `write_problem` is how that edge tells a client what went wrong."""

    def __init__(self, name: str, write_problem: Callable[[Problem], Response]) -> None:
        self.name = name
        self.write_problem = write_problem
        self.declared: list[Route] = []

    def route(
        self,
        method: str,
        path: str,
        access: Access,
        *,
        transaction: Transaction | None = None,
        body: Schema | None = None,
        query: Schema | None = None,
        answer: Schema | None = None,
        form_limit: int | None = None,
    ) -> Callable[[View], View]:
        """Declare an operation. `own` leaves transactions to the view: for streams, which must not hold one open.

        `form_limit` says that pages send their forms here, of at most so many bytes with files.
        """
        kind = transaction or ("read" if method in {"GET", "HEAD"} else "write")

        def declare(view: View) -> View:
            self.declared.append(Route(method, path, access, kind, body, query, answer, view, form_limit))
            return view

        return declare

    def register(self, app: Flask) -> None:
        blueprint = Blueprint(self.name, self.name)
        for number, route in enumerate(self.declared):
            # Each operation is declared by itself, so nothing answers that was not declared: no automatic OPTIONS.
            blueprint.add_url_rule(
                route.path,
                endpoint=f"{number}_{route.endpoint}",
                view_func=partial(_answer, route),
                methods=[route.method],
                provide_automatic_options=False,
                strict_slashes=False,
            )
        blueprint.register_error_handler(Problem, self.write_problem)
        app.register_blueprint(blueprint)
        app.extensions.setdefault(_DECLARED, []).extend(self.declared)


def declared_routes() -> list[Route]:
    """The routes of all edges of the app that is running."""
    return list(current_app.extensions[_DECLARED])


def services() -> Services:
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)
    return found


def _answer(route: Route, **path: Any) -> Response:
    own = services()
    _refuse_nul(request)
    call = Call(request=request, services=own)
    if route.query is not None:
        call.query = read_query(route.query, request)
    csrf = request.headers.get(CSRF_HEADER, "")
    if route.form_limit is not None and presents_something(request):
        limit = min(route.form_limit, own.settings.max_upload + _AROUND_FILES)
        # Before any transaction begins: nobody holds one while a slow browser sends.
        csrf = read_form(request, limit).get(CSRF_FIELD) or csrf
    with own.database.read() as session:
        if route.access.reads_credentials:
            call.actor = identify(own, session, request, csrf=csrf)
        rest = _enter(call, session, path, route.access)
        if route.transaction == "read":
            call.open_session = session
            return route.view(call, **rest)
    if route.body is not None:
        call.body = read_body(route.body, request)
    if route.transaction == "own":
        return route.view(call, **rest)
    with call.writing() as session:
        call.open_session = session
        return route.view(call, **_enter(call, session, path, route.access))


def _refuse_nul(sent: Request) -> None:
    """Nothing has a NUL character in its name, and Postgres takes none, not even to look for it."""
    places = [sent.path, *sent.args.values(), *(str(sent.environ.get(slot, "")) for slot in (KEY, DRAFT_TOKEN))]
    if any("\0" in place for place in places):
        raise not_found()


def _enter(call: Call, session: Session, path: dict[str, Any], access: Access) -> dict[str, Any]:
    """Resolve what the path names, check the right to it, and return what is left of the path for the view."""
    rest = dict(path)
    if "project_id" in rest:
        call.path_project = find_project(session, rest.pop("project_id"))
        if "form_id" in rest:
            call.path_form = find_form(session, call.path_project, rest.pop("form_id"))
    access.check(call.actor, *call.chain)
    return rest
