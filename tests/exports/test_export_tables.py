"""Tables of a form, fields of several versions, and rows of one submission."""

from server.exports.rows import repeat_rows
from server.exports.tables import build_tables, merged_fields
from server.xform.fields import REPEAT, STRUCTURE, Field


def fields(*specification: str) -> tuple[Field, ...]:
    """`/path`, `/path:type`; a path that ends in `/` is a group, one that ends in `*` a repeat."""
    return tuple(_field(order, item) for order, item in enumerate(specification))


def _field(order: int, item: str) -> Field:
    path, _, kind = item.partition(":")
    kind = {"/": STRUCTURE, "*": REPEAT}.get(path[-1], kind or "string")
    parent, _, name = path.rstrip("/*").rpartition("/")
    return Field(path.rstrip("/*"), name, kind, order, parent or None)


NESTED = fields("/a", "/g/", "/g/b", "/g/r*", "/g/r/c", "/g/r/h/", "/g/r/h/s*", "/g/r/h/s/d", "/g/e", "/f")


def test_columns_keep_the_order_of_the_form_across_groups() -> None:
    root = build_tables(NESTED)

    assert [column.field.path for column in root.columns] == ["/a", "/g/b", "/g/e", "/f"]
    assert root.values({"f": 4, "g": {"e": 3, "b": 2, "r": [{}]}, "a": 1, "x": 9}) == [1, 2, 3, 4]


def test_tables_are_nested_as_the_repeats_are() -> None:
    assert [(table.path, table.steps) for table in build_tables(NESTED).walk()] == [
        ("", ()),
        ("/g/r", ("g", "r")),
        ("/g/r/h/s", ("h", "s")),
    ]


def test_rows_carry_keys_and_typed_values() -> None:
    answers = {"g": {"r": [{"c": 1, "h": {"s": [{"d": ["x"]}, {}]}}, {"c": 2.5}]}}

    rows = list(repeat_rows(build_tables(NESTED), answers, "uuid:1"))

    assert [(row.table.path, row.key, row.parent_key, row.values) for row in rows] == [
        ("/g/r", "uuid:1/g/r[1]", "uuid:1", [1]),
        ("/g/r/h/s", "uuid:1/g/r[1]/h/s[1]", "uuid:1/g/r[1]", [["x"]]),
        ("/g/r/h/s", "uuid:1/g/r[1]/h/s[2]", "uuid:1/g/r[1]", [None]),
        ("/g/r", "uuid:1/g/r[2]", "uuid:1", [2.5]),
    ]


def test_answers_of_another_shape_are_passed_over() -> None:
    root = build_tables(NESTED)

    assert root.values({"g": "text", "a": None}) == [None] * 4
    assert list(repeat_rows(root, {"g": {"r": "text"}}, "k")) == []
    assert list(repeat_rows(root, {"g": [{"r": [{}]}]}, "k")) == []
    assert [row.key for row in repeat_rows(root, {"g": {"r": ["text", {}]}}, "k")] == ["k/g/r[2]"]
    assert [row.values for row in repeat_rows(root, {"g": {"r": {"c": 1}}}, "k")] == [[1]]


def test_fields_of_earlier_versions_come_last_in_their_group() -> None:
    newest = fields("/g/", "/g/b", "/c:int")
    middle = fields("/old:date", "/g/", "/g/x", "/g/b", "/r*", "/r/y")
    oldest = fields("/c:string", "/r*", "/r/z", "/old:string", "/older")

    merged = merged_fields([newest, middle, oldest])

    assert [(field.path, field.type, field.order) for field in merged] == [
        ("/g", STRUCTURE, 0),
        ("/g/b", "string", 1),
        ("/g/x", "string", 2),
        ("/c", "int", 3),
        ("/old", "date", 4),
        ("/r", REPEAT, 5),
        ("/r/y", "string", 6),
        ("/r/z", "string", 7),
        ("/older", "string", 8),
    ]


def test_group_that_became_a_question_has_nothing_inside() -> None:
    merged = merged_fields([fields("/g"), fields("/g/", "/g/b")])

    assert [field.path for field in merged] == ["/g"]
