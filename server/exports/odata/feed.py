"""A table of the service as its JSON document, written while it is read: whole, or a page with a link to the next."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import orjson
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from server.db import Database, is_among
from server.exports.odata.entities import Entities, Layout, RepeatRow, TableRows
from server.exports.odata.entity_model import EntityTable, repeats_in
from server.exports.odata.page_token import PageEnd, write_token
from server.exports.odata.pages import Place, TableOrder
from server.exports.odata.row_filter import RowCondition
from server.exports.records import Record, find_records
from server.submissions.models import Submission, SubmissionVersion

# Submissions that are read at once: a page of a thousand and the one behind it, which tells of the next page.
_READ_AT_ONCE = 1001
# Rows that are sent at once.
_SENT_AT_ONCE = 500
# Each row is written as soon as it is made: what is taken apart again at once costs half as much as what is kept.
# With where it is: its submission, and which of the submission's rows it is, from 1.
Rows = Iterator[tuple[bytes, Place, int]]


@dataclass(frozen=True, slots=True)
class Feed:
    """`top` is the size of a page; without it everything comes in one. `is_counted` asks for the number of all rows.

    `row_id` and `parent_id` are for the few rows of one submission: that row of a repeat, or those which hang on a row.
    `condition` is about the rows of a repeat.
    """

    form_id: int
    table: EntityTable
    order: TableOrder
    layout: Layout
    context: str
    skip: int = 0
    top: int | None = None
    end: PageEnd | None = None
    is_counted: bool = False
    row_id: str | None = None
    parent_id: str | None = None
    condition: RowCondition | None = None

    @property
    def is_part(self) -> bool:
        """Whether only reading the rows tells which of them are wanted."""
        return any(wish is not None for wish in (self.row_id, self.parent_id, self.condition))

    def wants(self, row: RepeatRow) -> bool:
        is_there = self.row_id in (None, row.key.id) and self.parent_id in (None, row.parent.id)
        return is_there and (self.condition is None or self.condition(row))


def stream_feed(database: Database, feed: Feed, link_behind: Callable[[str], str]) -> Iterator[bytes]:
    """`link_behind` gives the address of the page that begins with such a `$skiptoken`."""
    with database.read() as session:
        yield _head(session, feed)
        last: tuple[Place, int] | None = None
        given, separator = 0, b""
        rows = _rows(session, feed)
        while piece := list(islice(rows, _SENT_AT_ONCE if feed.top is None else min(_SENT_AT_ONCE, feed.top - given))):
            yield separator + b",".join([row for row, _, _ in piece])
            given, last, separator = given + len(piece), piece[-1][1:], b","
        yield b"]"
        if last is not None and next(rows, None) is not None:
            place, number = last
            yield b',"@odata.nextLink":' + orjson.dumps(link_behind(write_token(place.end(number), feed.table.name)))
        yield b"}"


def _head(session: Session, feed: Feed) -> bytes:
    head = b'{"@odata.context":' + orjson.dumps(feed.context)
    if feed.is_counted:
        head += b',"@odata.count":%d' % _count(session, feed)
    return head + b',"value":['


def _count(session: Session, feed: Feed) -> int:
    """Of all rows, whatever page is asked for."""
    if not feed.is_part:
        return feed.order.count(session)
    return sum(1 for _ in _repeat_rows(session, replace(feed, skip=0, end=None)))


def _rows(session: Session, feed: Feed) -> Rows:
    entities = Entities(feed.table, feed.layout)
    if feed.table.parent is None:
        for record, place in _records(session, feed):
            yield orjson.dumps(entities.submission(record)), place, 1
    else:
        rows = _repeat_rows(session, feed)
        for row, place, number in islice(rows, feed.skip, None) if feed.is_part else rows:
            yield orjson.dumps(entities.row(row)), place, number


def _records(session: Session, feed: Feed) -> Iterator[tuple[Record, Place]]:
    left_out = [] if feed.layout.with_rows else [item.field.path for item in repeats_in(feed.table.properties)]
    for places in _places(session, feed):
        records = find_records(session, places, without=left_out)
        for submission_id, place in places.items():
            yield records[submission_id], place


def _repeat_rows(session: Session, feed: Feed) -> Iterator[tuple[RepeatRow, Place, int]]:
    """The rows that are wanted, each with its number in its submission."""
    rows = TableRows(feed.table)
    for places in _places(session, feed):
        answers = _answers(session, places)
        for submission_id, place in places.items():
            listed = enumerate(rows.read(*answers[submission_id]), start=1)
            for number, row in islice(listed, place.passed, None):
                if feed.wants(row):
                    yield row, place, number


def _places(session: Session, feed: Feed) -> Iterator[dict[int, Place]]:
    """Where the rows are, by submission."""
    # One more than the page holds tells whether there is another.
    most = None if feed.top is None or feed.is_part else feed.top + 1
    places = feed.order.places(session, feed.end, 0 if feed.is_part else feed.skip, most)
    while part := {place.submission_id: place for place in islice(places, _READ_AT_ONCE)}:
        yield part


def _answers(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str | None]]:
    """The instanceID of each, and its answers as JSON."""
    statement = (
        select(Submission.id, Submission.instance_id, cast(SubmissionVersion.answers, Text))
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(is_among(Submission.id.expression, ids))
    )
    return {number: (name, answers) for number, name, answers in session.connection().execute(statement)}
