"""Sweeping up objects that nothing points at, while the same content may be arriving again.

An object is put before its row is written, so three things keep a sweep from taking what somebody counts on. A blob
is marked when nothing points at it, and its object goes a day later at the earliest. Whoever brings content whose
blob is marked puts it again (`record_blob`). And the blob's row is locked while its object is removed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.blobs import Blob, mentions, without_mentioned
from server.db import Database, insert_into
from server.storage import ObjectStore

# Longer than any upload takes, and long enough to copy the objects that a backup of the database mentions.
GRACE = timedelta(days=1)
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep, as of `now`."""

    database: Database
    storage: ObjectStore
    now: datetime

    def count(self) -> int:
        """How many objects would go."""
        with self.database.read() as session:
            marked = [sha256 for sha256, since in _marked(session) if since <= self.now - GRACE]
            kept = {sha256 for part in _parts(marked) for sha256 in _mentioned_of(session, part)}
        return len(marked) - len(kept) + sum(len(part) for part in self._strays())

    def run(self) -> int:
        """Remove what has been unmentioned for a day and mark what is so now; returns how many objects went."""
        removed = self._remove_marked() + self._remove_strays()
        self._mark()
        return removed

    def _mark(self) -> None:
        is_old = Blob.created_at <= self.now - GRACE
        unmarked = select(Blob.sha256).where(Blob.unmentioned_since.is_(None), Blob.removed_at.is_(None), is_old)
        with self.database.read() as session:
            found = session.scalars(without_mentioned(unmarked)).all()
        for part in _parts(found):
            with self.database.write() as session:
                locked = _lock(session, part)
                _set(session, locked - _mentioned_of(session, part), unmentioned_since=self.now)

    def _remove_marked(self) -> int:
        with self.database.read() as session:
            marked = dict(_marked(session))
        total = 0
        for part in _parts(marked):
            with self.database.write() as session:
                locked = _lock(session, part)
                wanted = _mentioned_of(session, part)
                _set(session, locked & wanted, unmentioned_since=None)
                due = {sha256 for sha256 in locked - wanted if marked[sha256] <= self.now - GRACE}
                total += self._remove(session, due)
        return total

    def _remove_strays(self) -> int:
        """Objects without a row: whoever put them never came to write one."""
        total = 0
        for part in self._strays():
            with self.database.write() as session:
                # Committed first, so that from now on whoever brings this content knows that it is in doubt.
                rows = [_gone(sha256, size, self.now) for sha256, size in sorted(part.items())]
                session.execute(insert_into(session, Blob).on_conflict_do_nothing(), rows)
            with self.database.write() as session:
                total += self._remove(session, _lock(session, list(part), is_removed=True))
        return total

    def _strays(self) -> Iterator[dict[str, int]]:
        """Objects of a day's age that no row stands for, and their sizes."""
        old = ((name, stat.size) for name, stat in self.storage.objects() if stat.modified <= self.now - GRACE)
        while part := dict(islice(old, _AT_ONCE)):
            with self.database.read() as session:
                live = select(Blob.sha256).where(Blob.sha256.in_(part), Blob.removed_at.is_(None))
                known = set(session.scalars(live))
            if strays := {sha256: size for sha256, size in part.items() if sha256 not in known}:
                yield strays

    def _remove(self, session: Session, hashes: set[str]) -> int:
        for sha256 in hashes:
            self.storage.delete(sha256)
        _set(session, hashes, removed_at=self.now)
        return len(hashes)


def _marked(session: Session) -> list[tuple[str, datetime]]:
    statement = select(Blob.sha256, Blob.unmentioned_since).where(
        Blob.unmentioned_since.is_not(None), Blob.removed_at.is_(None)
    )
    return [(sha256, since) for sha256, since in session.execute(statement) if since is not None]


def _lock(session: Session, hashes: Sequence[str], *, is_removed: bool = False) -> set[str]:
    """Hold these blobs, but for those that somebody else has in hand."""
    state = Blob.removed_at.is_not(None) if is_removed else Blob.removed_at.is_(None)
    return set(
        session.scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes), state).with_for_update(skip_locked=True))
    )


def _mentioned_of(session: Session, hashes: Sequence[str]) -> set[str]:
    return {sha256 for column in mentions() for sha256 in session.scalars(select(column).where(column.in_(hashes)))}


def _set(session: Session, hashes: set[str], **values: datetime | None) -> None:
    session.execute(update(Blob).where(Blob.sha256.in_(hashes)).values(**values))


def _gone(sha256: str, size: int, now: datetime) -> dict[str, object]:
    return {"sha256": sha256, "md5": "", "size": size, "created_at": now, "removed_at": now}


def _parts(hashes: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(hashes)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
