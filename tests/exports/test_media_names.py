"""Names of files in a media zip."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Problem
from server.exports.media_names import MediaNames, check_pattern, field_of

ANSWERS = {"village": "Bản Lác", "home": {"roof": "ngói", "photo": "1.jpg"}, "member": [{"face": "2.jpg"}]}
WORDS = {
    "instanceName": "Hộ ông Đức", "instanceId": "uuid:1", "submitter": "Chi", "date": "2026-11-22", "field": "photo",
    "filename": "1.jpg",
}  # fmt: skip


def named(pattern: str, **words: str) -> str:
    return MediaNames(pattern).name(WORDS | words, ANSWERS)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{village}/{instanceName}_{field}.jpg", "Bản Lác/Hộ ông Đức_photo.jpg"),
        ("{instanceId}/{filename}", "uuid_1/1.jpg"),
        ("{date}-{submitter}-{field}", "2026-11-22-Chi-photo.jpg"),
        ("{home/roof}/{roof}.jpg", "ngói/ngói.jpg"),
        ("//{village}//a.jpg", "Bản Lác/a.jpg"),
    ],
)
def test_name_is_made_of_the_answers(pattern: str, name: str) -> None:
    assert named(pattern) == name


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("../../etc", ".._.._etc.jpg"),
        ("a/b\\c", "a_b_c.jpg"),
        ("CON", "_CON.jpg"),
        ("lpt1", "_lpt1.jpg"),
        ("a\u0301", "á.jpg"),
        ("", "_.jpg"),
        ('<>:"|?*', "_______.jpg"),
    ],
)
def test_answer_cannot_make_a_name_that_does_harm(answer: str, name: str) -> None:
    assert named("{instanceName}.jpg", instanceName=answer) == name


def test_names_that_are_equal_on_windows_are_numbered() -> None:
    names = MediaNames("{instanceName}.jpg")

    assert [names.name(WORDS | {"instanceName": name}, {}) for name in ("Mai", "mai", "MAI")] == [
        "Mai.jpg", "mai~2.jpg", "MAI~3.jpg",
    ]  # fmt: skip


@given(st.lists(st.text(), min_size=1), st.text())
def test_every_name_is_plain_and_there_once(values: list[str], file_name: str) -> None:
    names = MediaNames("{instanceName}/{filename}")
    made = [names.name(WORDS | {"instanceName": value, "filename": file_name}, {}) for value in values]

    assert len({name.casefold() for name in made}) == len(values)
    for step in [step for name in made for step in name.split("/")]:
        assert step not in {"", ".", ".."}
        assert len(step.encode()) <= 255
        assert unicodedata.is_normalized("NFC", step)
        assert not step.endswith((" ", "."))


@pytest.mark.parametrize("pattern", ["{nothing}.jpg", "{village", "village}", "", "/", "{}"])
def test_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(Problem) as refusal:
        check_pattern(pattern, frozenset({"village"}))

    assert refusal.value.code == "400.8"


def test_field_is_found_in_groups_and_repeats() -> None:
    assert [field_of(ANSWERS, name) for name in ("1.jpg", "2.jpg", "3.jpg")] == ["photo", "face", None]
