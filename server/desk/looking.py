"""Finding the next submissions of a list.

Which of them have an answer no index says: it has to be read from each. So a page looks at a bounded number of those
that the rest of the filter lets through, and says from where to go on when there are more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select

from server.db import is_among
from server.desk.filters import Desk
from server.submissions.models import Submission

# So many answers one after the other: a few are enough where most have the wanted one.
STEPS: Final = (100, 400, 1_500)
# These are read in some hundredths of a second.
MOST_LOOKED_AT: Final = sum(STEPS)


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of submissions, in order; `next_key` is the one to go on after, None when there are no more."""

    numbers: Sequence[int]
    next_key: int | None


def find_next(desk: Desk, after: int | None = None, *, limit: int, backwards: bool = False) -> Found:
    """At most `limit` that follow the number `after` in the list, or come before it; without it, from the beginning.

    When an answer is asked for there may be fewer, even none, before the list has ended.
    """
    if desk.answered is None:
        ids = _next_ids(desk, after, limit + 1, backwards=backwards)
        return Found(ids[:limit], ids[limit - 1] if len(ids) > limit else None)
    found: list[int] = []
    for step in STEPS:
        looked_at = _next_ids(desk.whatever_answered, after, step, backwards=backwards)
        answered = select(Submission.id).where(is_among(Submission.id, looked_at), desk.answered)
        found += desk.session.scalars(answered.order_by(desk.order(backwards=backwards)))
        if len(found) > limit:
            return Found(found[:limit], found[limit - 1])
        if len(looked_at) < step:
            return Found(found, None)
        after = looked_at[-1]
    return Found(found, after)


def _next_ids(desk: Desk, after: int | None, limit: int, *, backwards: bool) -> Sequence[int]:
    beyond = desk.beyond(after, backwards=backwards)
    return desk.session.scalars(desk.ids(*beyond, limit=limit, backwards=backwards)).all()


def find_in_any_state(desk: Desk) -> Found:
    """All among the first `MOST_LOOKED_AT` of the list as it would be for every review state."""
    return find_next(replace(desk, filter=replace(desk.filter, state="")), limit=MOST_LOOKED_AT)
