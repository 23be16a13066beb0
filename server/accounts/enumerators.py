"""Many app users at once, from a list of names: each with a key of its own and the right to fill in forms."""

import re
from collections import Counter
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
# As lists are numbered: "3", "3.", "(3)", "3 -", or a dash or dot alone.
_NUMBER: Final = re.compile(r"\A(?:\(?\d{1,4}\s*(?:[.):-]+\s*|\Z)|[-–•]\s+)")
# Above the numbers of a list.
_HEADERS: Final = frozenset({"stt", "tt", "no", "no."})


@dataclass(frozen=True, slots=True)
class Added:
    """`known` are names that somebody with a key has already, `twice` those that the list has more than once."""

    made: Sequence[AppUser]
    known: Sequence[str]
    twice: Sequence[str]


def names_in(pasted: str) -> list[str]:
    """One name a line, without its number in the list; of a spreadsheet's row the first cell that is no number."""
    rows = ([" ".join(cell.split()) for cell in line.split("\t")] for line in pasted.splitlines())
    return [name for row in rows if row[0].casefold() not in _HEADERS and (name := _name_in(row))]


def _name_in(row: Sequence[str]) -> str:
    unnumbered = (_NUMBER.sub("", cell) for cell in row if cell)
    return next(filter(None, unnumbered), row[0])


def add_enumerators(session: Session, actor: Actor, project_id: int, on: Actee, names: Iterable[str]) -> Added:
    """Make an app user for each name that none with a key has yet, and let it fill in the forms of `on`.

    Raises 400.8 for too many names or one that is too long, 403.1 for who may not give that right.
    """
    counted = Counter(names)
    wanted = list(counted)
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
    return Added(
        made,
        known=[name for name in wanted if name.casefold() in known],
        twice=[name for name, count in counted.items() if count > 1],
    )


def _with_key(session: Session, project_id: int) -> set[str]:
    statement = (
        select(ActorRow.display_name)
        .join(AppUser, AppUser.actor_id == ActorRow.id)
        .where(AppUser.project_id == project_id, AppUser.token.is_not(None), ActorRow.deleted_at.is_(None))
    )
    return {name.casefold() for name in session.scalars(statement)}
