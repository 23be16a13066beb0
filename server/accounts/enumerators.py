"""Many app users at once, from a list of names: each with a key of its own and the right to fill in forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.app_users import create_app_user
from server.accounts.assignments import grant
from server.accounts.models import ActorRow, AppUser
from server.accounts.users import LONGEST_NAME
from server.errors import unexpected_value
from server.permissions import ROLES_BY_SYSTEM, Actee, Actor

MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Added:
    """`known` are names that somebody with a key has already."""

    made: Sequence[AppUser]
    known: Sequence[str]


def names_in(pasted: str) -> list[str]:
    """One name a line, each once; of a row that comes from a spreadsheet the first cell."""
    lines = (" ".join(line.partition("\t")[0].split()) for line in pasted.splitlines())
    return list(dict.fromkeys(filter(None, lines)))


def add_enumerators(session: Session, actor: Actor, project_id: int, on: Actee, names: Iterable[str]) -> Added:
    """Make an app user for each name that none with a key has yet, and let it fill in the forms of `on`.

    Raises 400.8 for too many names or one that is too long, 403.1 for who may not give that right.
    """
    wanted = list(names)
    if len(wanted) > MOST_AT_ONCE:
        raise unexpected_value("names", f"list of {len(wanted)}", f"add at most {MOST_AT_ONCE} at once")
    for name in wanted:
        if len(name) > LONGEST_NAME:
            raise unexpected_value("names", f"{name[:80]}…", f"a name has at most {LONGEST_NAME} characters")
    known = _with_key(session, project_id)
    made = []
    for name in wanted:
        if name.casefold() not in known:
            app_user = create_app_user(session, actor, project_id, name)
            grant(session, actor, ROLES_BY_SYSTEM["app-user"], app_user.actor, on)
            made.append(app_user)
    return Added(made, [name for name in wanted if name.casefold() in known])


def _with_key(session: Session, project_id: int) -> set[str]:
    statement = (
        select(ActorRow.display_name)
        .join(AppUser, AppUser.actor_id == ActorRow.id)
        .where(AppUser.project_id == project_id, AppUser.token.is_not(None), ActorRow.deleted_at.is_(None))
    )
    return {name.casefold() for name in session.scalars(statement)}
