"""Rows of a sheet as XML: what is a number, a date or a text to Excel, and how each is written.

Made of text by hand, because the rows of a large form are millions of cells.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from server.exports.labelled import Cell

# What a cell can hold, in UTF-16 units, as Excel's specification has it.
MAX_TEXT: Final = 32_767
# Excel keeps fifteen digits of a number; what has more stays text.
_DIGITS: Final = 15
_MAX_WHOLE: Final = 10**_DIGITS
_NUMBER: Final = re.compile(r"[-+]?([0-9]*)(?:\.([0-9]*))?(?:[eE][-+]?[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(_DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[-+][0-9]{2}(:?[0-9]{2})?)?")
# Excel counts days from here, and knows no zones. Before the first day its calendar is wrong.
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- see above
_FIRST_DAY: Final = datetime(1900, 3, 1)  # noqa: DTZ001 -- the same
_DAY: Final = timedelta(days=1)
# What XML or Excel would read otherwise: markup, blanks at an end, characters that XML lacks, and what looks like the
# way in which Excel writes such characters.
_NOT_PLAIN: Final = re.compile("[&<>\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^ | $")
_CODED: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class RowWriter:
    """Writes the rows of one sheet. `numbers` and `dates` are the places of columns whose texts are such.

    Moments are shown in `zone`, answers as the phone's clock had them. `cuts` collects what a cell could not hold: the
    place in its row, and the length of the whole text.
    """

    def __init__(
        self,
        width: int,
        *,
        numbers: Iterable[int],
        dates: Iterable[int],
        day_style: int,
        moment_style: int,
        zone: tzinfo = UTC,
    ) -> None:
        self.cuts: list[tuple[int, int]] = []
        self._opened = [f'<c r="{column_name(place)}' for place in range(width)]
        self._numbers, self._dates, self._zone = frozenset(numbers), frozenset(dates), zone
        self._day, self._moment = f'" s="{day_style}"><v>', f'" s="{moment_style}"><v>'

    def row(self, number: int, cells: Sequence[Cell]) -> str:
        """The XML of the row; the first row's number is 1."""
        parts = [f'<row r="{number}">']
        for place, cell in enumerate(cells):
            if cell is not None and cell != "":
                parts.append(f"{self._opened[place]}{number}{self._rest(place, cell)}")
        parts.append("</row>")
        return "".join(parts)

    def _rest(self, place: int, cell: str | float | datetime) -> str:
        """The cell's XML from behind its name."""
        if isinstance(cell, str):
            typed = None
            if place in self._numbers:
                typed = _number_cell(cell)
            elif place in self._dates:
                typed = self._date_cell(cell)
            return typed or self._text_cell(place, cell)
        if isinstance(cell, datetime):
            return self._moment_cell(cell.astimezone(self._zone).replace(tzinfo=None))
        if abs(cell) >= _MAX_WHOLE or not math.isfinite(cell):
            return self._text_cell(place, repr(cell))
        return f'"><v>{cell!r}</v></c>'

    def _date_cell(self, text: str) -> str | None:
        """None for what is no date that Excel knows. A moment is shown as the phone's clock had it."""
        try:
            if _DATE.fullmatch(text):
                day = datetime.combine(date.fromisoformat(text), time())
                return f"{self._day}{(day - _DAY_ZERO).days}</v></c>" if day >= _FIRST_DAY else None
            if _MOMENT.fullmatch(text):
                moment = datetime.fromisoformat(text).replace(tzinfo=None)
                return self._moment_cell(moment) if moment >= _FIRST_DAY else None
        except ValueError:
            return None
        return None

    def _moment_cell(self, moment: datetime) -> str:
        return f"{self._moment}{(moment - _DAY_ZERO) / _DAY!r}</v></c>"

    def _text_cell(self, place: int, text: str) -> str:
        # No character takes more than two units.
        if len(text) > MAX_TEXT // 2:
            units = text.encode("utf-16-le")
            if len(units) > 2 * MAX_TEXT:
                self.cuts.append((place, len(text)))
                text = units[: 2 * MAX_TEXT].decode("utf-16-le", errors="ignore")
        if _NOT_PLAIN.search(text) is None:
            return f'" t="inlineStr"><is><t>{text}</t></is></c>'
        return f'" t="inlineStr"><is><t xml:space="preserve">{_coded(text)}</t></is></c>'


def column_name(place: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name, left = "", place + 1
    while left:
        left, letter = divmod(left - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _number_cell(text: str) -> str | None:
    """None for what is no number, or one of which Excel would not keep every digit."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return None
    value, digits = float(text), f"{found[1]}{found[2] or ''}".strip("0")
    is_kept = math.isfinite(value) and len(digits) <= _DIGITS and bool(value) == bool(digits)
    return f'"><v>{value!r}</v></c>' if is_kept else None


def _coded(text: str) -> str:
    coded = _CODED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return coded.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
