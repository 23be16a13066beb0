"""One request as a view sees it: who calls, the open transaction, what the path names, the checked body and query."""

from dataclasses import dataclass, field
from typing import Any

from flask import Request
from sqlalchemy.orm import Session

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
    def base_url(self) -> str:
        return base_url(self.request, self.services.settings.public_url)
