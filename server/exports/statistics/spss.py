"""An SPSS system file in UTF-8, as PSPP's developer guide describes it, written row by row.

Texts of more than 255 bytes are several variables in the file, which the programs show as one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import count
from struct import Struct, pack
from sys import float_info
from typing import Final

from server.exports.csv_text import GEOPOINT
from server.exports.statistics.table import StatisticsTable, cut
from server.exports.statistics.variables import Measure, Value, Variable

MAX_TEXT: Final = 32_767
_SEGMENT, _SEGMENT_COUNTS = 255, 252
_MAX_LABEL, _MAX_VALUE_LABEL = 255, 120
_SHORT_TEXT: Final = 8
_SLOT: Final = 8
_MISSING: Final = -float_info.max
_LOWEST: Final = -1.7976931348623155e308
_UTF8: Final = 65001
_A, _F, _DATETIME, _SDATE = 1, 5, 22, 39
_FORMATS: Final = {
    Measure.NUMBER: (_F, 12, 4),
    Measure.WHOLE: (_F, 12, 0),
    Measure.CODE: (_F, 8, 0),
    Measure.FLAG: (_F, 8, 0),
    Measure.DAY: (_SDATE, 10, 0),
    Measure.MOMENT: (_DATETIME, 20, 0),
}
_PLACE: Final = (_F, 14, 7)
_NOMINAL, _SCALE = 1, 3
_SECONDS_OF_DAY: Final = 86_400
_FROM_1582: Final = (date(1970, 1, 1) - date(1582, 10, 14)).days * _SECONDS_OF_DAY
_PIECE_ROWS: Final = 1_000


class _Column:
    """One variable in the file: `widths` of its segments in bytes, 0 for a number; `index` is the first slot's."""

    def __init__(self, variable: Variable, longest: int, short_names: Iterator[str], index: int) -> None:
        self.variable = variable
        self.width = 0
        if variable.measure is Measure.TEXT:
            self.width = max(1, longest, *(len(str(value).encode()) for value in variable.texts))
        self.widths = _segments(self.width)
        self.short_names = [next(short_names) for _ in self.widths]
        self.index = index

    @property
    def slots(self) -> int:
        return sum(map(_slots, self.widths))


