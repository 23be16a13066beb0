"""The Flask application: opens what a process needs, registers the edges, and turns what is unforeseen into answers."""

import logging
import secrets
from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from server import api, openrosa, web
from server.config import Settings, load_settings
from server.daily import DailyPurge
from server.db import Database
from server.errors import Problem, internal, method_not_allowed, not_found, storage_unavailable
from server.http.call import Services
from server.http.json import write_problem_json
from server.http.prefix import TokenPrefix
from server.http.routes import EXTENSION, IdConverter, Routes
from server.http.waiting import NoteRequests, take_short_turns
from server.storage import StorageUnavailable, open_storage

_log = logging.getLogger("transect")
_EDGES: tuple[Routes, ...] = (api.routes, openrosa.routes, web.routes)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the WSGI application; the database must be migrated already (`transect db upgrade`)."""
    settings = settings or load_settings()
    take_short_turns()
    app = Flask("server", static_folder=None, template_folder="web/templates")
    app.extensions[EXTENSION] = open_services(settings)
    app.url_map.converters["int"] = IdConverter
    # Flask would redirect from `//` to `/`, and lose the token that has been cut out of the path.
    app.url_map.merge_slashes = False
    web.speak(app)
    for edge in _EDGES:
        edge.register(app)
    app.register_error_handler(Problem, _write_problem)
    app.register_error_handler(HTTPException, _refused_by_flask)
    app.register_error_handler(StorageUnavailable, _storage_down)
    app.register_error_handler(Exception, _unforeseen)
    app.after_request(_add_common_headers)
    app.teardown_request(partial(_look_after, app, DailyPurge()))
    app.wsgi_app = NoteRequests(app.wsgi_app)  # type: ignore[method-assign]  # as below
    app.wsgi_app = TokenPrefix(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented place for middleware
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as above
    return app


def open_services(settings: Settings) -> Services:
    """What every process has once; connections are made when they are first needed."""
    return Services(settings, Database(settings.database_url), open_storage(settings.storage_url))


def _look_after(app: Flask, daily: DailyPurge, _error: BaseException | None) -> None:
    daily.look(app.extensions[EXTENSION])


def _write_problem(problem: Problem) -> Response:
    """In the words of the edge that owns the path: phones cannot read JSON, and people should not have to."""
    if openrosa.speaks_openrosa(request.path):
        return openrosa.routes.write_problem(problem)
    return write_problem_json(problem) if request.path.startswith("/v1/") else web.routes.write_problem(problem)


def _refused_by_flask(error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed):
        response = _write_problem(method_not_allowed())
        response.allow.update(error.valid_methods or ())
        return response
    if isinstance(error, NotFound):
        return _write_problem(not_found())
    return _write_problem(Problem(f"{error.code or 400}.1", error.description or "The request cannot be read."))


def _storage_down(error: StorageUnavailable) -> Response:
    _log.error("object storage: %s", error)
    return _write_problem(storage_unavailable())


def _unforeseen(error: Exception) -> Response:
    error_id = secrets.token_hex(6)
    # The path's token is cut off by then, and query strings stay out of the log.
    _log.error("unforeseen %s on %s %s", error_id, request.method, request.path, exc_info=error)
    return _write_problem(internal(error_id))


def _add_common_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Cache-Control", "private, no-cache")
    headers.setdefault("Vary", "Accept, Authorization, Cookie, Origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    return response
