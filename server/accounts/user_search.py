"""Finding users in a list: by an exact address for anybody, by likeness for who may list users.

Likeness is counted as Postgres' pg_trgm does, which the API names: the share of common three-letter pieces. It is
counted here, so that both databases find the same.
"""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.permissions import Actor

# pg_trgm's own limit below which two texts are not alike.
_ALIKE = 0.3


def list_users(session: Session, actor: Actor, query: str | None = None) -> list[User]:
    """All users by address or, with a query, the likest first; for others no more than the user at that address."""
    living = select(User).where(~User.is_deleted)
    if not actor.can("user.list"):
        return list(session.scalars(living.where(User.email == query.strip().lower()))) if query else []
    users = session.scalars(living.order_by(User.email)).all()
    if not query:
        return list(users)
    scored = [(_score(user, query), user) for user in users]
    return [user for score, user in sorted(scored, key=lambda pair: -pair[0]) if score >= _ALIKE]


def _score(user: User, query: str) -> float:
    wanted = query.strip().lower()
    if wanted == user.email:
        return 2
    return max(_likeness(wanted, user.email), _likeness(wanted, user.actor.display_name.lower()))


def _likeness(first: str, second: str) -> float:
    """From 0 to 1; a text that holds the other is alike, however long it is."""
    ours, theirs = _pieces(first), _pieces(second)
    share = len(ours & theirs) / (len(ours | theirs) or 1)
    return max(share, _ALIKE) if first and first in second else share


def _pieces(text: str) -> set[str]:
    padded = (f"  {word} " for word in re.findall(r"\w+", text))
    return {word[start : start + 3] for word in padded for start in range(len(word) - 2)}
