"""A Stata file of version 118 (Stata 14 and later), as `help dta_118` describes it, written row by row.

Everything in front of the rows is known before the first of them, because the table has been measured.
"""

from collections.abc import Callable, Iterator, Sequence
from struct import Struct, pack
from typing import Final

from server.errors import unexpected_value
from server.exports.statistics.table import StatisticsTable, cut
from server.exports.statistics.variables import Measure, Value, Variable

MAX_VARIABLES: Final = 32_767
_MAX_STR: Final = 2045
_LONG_TEXT: Final = 32_768
_DOUBLE: Final = 65_526
_LONG: Final = 65_528
_BYTE: Final = 65_530
_NAME, _FORMAT, _LABEL = 129, 57, 321
_MAX_LABEL: Final = 80  # letters
_DAYS_FROM_1960: Final = 3653
_MS_OF_DAY: Final = 86_400_000
_PIECE_ROWS: Final = 1_000
# What Stata shows as a dot.
_NO_DOUBLE: Final = 2.0**1023
_MISSING: Final = {"i": 0x7FFF_FFE5, "b": 101}
_OFFSETS: Final = {Measure.DAY: _DAYS_FROM_1960, Measure.MOMENT: _DAYS_FROM_1960 * _MS_OF_DAY}
_TEXT_OF_GSO: Final = 130
_GSO: Final = Struct("<3sIQBI")


# Stata's number of the type, the letter of `struct` for it, and how Stata shows it.
_STORAGE: Final = {
    Measure.NUMBER: (_DOUBLE, "d", "%12.0g"),
    Measure.WHOLE: (_DOUBLE, "d", "%12.0g"),
    Measure.CODE: (_LONG, "i", "%8.0g"),
    Measure.FLAG: (_BYTE, "b", "%8.0g"),
    Measure.DAY: (_DOUBLE, "d", "%td"),
    Measure.MOMENT: (_DOUBLE, "d", "%tc"),
}


class _Field:
    """How one variable stands in a row."""

    def __init__(self, variable: Variable, longest: int) -> None:
        self.variable = variable
        self.is_text = variable.measure is Measure.TEXT
        self.is_long_text = self.is_text and longest > _MAX_STR
        width = max(1, longest)
        short_text = (width, f"{width}s", f"%{width}s")
        text = (_LONG_TEXT, "8s", "%9s") if self.is_long_text else short_text
        self.type, self.code, self.format = _STORAGE.get(variable.measure, text)


def stata_file(table: StatisticsTable) -> Iterator[bytes]:
    """The file in pieces."""
    fields = [_Field(item, _longest(table, place)) for place, item in enumerate(table.variables)]
    row = Struct("<" + "".join(field.code for field in fields))
    sections = _sections(table, fields)
    sizes = [len(section) for section in sections[1:]]
    offsets = [0, len(sections[0])]
    offsets.append(offsets[1] + len(_map([0] * 14)))
    for size in sizes:
        offsets.append(offsets[-1] + size)
    labels = _value_labels(fields)
    offsets.append(offsets[-1] + len(b"<data></data>") + row.size * table.count)
    offsets.append(offsets[-1] + len(b"<strls></strls>") + _long_texts_size(table, fields))
    offsets.append(offsets[-1] + len(labels))
    offsets.append(offsets[-1] + len(_END))
    yield sections[0] + _map(offsets) + b"".join(sections[1:])
    yield b"<data>"
    yield from _rows(table, fields, row)
    yield b"</data><strls>"
    yield from _long_texts(table, fields)
    yield b"</strls>" + labels + _END


_END: Final = b"</stata_dta>"


def check_size(table: StatisticsTable) -> None:
    """Raise 400.8 for a table that Stata cannot hold."""
    if len(table.variables) > MAX_VARIABLES:
        reason = f"the table {table.name} would have {len(table.variables)} variables, Stata holds {MAX_VARIABLES}"
        raise unexpected_value("format", "stata", f"{reason}; export as parquet or csv.zip, or choose columns")


def _longest(table: StatisticsTable, place: int) -> int:
    return table.widths[place].longest if place in table.widths else 0


def _map(offsets: Sequence[int]) -> bytes:
    return b"<map>" + pack("<14Q", *offsets) + b"</map>"


