"""Every cell of the exported tables against the XML that phones have sent."""

import pytest
from werkzeug.test import TestResponse

from tests.cast import Caller, Cast
from tests.exports.survey import (
    FIRST_ROOT,
    FORM,
    FORM_ID,
    GPS,
    MEMBER,
    ROOM,
    SYSTEM,
    WINDOW,
    SubTable,
    filled,
    header_of,
    lines_of,
    names_in,
    read_member,
    repeat_cells,
    root_cells,
    survey_form,
    tables_of,
)
from tests.factories import new_id, publish, send

ZIP = f"{FORM}/submissions.csv.zip"
CSV = f"{FORM}/submissions.csv"
LATER_ROOT = ["start", "name", *GPS, "home-crops", "home-roof", "income", "ranked", "note", "meta-instanceID"]
LATER_ROOT += ["meta-audit"]
Sent = dict[str, bytes]


def export(caller: Caller, path: str = ZIP) -> TestResponse:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    return answer


def send_many(caller: Caller, count: int, *, version: str = "1") -> Sent:
    """Send so many, and give their XML by instanceID, oldest first."""
    sent = {}
    for seed in range(count):
        instance_id = new_id()
        sent[instance_id] = filled(seed, instance_id, version=version)
        assert send(caller, sent[instance_id]).status_code == 201
    return sent


def publish_later_version(caller: Caller) -> None:
    draft = caller.post(f"{FORM}/draft?ignoreWarnings=true", data=survey_form("2"), content_type="application/xml")
    assert draft.status_code == 200, draft.text
    assert caller.post(f"{FORM}/draft/publish").status_code == 200


def cells_of(line: dict[str, str], columns: list[str]) -> dict[str, str]:
    return {column: line[column] for column in columns}


@pytest.fixture
def sent(cast: Cast) -> Sent:
    publish(cast.bob, survey_form())
    return send_many(cast.chi, 12)


def test_each_table_has_its_file(cast: Cast, sent: Sent) -> None:
    answer = export(cast.vy)

    assert names_in(answer) == [
        f"{FORM_ID}.csv",
        f"{FORM_ID}-home-room.csv",
        f"{FORM_ID}-home-room-window.csv",
        f"{FORM_ID}-member.csv",
    ]


def test_root_table_has_every_answer_newest_first(cast: Cast, sent: Sent) -> None:
    answer = export(cast.vy)

    assert header_of(read_member(answer, f"{FORM_ID}.csv")) == ["SubmissionDate", *FIRST_ROOT, *SYSTEM]
    lines = tables_of(answer)[f"{FORM_ID}.csv"]
    assert [line["KEY"] for line in lines] == list(sent)[::-1]
    assert [cells_of(line, FIRST_ROOT) for line in lines] == [
        root_cells(xml, FIRST_ROOT) for xml in reversed(sent.values())
    ]


@pytest.mark.parametrize(("name", "table"), [("home-room", ROOM), ("home-room-window", WINDOW), ("member", MEMBER)])
def test_repeat_tables_have_every_answer_and_hang_together(cast: Cast, sent: Sent, name: str, table: SubTable) -> None:
    answer = export(cast.vy)

    assert header_of(read_member(answer, f"{FORM_ID}-{name}.csv")) == [*table[1], "PARENT_KEY", "KEY"]
    lines = tables_of(answer)[f"{FORM_ID}-{name}.csv"]
    assert lines == [row for key in reversed(sent) for row in repeat_cells(sent[key], key, table)]
    assert len(lines) > 5


def test_keys_of_nested_rows_lead_to_the_rows_around_them(cast: Cast, sent: Sent) -> None:
    tables = tables_of(export(cast.vy))

    rooms = {line["KEY"] for line in tables[f"{FORM_ID}-home-room.csv"]}
    assert {line["PARENT_KEY"] for line in tables[f"{FORM_ID}-home-room-window.csv"]} <= rooms
    assert {line["PARENT_KEY"] for line in tables[f"{FORM_ID}-home-room.csv"]} <= set(sent)
    assert f"{next(iter(sent))}/home/room[1]" in rooms


def test_plain_csv_is_the_root_table_of_the_zip(cast: Cast, sent: Sent) -> None:
    plain = export(cast.vy, CSV)

    assert plain.data == read_member(export(cast.vy), f"{FORM_ID}.csv")
    assert plain.content_type == "text/csv; charset=utf-8"


def test_lines_end_with_a_line_feed_and_have_no_byte_order_mark(cast: Cast, sent: Sent) -> None:
    content = export(cast.vy, CSV).data

    assert content.startswith(b"SubmissionDate,")
    assert content.endswith(b"\n")
    assert b"\r" not in content