def _segments(width: int) -> list[int]:
    if width <= _SEGMENT:
        return [width]
    whole = -(-width // _SEGMENT_COUNTS) - 1
    return [*[_SEGMENT] * whole, width - whole * _SEGMENT_COUNTS]


def _slots(width: int) -> int:
    return max(1, -(-width // _SLOT))


def spss_file(table: StatisticsTable) -> Iterator[bytes]:
    """The file in pieces."""
    columns = _columns(table)
    yield _header(table, sum(column.slots for column in columns))
    for column in columns:
        yield _variable_records(column)
    yield b"".join(map(_short_value_labels, columns))
    yield _extensions(table, columns)
    yield pack("<ii", 999, 0)
    yield from _rows(table, columns)


def _columns(table: StatisticsTable) -> list[_Column]:
    names = (f"V{number}" for number in count(1))
    columns: list[_Column] = []
    index = 1
    for place, variable in enumerate(table.variables):
        longest = table.widths[place].longest if place in table.widths else 0
        columns.append(_Column(variable, longest, names, index))
        index += columns[-1].slots
    return columns


def _header(table: StatisticsTable, slots: int) -> bytes:
    """Without a date of its own, so that the same rows make the same file."""
    product = _blank("@(#) SPSS DATA FILE Transect", 60)
    layout, no_compression, no_weight, bias = 2, 0, 0, 100.0
    numbers = pack("<iiiiid", layout, slots, no_compression, no_weight, table.count, bias)
    return b"$FL2" + product + numbers + b"01 Jan 70" + b"00:00:00" + _blank(table.name, 64) + bytes(3)


def _blank(text: str, size: int) -> bytes:
    """Cut or filled up with blanks."""
    return cut(text, size).encode().ljust(size)


def _variable_records(column: _Column) -> bytes:
    records = [
        _variable_record(column, name, width, has_label=number == 0)
        for number, (name, width) in enumerate(zip(column.short_names, column.widths, strict=True))
    ]
    return b"".join(records)


def _variable_record(column: _Column, name: str, width: int, *, has_label: bool) -> bytes:
    form = _form(column.variable, width)
    label = cut(column.variable.label, _MAX_LABEL).encode() if has_label else b""
    record = pack("<6i", 2, width, bool(label), 0, form, form) + _blank(name, 8)
    if label:
        record += pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
    return record + (_slots(width) - 1) * (pack("<6i", 2, -1, 0, 0, 0, 0) + _blank("", 8))


def _form(variable: Variable, width: int) -> int:
    """How the variable is shown: decimals, width and kind in one number."""
    field = variable.column.field
    is_place = field is not None and field.type == GEOPOINT
    kind, shown, decimals = _PLACE if is_place else _FORMATS.get(variable.measure, (_A, width, 0))
    return decimals | shown << 8 | kind << 16


def _short_value_labels(column: _Column) -> bytes:
    """Of numbers and of texts that fit into one slot."""
    texts = column.variable.texts
    if not texts or column.width > _SHORT_TEXT:
        return b""
    pairs = b"".join(_slot(value) + _counted(cut(text, _MAX_VALUE_LABEL).encode()) for value, text in texts.items())
    return pack("<ii", 3, len(texts)) + pairs + pack("<iii", 4, 1, column.index)


def _slot(value: Value) -> bytes:
    return _blank(value, _SLOT) if isinstance(value, str) else pack("<d", value)


def _counted(label: bytes) -> bytes:
    size = -(-(len(label) + 1) // _SLOT) * _SLOT
    return (bytes([len(label)]) + label).ljust(size)


def _extensions(table: StatisticsTable, columns: Sequence[_Column]) -> bytes:
    machine = pack("<8i", 1, 0, 0, -1, 1, 1, 2, _UTF8)
    floats = pack("<3d", _MISSING, float_info.max, _LOWEST)
    shown = b"".join(_display(column) for column in columns)
    long_names = "\t".join(f"{column.short_names[0]}={column.variable.name}" for column in columns)
    long_texts = "".join(
        f"{column.short_names[0]}={column.width:05}\0\t" for column in columns if len(column.widths) > 1
    )
    sets = "".join(_answer_sets(columns))
    parts = [
        _extension(3, 4, machine),
        _extension(4, 8, floats),
        _extension(7, 1, sets.encode()) if sets else b"",
        _extension(11, 4, shown),
        _extension(13, 1, long_names.encode()),
        _extension(14, 1, long_texts.encode()) if long_texts else b"",
        _extension(16, 8, pack("<qq", 1, table.count)),
        _extension(20, 1, b"UTF-8"),
    ]
    long_labels = b"".join(map(_long_value_labels, columns))
    return b"".join(parts) + (_extension(21, 1, long_labels) if long_labels else b"")


def _extension(subtype: int, size: int, content: bytes) -> bytes:
    return pack("<4i", 7, subtype, size, len(content) // size) + content


def _display(column: _Column) -> bytes:
    """How SPSS shows the variable, once for each segment: what kind of scale it is, how wide, on which side."""
    is_category = column.width or column.variable.measure in {Measure.CODE, Measure.FLAG}
    left, right = 0, 1
    side = left if column.width else right
    return b"".join(pack("<3i", _NOMINAL if is_category else _SCALE, 12, side) for _ in column.widths)


def _answer_sets(columns: Sequence[_Column]) -> Iterator[str]:
    """The variables of each question with several choices as a set of multiple responses, counted where they are 1."""
    flags: dict[str, list[_Column]] = {}
    names: dict[str, _Column] = {}
    for column in columns:
        field = column.variable.column.field
        if column.variable.measure is Measure.FLAG and field is not None:
            flags.setdefault(field.path, []).append(column)
        elif field is not None:
            names[field.path] = column
    # A set of one is none.
    for path, members in ((path, members) for path, members in flags.items() if len(members) > 1):
        question = names[path].variable
        label = cut(question.label, _MAX_LABEL)
        listed = " ".join(member.short_names[0].lower() for member in members)
        yield f"${question.name}=D1 1 {len(label.encode())} {label} {listed}\n"


def _long_value_labels(column: _Column) -> bytes:
    texts = column.variable.texts
    if not texts or column.width <= _SHORT_TEXT:
        return b""
    name = column.variable.name.encode()
    pairs = [
        _sized(_blank(str(value), column.width)) + _sized(cut(text, _MAX_VALUE_LABEL).encode())
        for value, text in texts.items()
    ]
    return _sized(name) + pack("<ii", column.width, len(texts)) + b"".join(pairs)


def _sized(content: bytes) -> bytes:
    return pack("<i", len(content)) + content


def _rows(table: StatisticsTable, columns: Sequence[_Column]) -> Iterator[bytes]:
    packers = [_packer(column) for column in columns]
    row = Struct("<" + "".join("d" if not column.width else f"{column.slots * _SLOT}s" for column in columns))
    pieces: list[bytes] = []
    for values in table.rows():
        pieces.append(row.pack(*[packed(value) for packed, value in zip(packers, values, strict=True)]))
        if len(pieces) >= _PIECE_ROWS:
            yield b"".join(pieces)
            pieces = []
    yield b"".join(pieces)


def _packer(column: _Column) -> Callable[[Value | None], float | bytes]:
    size = column.slots * _SLOT
    if len(column.widths) > 1:
        return lambda value: _segmented(str(value or "").encode(), size)
    if column.width:
        return lambda value: str(value or "").encode().ljust(size)
    match column.variable.measure:
        case Measure.DAY:
            return lambda value: _MISSING if value is None else float(value) * _SECONDS_OF_DAY + _FROM_1582
        case Measure.MOMENT:
            return lambda value: _MISSING if value is None else float(value) / 1000 + _FROM_1582
    return lambda value: _MISSING if value is None else float(value)


def _segmented(text: bytes, size: int) -> bytes:
    """Of each segment's 256 bytes the last one is not used."""
    parts: Iterable[bytes] = (text[start : start + _SEGMENT] for start in range(0, len(text), _SEGMENT))
    return b" ".join(parts).ljust(size)
