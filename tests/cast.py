"""The people of every test, always the same.

Alice administers the server, Bob manages the first project, Vy views it, Cuong collects in it as a web user, Chi collects in it
with a phone's key, Dee is signed in and may do nothing, Quan manages another project. Nobody is not signed in.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, cast
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.accounts.app_users import create_app_user
from server.accounts.assignments import assign
from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor, open_session
from server.accounts.users import create_user
from server.forms.projects import create_project
from server.http.call import Services
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM, Actee

PASSWORD = "correct horse battery"


class Answer(TestResponse):
    """What came back; a test knows whether it is JSON and of what shape."""

    json: Any


@dataclass(frozen=True)
class Caller:
    """Somebody who sends requests: with a bearer token, with a key in the URL, or with nothing."""

    client: FlaskClient
    id: int | None = None
    token: str | None = None
    key: str | None = None
    email: str | None = None

    def send(self, method: str, path: str, **options: Any) -> Answer:
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.key:
            path = path.replace("/v1/", f"/v1/key/{quote(self.key, safe='')}/", 1)
        return cast("Answer", self.client.open(path, method=method, headers=headers, **options))

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.send("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.send("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.send("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.send("DELETE", path, **options)


@dataclass(frozen=True)
class Cast:
    """Project 1 is the world of most tests; project 2 is somebody else's."""

    alice: Caller
    bob: Caller
    vy: Caller
    cuong: Caller
    chi: Caller
    dee: Caller
    quan: Caller
    nobody: Caller
    services: Services

    def on(self, app: Flask) -> "Cast":
        """The same people before another app, whose database knows them already."""
        people = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "services"}
        moved = {name: replace(caller, client=app.test_client()) for name, caller in people.items()}
        return Cast(**moved, services=app.extensions["transect"])


def gather_cast(app: Flask) -> Cast:
    services: Services = app.extensions["transect"]
    with services.database.write() as session:
        first = create_project(session, COMMAND_LINE, name="Rà soát hộ nghèo")
        second = create_project(session, COMMAND_LINE, name="Somebody else's")
        return Cast(
            alice=_user(app, session, "alice", "admin", None),
            bob=_user(app, session, "bob", "manager", first),
            vy=_user(app, session, "vy", "viewer", first),
            cuong=_user(app, session, "cuong", "formfill", first),
            chi=_app_user(app, session, "Chi", first.id, first),
            dee=_user(app, session, "dee", None, None),
            quan=_user(app, session, "quan", "manager", second),
            nobody=Caller(app.test_client()),
            services=services,
        )


def _user(app: Flask, session: Session, name: str, role: str | None, on: Actee | None) -> Caller:
    email = f"{name}@example.org"
    # Without a password: hashing one costs more than the rest of a test. Tests of passwords make their own users.
    user = create_user(session, COMMAND_LINE, email=email, password=None, display_name=name.capitalize())
    if role is not None:
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM[role], user.actor, on)
    token = open_session(session, load_actor(session, user.actor_id)).token
    return Caller(app.test_client(), id=user.actor_id, token=token, email=email)


def _app_user(app: Flask, session: Session, name: str, project_id: int, project: Actee) -> Caller:
    app_user = create_app_user(session, COMMAND_LINE, project_id, name)
    actor = session.get_one(ActorRow, app_user.actor_id)
    assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["app-user"], actor, project)
    return Caller(app.test_client(), id=app_user.actor_id, key=app_user.token)