def _sections(table: StatisticsTable, fields: Sequence[_Field]) -> list[bytes]:
    """The header, and what stands between the map and the rows."""
    count, label = len(fields), table.name[:_MAX_LABEL].encode()
    header = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>%b</K><N>%b</N>" % (
        pack("<H", count),
        pack("<Q", table.count),
    )
    header += b"<label>" + pack("<H", len(label)) + label + b"</label><timestamp>\0</timestamp></header>"
    label_names = [field.variable.name if _has_labels(field) else "" for field in fields]
    return [
        header,
        _tagged(b"variable_types", pack(f"<{count}H", *(field.type for field in fields))),
        _tagged(b"varnames", b"".join(_fixed(field.variable.name, _NAME) for field in fields)),
        _tagged(b"sortlist", bytes(2 * (count + 1))),
        _tagged(b"formats", b"".join(_fixed(field.format, _FORMAT) for field in fields)),
        _tagged(b"value_label_names", b"".join(_fixed(name, _NAME) for name in label_names)),
        _tagged(b"variable_labels", b"".join(_fixed(field.variable.label[:_MAX_LABEL], _LABEL) for field in fields)),
        _tagged(b"characteristics", b"".join(_characteristics(field.variable) for field in fields)),
    ]


def _tagged(tag: bytes, content: bytes) -> bytes:
    return b"<%b>%b</%b>" % (tag, content, tag)


def _fixed(text: str, size: int) -> bytes:
    return cut(text, size - 1).encode().ljust(size, b"\0")


def _characteristics(variable: Variable) -> bytes:
    """What `char list` shows: where the question stands in the form, and all of its label."""
    field = variable.column.field
    if field is None:
        return b""
    return _characteristic(variable.name, "path", field.path) + _characteristic(variable.name, "label", variable.label)


def _characteristic(variable: str, name: str, text: str) -> bytes:
    content = _fixed(variable, _NAME) + _fixed(name, _NAME) + text.encode() + b"\0"
    return _tagged(b"ch", pack("<I", len(content)) + content)


def _has_labels(field: _Field) -> bool:
    return field.variable.measure is Measure.CODE and bool(field.variable.texts)


def _rows(table: StatisticsTable, fields: Sequence[_Field], row: Struct) -> Iterator[bytes]:
    packers = [_packer(field, number) for number, field in enumerate(fields, start=1)]
    pieces: list[bytes] = []
    for number, values in enumerate(table.rows(), start=1):
        pieces.append(row.pack(*[packed(value, number) for packed, value in zip(packers, values, strict=True)]))
        if len(pieces) >= _PIECE_ROWS:
            yield b"".join(pieces)
            pieces = []
    yield b"".join(pieces)


_Packer = Callable[[Value | None, int], bytes | float]


def _packer(field: _Field, place: int) -> _Packer:
    """From a value and the number of its row to what `struct` takes."""
    if field.is_long_text:
        # The variable and the row, where the text is found behind the rows.
        return lambda value, number: pack("<H", place) + number.to_bytes(6, "little") if value else bytes(8)
    if field.is_text:
        return lambda value, _: str(value or "").encode()
    missing, offset = _MISSING.get(field.code, _NO_DOUBLE), _OFFSETS.get(field.variable.measure, 0)
    return lambda value, _: missing if value is None else value + offset  # type: ignore[operator]  # a number


def _long_texts_size(table: StatisticsTable, fields: Sequence[_Field]) -> int:
    widths = [table.widths[place] for place, field in enumerate(fields) if field.is_long_text]
    return sum(item.total + item.count * (_GSO.size + 1) for item in widths)


def _long_texts(table: StatisticsTable, fields: Sequence[_Field]) -> Iterator[bytes]:
    places = [place for place, field in enumerate(fields) if field.is_long_text]
    if not places:
        return
    for number, values in enumerate(table.rows(), start=1):
        for place in places:
            text = str(values[place] or "").encode()
            if text:
                yield _GSO.pack(b"GSO", place + 1, number, _TEXT_OF_GSO, len(text) + 1) + text + b"\0"


def _value_labels(fields: Sequence[_Field]) -> bytes:
    return _tagged(b"value_labels", b"".join(_labels_of(field.variable) for field in fields if _has_labels(field)))


def _labels_of(variable: Variable) -> bytes:
    pairs = sorted((int(value), text.encode() + b"\0") for value, text in variable.texts.items())
    offsets, size = [], 0
    for _, text in pairs:
        offsets.append(size)
        size += len(text)
    values = [value for value, _ in pairs]
    content = pack(f"<II{len(pairs)}I{len(pairs)}i", len(pairs), size, *offsets, *values)
    content += b"".join(text for _, text in pairs)
    return _tagged(b"lbl", pack("<I", len(content)) + _fixed(variable.name, _NAME) + bytes(3) + content)