def test_carriage_return_in_an_answer_stays_inside_its_cell(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    xml = filled(1, new_id()).replace(b"<note/>", b"<note>a&#13;b&#13;&#10;c</note>")
    send(cast.chi, xml)

    assert [line["note"] for line in lines_of(export(cast.vy, CSV).data)] == ["a\rb\r\nc"]


def test_what_the_server_knows_stands_behind_the_answers(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    instance_id = new_id()
    send(cast.chi, filled(1, instance_id))

    line = lines_of(export(cast.vy, CSV).data)[0]

    created = cast.bob.get(f"{FORM}/submissions/{instance_id}").json
    assert line["SubmissionDate"] == created["createdAt"]
    assert cells_of(line, SYSTEM) == {
        "KEY": instance_id,
        "SubmitterID": str(cast.chi.id),
        "SubmitterName": "Chi",
        "AttachmentsPresent": "0",
        "AttachmentsExpected": "0",
        "Status": "",
        "ReviewState": "",
        "DeviceID": "collect:abc",
        "Edits": "0",
        "FormVersion": "1",
    }


def test_edited_submission_shows_its_last_answers_and_its_first_name_and_version(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    first, second, third = new_id(), new_id(), new_id()
    send(cast.chi, filled(1, first))
    send(cast.chi, filled(2, second, replaces=first))
    publish_later_version(cast.bob)
    last = filled(3, third, version="2", replaces=second)
    assert send(cast.chi, last).status_code == 201

    line = lines_of(export(cast.vy, CSV).data)[0]

    assert cells_of(line, LATER_ROOT) == root_cells(last, LATER_ROOT)
    assert (line["KEY"], line["Edits"], line["FormVersion"], line["ReviewState"]) == (first, "2", "1", "edited")


def test_columns_are_those_of_the_current_version(cast: Cast, sent: Sent) -> None:
    publish_later_version(cast.bob)
    sent |= send_many(cast.chi, 4, version="2")

    lines = lines_of(export(cast.vy, CSV).data)

    assert list(lines[0]) == ["SubmissionDate", *LATER_ROOT, *SYSTEM]
    assert [cells_of(line, LATER_ROOT) for line in lines] == [
        root_cells(xml, LATER_ROOT) for xml in reversed(sent.values())
    ]


def test_deleted_fields_come_behind_the_others_of_their_group(cast: Cast, sent: Sent) -> None:
    publish_later_version(cast.bob)
    sent |= send_many(cast.chi, 4, version="2")

    lines = lines_of(export(cast.vy, f"{CSV}?deletedFields=true").data)

    columns = [*LATER_ROOT, "age"]
    assert list(lines[0]) == ["SubmissionDate", *columns, *SYSTEM]
    assert [cells_of(line, columns) for line in lines] == [root_cells(xml, columns) for xml in reversed(sent.values())]


def test_without_group_paths_headers_are_names_alone(cast: Cast, sent: Sent) -> None:
    answer = export(cast.vy, f"{ZIP}?groupPaths=false")

    root = header_of(read_member(answer, f"{FORM_ID}.csv"))
    assert root[1:8] == ["start", "name", "gps-Latitude", "gps-Longitude", "gps-Altitude", "gps-Accuracy", "crops"]
    assert header_of(read_member(answer, f"{FORM_ID}-home-room-window.csv"))[:2] == ["height", "far"]


def test_split_choices_are_those_of_the_form_and_then_those_of_the_data(cast: Cast, sent: Sent) -> None:
    answer = export(cast.vy, f"{ZIP}?splitSelectMultiples=true")

    root = header_of(read_member(answer, f"{FORM_ID}.csv"))
    assert root[7:12] == ["home-crops", "home-crops/lúa", "home-crops/ngô", "home-crops/sắn", "age"]
    members = header_of(read_member(answer, f"{FORM_ID}-member.csv"))
    assert members == ["m_name", "langs", "langs/vi", "langs/nùng", "langs/tày", "PARENT_KEY", "KEY"]


def test_split_cells_say_of_every_choice_whether_it_was_taken(cast: Cast, sent: Sent) -> None:
    tables = tables_of(export(cast.vy, f"{ZIP}?splitSelectMultiples=true"))

    members = [row for key in reversed(sent) for row in repeat_cells(sent[key], key, MEMBER)]
    assert [line["langs"] for line in tables[f"{FORM_ID}-member.csv"]] == [row["langs"] for row in members]
    assert [line["langs/tày"] for line in tables[f"{FORM_ID}-member.csv"]] == [
        str(int("tày" in row["langs"].split())) for row in members
    ]


def test_choices_of_earlier_versions_are_split_too(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    publish_later_version(cast.bob)

    header = header_of(export(cast.vy, f"{CSV}?splitSelectMultiples=true&deletedFields=true").data)

    assert [name for name in header if name.startswith("home-crops/")] == [
        "home-crops/lúa",
        "home-crops/chè",
        "home-crops/ngô",
    ]


def test_form_without_submissions_gives_headers_alone(cast: Cast) -> None:
    publish(cast.bob, survey_form())

    answer = export(cast.vy)

    assert read_member(answer, f"{FORM_ID}-member.csv") == b"m_name,langs,PARENT_KEY,KEY\n"
    assert lines_of(read_member(answer, f"{FORM_ID}.csv")) == []
