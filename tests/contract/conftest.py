"""One prepared server for all operations; whoever changes something gets a copy of its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import cast as typed
from urllib.parse import quote

import pytest
from flask import Flask

from server.app import open_services
from server.config import Settings
from server.http.call import Services
from server.http.routes import EXTENSION
from tests.cast import Answer, Caller, Cast
from tests.contract.operations import Operation
from tests.contract.requests import options
from tests.contract.world import World, prepare
from tests.worlds import Backend, settle


@dataclass(frozen=True)
class Prepared:
    """A server and what the things on it are called."""

    cast: Cast
    world: World

    def ask(self, person: str, operation: Operation, path: str | None = None, **more: str) -> Answer:
        """The operation as this person, or the same on another `path`; `more` are headers."""
        caller = typed("Caller", getattr(self.cast, person))
        sent = options(operation, self.world)
        headers = {**sent.pop("headers", {}), **{name.replace("_", "-"): value for name, value in more.items()}}
        return caller.send(operation.method, path or self.path(operation), headers=headers, buffered=True, **sent)

    def path(self, operation: Operation, **instead: str) -> str:
        """The operation's address, with other things in it where `instead` names them."""
        names = {name: quote(value, safe="!$:") for name, value in {**self.world, **instead}.items()}
        return operation.path.format_map(names)


@pytest.fixture(scope="session")
def filled(backend: Backend, gathered: tuple[str, Cast], application: Flask) -> tuple[Settings, Cast, World]:
    """A server with one of everything, which nobody uses any more; copies of its database share its objects."""
    settings = backend.world(gathered[0])
    application.extensions[EXTENSION] = open_services(settings)
    cast = gathered[1].on(application)
    world = prepare(cast)
    cast.services.database.dispose()
    settle(settings)
    return settings, cast, world


@contextmanager
def _copy(backend: Backend, filled: tuple[Settings, Cast, World]) -> Iterator[tuple[Services, Cast, World]]:
    template, cast, world = filled
    settings = replace(backend.world(template.database_url), storage_url=template.storage_url)
    services = open_services(settings)
    yield services, cast, world
    services.database.dispose()
    backend.give_back(settings, template.database_url)


@pytest.fixture(scope="session")
def for_reading(backend: Backend, filled: tuple[Settings, Cast, World]) -> Iterator[tuple[Services, Cast, World]]:
    with _copy(backend, filled) as copy:
        yield copy


@pytest.fixture
def shared(application: Flask, for_reading: tuple[Services, Cast, World]) -> Prepared:
    """The server for all who change nothing."""
    return _before(application, *for_reading)


@pytest.fixture
def fresh(application: Flask, backend: Backend, filled: tuple[Settings, Cast, World]) -> Iterator[Prepared]:
    """A server for this test alone."""
    with _copy(backend, filled) as copy:
        yield _before(application, *copy)


def _before(application: Flask, services: Services, cast: Cast, world: World) -> Prepared:
    application.extensions[EXTENSION] = services
    return Prepared(cast.on(application), world)
