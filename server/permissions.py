"""Who may do what, in one place: verbs, the system roles, and the one rule that decides.

A role is a set of verbs. An assignment gives an actor a role on an actee: everything (`*`), a project or a form.
The rule has two faces that must agree: `Actor.can` for one thing, and `visible` as a condition on rows, which every
list, export, map and count uses. Roles and their verbs are those of ODK Central's API (`GET /v1/roles`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from server.errors import insufficient_rights

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Role:
    """`id` and `system` are what the API calls a role by; both are fixed."""

    id: int
    system: str
    name: str
    verbs: frozenset[str]


# Whoever collects sees entities only through the files of forms, which may hold a part of them.
_FILL = frozenset({"project.read", "form.list", "form.read", "submission.create"})
_APP_USER = frozenset({"form.read", "submission.create"})
_VIEW = frozenset(
    {
        "project.read", "form.list", "form.read", "submission.read", "submission.list",
        "dataset.list", "dataset.read", "entity.list", "entity.read",
    }
)  # fmt: skip
_MANAGE = _VIEW | frozenset(
    {
        "project.update", "project.delete", "form.create", "form.update", "form.delete", "form.restore",
        "submission.create", "submission.update", "submission.delete", "submission.restore",
        "field_key.create", "field_key.update", "field_key.delete", "field_key.list",
        "public_link.create", "public_link.update", "public_link.delete", "public_link.list",
        "assignment.list", "assignment.create", "assignment.delete", "session.end", "open_form.list", "open_form.read",
        "dataset.create", "dataset.update", "dataset.delete",
        "entity.create", "entity.update", "entity.delete", "entity.restore",
        "actor_property.update", "actor_property.list",
    }
)  # fmt: skip
_ADMINISTER = _MANAGE | frozenset(
    {
        "project.create", "user.list", "user.create", "user.read", "user.update", "user.delete",
        "user.password.invalidate", "user.password.reset", "audit.read", "backup.run",
        "config.read", "config.set", "analytics.read", "role.create", "role.update", "role.delete",
    }
)  # fmt: skip

ROLES = (
    Role(1, "admin", "Administrator", _ADMINISTER),
    Role(2, "app-user", "App User", _APP_USER),
    Role(3, "pwreset", "Password Reset Token", frozenset({"user.password.reset"})),
    Role(5, "manager", "Project Manager", _MANAGE),
    Role(6, "formview", "Form Viewer (system internal)", frozenset({"form.read"})),
    Role(7, "formfill", "Data Collector", _FILL),
    Role(8, "viewer", "Project Viewer", _VIEW),
    Role(9, "pub-link", "Public Link", _APP_USER),
)
ROLES_BY_ID = {role.id: role for role in ROLES}
ROLES_BY_SYSTEM = {role.system: role for role in ROLES}


class Actee(Protocol):
    """What an assignment can be made on."""

    @property
    def actee_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """Verbs on one actee and everything below it."""

    verbs: frozenset[str]
    actee_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a user, an app user, a public link, a draft's test token (no id), the command line, or nobody.

    Somebody who `lacks_second_factor` has a role that asks for one, and no grants before it is set up.
    """

    id: int | None
    type: str
    display_name: str
    grants: tuple[Grant, ...] = ()
    lacks_second_factor: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.type == "anonymous"

    def can(self, verb: str, *chain: Actee) -> bool:
        """True when a grant on everything, or on one of `chain` (such as a project and its form), has the verb."""
        reach = {EVERYTHING, *(actee.actee_id for actee in chain)}
        return any(verb in grant.verbs and grant.actee_id in reach for grant in self.grants)

    def verbs_on(self, *chain: Actee) -> list[str]:
        reach = {EVERYTHING, *(actee.actee_id for actee in chain)}
        return sorted({verb for grant in self.grants if grant.actee_id in reach for verb in grant.verbs})

    def actees_with(self, verb: str) -> frozenset[str]:
        return frozenset(grant.actee_id for grant in self.grants if verb in grant.verbs)


NOBODY = Actor(None, "anonymous", "anonymous")
COMMAND_LINE = Actor(None, "command_line", "command line", (Grant(_ADMINISTER, EVERYTHING),))


def require(actor: Actor, verb: str, *chain: Actee) -> None:
    """Raise the API's 403.1 unless `actor` can do `verb` on the innermost of `chain`."""
    if not actor.can(verb, *chain):
        raise insufficient_rights()


def visible(actor: Actor, verb: str, columns: Iterable[InstrumentedAttribute[str]]) -> ColumnElement[bool]:
    """The same rule as `Actor.can`, as a condition on rows; `columns` hold the actee ids that lead to a row."""
    actees = actor.actees_with(verb)
    if EVERYTHING in actees:
        return true()
    if not actees:
        return false()
    return or_(*(column.in_(sorted(actees)) for column in columns))
