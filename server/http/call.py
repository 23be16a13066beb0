"""One request as a view sees it: who calls, the open transaction, what the path names, the checked body and query."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from flask import Request
from sqlalchemy.orm import Session

from server.audit import NOTES
from server.config import Settings
from server.db import Database
from server.forms.models import Form, Project
from server.http.prefix import base_url
from server.permissions import NOBODY, Actee, Actor
from server.storage import ObjectStore


@dataclass(frozen=True, slots=True)
class Services:
    """What one process has: made once by `create_app`, kept in the app's extensions."""

    settings: Settings
    database: Database
    storage: ObjectStore


@dataclass(slots=True, kw_only=True)
class Call:
    request: Request
    services: Services
    actor: Actor = NOBODY
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    open_session: Session | None = None
    path_project: Project | None = None
    path_form: Form | None = None

    @property
    def session(self) -> Session:
        assert self.open_session is not None, "this route opens its own transaction"
        return self.open_session

    @property
    def project(self) -> Project:
        assert self.path_project is not None, "the path names no project"
        return self.path_project

    @property
    def form(self) -> Form:
        assert self.path_form is not None, "the path names no form"
        return self.path_form

    @property
    def chain(self) -> tuple[Actee, ...]:
        """Project and form as far as the path names them: where rights are looked for."""
        return tuple(actee for actee in (self.path_project, self.path_form) if actee is not None)

    @property
    def wants_extended(self) -> bool:
        return self.request.headers.get("X-Extended-Metadata", "").lower() == "true"

    @property
    def action_notes(self) -> str | None:
        """What the client wants to see beside this deed in the log; percent-encoded where it is not plain ASCII."""
        notes = self.request.headers.get("X-Action-Notes")
        return None if notes is None else unquote(notes).replace("\0", "")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that changes things; its rows in the log carry the client's notes."""
        with self.services.database.write() as session:
            session.info[NOTES] = self.action_notes
            yield session

    @property
    def base_url(self) -> str:
        return base_url(self.request, self.services.settings.public_url)
