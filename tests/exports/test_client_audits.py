"""Collect's logs as rows of one table."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.exports.client_audits import COLUMNS, HEADER, UnreadableAudit, audit_lines

LOG = (
    "event,node,start,end,user,old-value,extra\n"
    "form start,,1715738400000,,Hoàng,,1\n"
    'question,/data/name,1715738401000,1715738405000,Hoàng,"two\nlines, and ""more""",2\n'
    "\n"
    "question,/data/age\n"
).encode()


def as_rows(*chunks: bytes) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in audit_lines("uuid:1", chunks)]


def test_events_stand_under_the_columns_of_collect() -> None:
    first, second, third = as_rows(LOG)

    assert first == {
        **dict.fromkeys(COLUMNS, ""),
        "instance ID": "uuid:1",
        "event": "form start",
        "start": "1715738400000",
        "user": "Hoàng",
    }
    assert (second["node"], second["old-value"]) == ("/data/name", 'two\nlines, and "more"')
    assert (third["node"], third["start"]) == ("/data/age", "")


@given(st.lists(st.integers(0, len(LOG)), max_size=6))
def test_the_pieces_that_a_log_comes_in_do_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(LOG)]

    assert as_rows(*(LOG[start:end] for start, end in pairwise(places))) == as_rows(LOG)


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_anything_is_read_or_called_unreadable(chunks: list[bytes]) -> None:
    try:
        rows = as_rows(*chunks)
    except UnreadableAudit:
        return
    assert all(row["instance ID"] == "uuid:1" for row in rows)


def test_byte_order_mark_and_bad_bytes_do_no_harm() -> None:
    rows = as_rows(b"\xef\xbb\xbfevent,node\nquestion,\xff\n")

    assert [(row["event"], row["node"]) for row in rows] == [("question", "\ufffd")]


@pytest.mark.parametrize("log", [b"event\n" + b"x" * 1_000_001, b"event\n" + b"x" * 200_000 + b"\n"])
def test_file_that_is_no_log_is_called_unreadable(log: bytes) -> None:
    with pytest.raises(UnreadableAudit):
        as_rows(log)
