import io
import zipfile
from collections.abc import Callable

import pytest
import xlwt

from server.forms.convert import (
    MAX_CELL_TAGS,
    MAX_OTHER_TAGS,
    MAX_ROWS,
    MAX_UNPACKED,
    ConversionError,
    Kind,
    convert,
    workbook_kind,
)
from tests.forms.definitions import form_sheets, old_workbook, workbook, xlsform


def _archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def _repacked(content: bytes, extra: dict[str, bytes]) -> bytes:
    copy = io.BytesIO(content)
    with zipfile.ZipFile(copy, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in extra.items():
            archive.writestr(name, part)
    return copy.getvalue()


def _refusal(content: bytes, kind: Kind = "xlsx") -> str:
    with pytest.raises(ConversionError) as caught:
        convert(content, kind, "visit")
    return str(caught.value)


def test_bytes_tell_the_kind_of_workbook() -> None:
    kinds = [workbook_kind(content) for content in (xlsform(), old_workbook(**form_sheets()), b"<h:html/>", b"")]

    assert kinds == ["xlsx", "xls", None, None]


@pytest.mark.parametrize(("make", "kind"), [(workbook, "xlsx"), (old_workbook, "xls")])
def test_both_kinds_of_workbook_become_an_xform(make: Callable[..., bytes], kind: Kind) -> None:
    converted = convert(make(**form_sheets(("integer", "age", "Tuổi"))), kind, None)

    assert b'<data id="visit" version="1">' in converted.xml
    assert "Tuổi".encode() in converted.xml
    assert converted.warnings == ()


def test_fallback_becomes_the_id_of_a_form_without_one() -> None:
    assert b'<data id="kh\xe1\xba\xa3o s\xc3\xa1t"' in convert(xlsform(form_id=None), "xlsx", "khảo sát").xml


def test_id_in_the_settings_goes_before_the_fallback() -> None:
    assert b'<data id="visit"' in convert(xlsform(), "xlsx", "other").xml


def test_form_without_any_id_is_warned_of() -> None:
    (warning,) = convert(xlsform(form_id=None), "xlsx", None).warnings

    assert "form_id" in warning


def test_external_choices_come_out_as_a_csv_file() -> None:
    content = workbook(
        survey=[("type", "name", "label", "choice_filter"), ("select_one_external xa", "xa", "Xã", "true()")],
        choices=[("list_name", "name", "label"), ("unused", "a", "A")],
        external_choices=[("list_name", "name", "label"), ("xa", "01", "Bản Cuôn")],
    )

    assert "Bản Cuôn" in (convert(content, "xlsx", "visit").itemsets or b"").decode()


def test_fault_in_a_row_is_named_with_its_row() -> None:
    sheets = form_sheets(("text", "a", "A"), ("select_one missing", "b", "B"))
    content = workbook(**sheets, choices=[("list_name", "name", "label"), ("v", "a", "A")])

    message = _refusal(content)

    assert "row : 3" in message
    assert "missing" in message


def test_unknown_question_type_is_named() -> None:
    assert "textX" in _refusal(xlsform(("textX", "a", "A")))


def test_workbook_without_questions_is_refused() -> None:
    assert "survey" in _refusal(workbook(survey=[("type", "name", "label")]))
    assert "survey" in _refusal(workbook(settings=[("form_id",), ("visit",)], choices=[("list_name",)]))


def test_truncated_workbook_is_refused() -> None:
    content = xlsform()

    assert "damaged" in _refusal(content[: len(content) // 2])


def test_truncated_old_workbook_is_refused() -> None:
    content = old_workbook(**form_sheets())

    assert _refusal(content[:2000], "xls")


@pytest.mark.parametrize("position", range(0, 5000, 611))
def test_damage_anywhere_in_an_old_workbook_never_breaks_through(position: int) -> None:
    content = bytearray(old_workbook(**form_sheets()))
    content[position : position + 40] = b"\xff" * 40

    try:
        converted = convert(bytes(content), "xls", "visit").xml
    except ConversionError as error:
        converted = str(error).encode()

    assert converted


def test_archive_of_something_else_is_refused() -> None:
    assert "not an Excel workbook" in _refusal(_archive(word__document_xml=b"<w/>"))


def test_workbook_with_macros_is_refused() -> None:
    assert "macros" in _refusal(_repacked(xlsform(), {"xl/vbaProject.bin": b"\0"}))


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _repacked(xlsform(), {"xl/worksheets/sheet9.xml": b"\0" * (MAX_UNPACKED + 1)})

    assert "unpacks to more than" in _refusal(bomb)


def test_workbook_of_very_many_parts_is_refused() -> None:
    assert "unpacks" in _refusal(_archive(**{f"part{number}": b"" for number in range(2001)}))


def test_workbook_with_a_password_is_refused() -> None:
    # What Excel writes then: an OLE container with a stream of this name.
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")

    assert "password" in _refusal(container, "xls")


def test_too_many_rows_are_refused_with_the_sheet_that_has_them() -> None:
    content = workbook(**form_sheets(), choices=[("list_name",), *[("v",)] * MAX_ROWS])

    message = _refusal(content)

    assert "choices" in message
    assert "50,000" in message


def test_old_workbook_with_too_many_rows_is_refused() -> None:
    content = old_workbook(**form_sheets(), choices=[("list_name",), *[("v",)] * MAX_ROWS])

    assert "choices" in _refusal(content, "xls")


def test_small_workbook_of_very_many_cells_is_refused_before_it_is_read() -> None:
    cells = b"<c/>" * (MAX_CELL_TAGS + 1)

    assert "too many cells" in _refusal(_repacked(xlsform(), {"xl/worksheets/sheet9.xml": cells}))


def test_small_workbook_of_very_many_styles_is_refused_before_it_is_read() -> None:
    assert "styles" in _refusal(_repacked(xlsform(), {"xl/other.bin": b"<xf/>" * (MAX_OTHER_TAGS + 1)}))


def test_old_workbook_with_cells_far_out_is_refused() -> None:
    book = xlwt.Workbook()
    for number in range(3):
        book.add_sheet(f"sheet {number}").write(65_535, 100, "far out")
    content = io.BytesIO()
    book.save(content)

    assert "too far out" in _refusal(content.getvalue(), "xls")


def test_groups_nested_without_end_are_refused_in_plain_words() -> None:
    begins = [("begin group", f"g{number}", "G") for number in range(2000)]
    ends = [("end group", "", "")] * 2000

    assert _refusal(xlsform(*begins, ("text", "a", "A"), *ends))
