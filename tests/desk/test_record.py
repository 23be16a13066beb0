"""One submission on the desk: answers with labels in the form's groups, findings in place, changes, what happened."""

import pytest

from server.desk.answers import Answer, Section
from server.desk.record import Record, read_record
from server.forms.find import find_form, find_project
from tests.cast import Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import publish, send
from tests.queries import counted_queries
from tests.submissions.rules import FORM_ID as LISTED_FORM
from tests.submissions.rules import rules_form, visit
from tests.web.survey import FORM_ID, Household, household

ITEMS = f"/v1/projects/1/forms/{FORM_ID}/submissions"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


# A repeat and a question whose labels put in answers, and a calculation that nobody sees.
QUOTING_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>Quoting</h:title><model>
  <instance><data id="quoting" version="1"><village/><person><who><name/></who><sex/></person>
   <meta><instanceID/></meta></data></instance>
  <bind nodeset="/data/village" type="string" calculate="'Nà Me'"/>
  <bind nodeset="/data/person/who/name" type="string"/>
  <bind nodeset="/data/person/sex" type="string"/>
 </model></h:head>
 <h:body><group ref="/data/person"><label>Người <output value=" /data/person/who/name "/></label>
  <repeat nodeset="/data/person"><group ref="/data/person/who"><input ref="/data/person/who/name"><label>Họ tên</label></input></group>
  <select1 ref="/data/person/sex"><label>Giới tính của <output value="../who/name"/> ở <output value="/data/village"/></label>
   <item><label>Nữ</label><value>f</value></item></select1></repeat></group></h:body></h:html>""".encode()


def quoting(*people: tuple[str, str]) -> bytes:
    """A submission of that form: names and sexes, '' where there is no answer."""
    filled = "".join(
        f"<person><who>{f'<name>{name}</name>' if name else ''}</who>{f'<sex>{sex}</sex>' if sex else ''}</person>"
        for name, sex in people
    )
    head = '<data id="quoting" version="1"><village>Nà Me</village>'
    return f"{head}{filled}<meta><instanceID>uuid:quoting</instanceID></meta></data>".encode()


def record(cast: Cast, instance_id: str, language: str = "vi", form_id: str = FORM_ID) -> Record:
    services = cast.services
    with services.database.read() as session:
        form = find_form(session, find_project(session, 1), form_id)
        return read_record(services.database, services.storage, session, form, instance_id, language=language)


def answers(found: Record) -> dict[str, Answer]:
    assert found.answers is not None
    return {answer.path: answer for answer in found.answers.answers()}


def test_answers_stand_in_the_groups_of_the_form_with_its_labels(cast: Cast, sent: list[Household]) -> None:
    found = record(cast, sent[0].instance_id)
    assert found.answers is not None
    sections = [item for item in found.answers.items if isinstance(item, Section)]
    assert [section.label for section in sections[:3]] == ["Địa bàn", "Hộ gia đình", "Nhà ở"]
    assert [section.label for section in sections[3:]] == [f"Thành viên {n}" for n in range(1, len(sections) - 2)]
    assert answers(found)["/household/head"].texts == [sent[0].name]


@pytest.mark.parametrize(("language", "label"), [("vi", "Mái nhà"), ("en", "Roof"), ("fr", "Mái nhà")])
def test_labels_come_in_the_language_of_the_reader(
    cast: Cast, sent: list[Household], language: str, label: str
) -> None:
    roof = answers(record(cast, sent[0].instance_id, language))["/house/roof"]
    assert roof.label == label
    names = {"vi": {"Ngói", "Xi măng", "Lá"}, "en": {"Tiles", "Cement sheets", "Leaves"}}
    assert set(roof.texts) <= names.get(language, names["vi"])


def test_a_label_puts_in_the_answer_of_its_own_filling(cast: Cast) -> None:
    publish(cast.bob, QUOTING_FORM)
    assert send(cast.chi, quoting(("Lan", "f"), ("", ""))).status_code == 201
    found = record(cast, "uuid:quoting", form_id="quoting")
    assert found.answers is not None
    fillings = [item for item in found.answers.items if isinstance(item, Section)]
    assert [filling.label for filling in fillings] == ["Người Lan", "Người … 2"]
    assert [answer.label for answer in answers(found).values() if answer.is_for_reading] == [
        "Họ tên",
        "Giới tính của Lan ở Nà Me",
    ]


def test_what_nobody_was_asked_stands_apart(cast: Cast) -> None:
    publish(cast.bob, QUOTING_FORM)
    assert send(cast.chi, quoting(("Lan", "f"))).status_code == 201
    found = record(cast, "uuid:quoting", form_id="quoting")
    assert found.answers is not None
    assert [answer.path for answer in found.answers.recorded()] == ["/village"]


def test_what_nobody_was_asked_is_read_with_the_answers_when_it_is_wrong(cast: Cast) -> None:
    publish(cast.bob, QUOTING_FORM)
    wrong = quoting(("Lan", "f")).replace("Nà Me".encode(), b"X")
    assert send(cast.chi, wrong).status_code == 201
    found = record(cast, "uuid:quoting", form_id="quoting")
    assert found.answers is not None
    assert found.answers.recorded() == []
    assert answers(found)["/village"].is_for_reading


def test_places_come_as_geometry_with_their_accuracy(cast: Cast, sent: list[Household]) -> None:
    (place,) = record(cast, sent[0].instance_id).places
    assert place.place is not None
    assert place.place["type"] == "Point"
    assert place.accuracy == float(place.value.split()[3])


def test_findings_stand_at_the_answer_that_they_are_about(cast: Cast, sent: list[Household]) -> None:
    found = record(cast, sent[3].instance_id)
    (finding,) = found.open_findings
    flagged = [answer for answer in answers(found).values() if answer.findings]
    assert [answer.value for answer in flagged] == ["150"]
    assert flagged[0].findings == [finding]
    assert found.answers is not None
    assert found.answers.is_flagged


def test_a_dismissed_finding_is_listed_and_tints_nothing(cast: Cast, sent: list[Household]) -> None:
    item = f"{ITEMS}/{sent[3].instance_id}"
    number = cast.bob.get(f"{item}/findings").json[0]["id"]
    cast.bob.patch(f"{item}/findings/{number}", json={"dismissed": True, "reason": "Đúng là 150"})
    found = record(cast, sent[3].instance_id)
    assert (len(found.findings), found.open_findings) == (1, [])
    assert not any(answer.findings for answer in answers(found).values())


def test_an_edit_shows_what_each_answer_was(cast: Cast, sent: list[Household]) -> None:
    edit = household(1, replaces=sent[0], with_photos=False)
    assert send(cast.chi, edit.xml).status_code == 201
    found = record(cast, sent[0].instance_id)
    changed = {answer.path: answer.before for answer in answers(found).values() if answer.is_changed}
    before = int(answers(found)["/household/size"].value) - 1
    assert changed == {"/household/size": str(before)}


def test_a_first_version_has_changed_nothing(cast: Cast, sent: list[Household]) -> None:
    found = record(cast, sent[0].instance_id)
    assert not any(answer.is_changed for answer in answers(found).values())


def test_what_happened_comes_newest_first_with_comments_among_it(cast: Cast, sent: list[Household]) -> None:
    item = f"{ITEMS}/{sent[0].instance_id}"
    cast.bob.post(f"{item}/comments", json={"body": "Hỏi lại chủ hộ"})
    cast.alice.patch(item, json={"reviewState": "approved"})
    events = record(cast, sent[0].instance_id).events
    assert [event.actor for event in events] == ["Alice", "Bob", "Chi"]
    assert events[1].comment is not None
    assert events[1].comment.body == "Hỏi lại chủ hộ"


def test_choices_of_a_file_are_shown_by_their_labels(cast: Cast) -> None:
    publish(cast.bob, rules_form(lists_villages=True))
    forms = f"/v1/projects/1/forms/{LISTED_FORM}"
    assert cast.bob.post(f"{forms}/draft").status_code == 200
    csv = "name,label\nv1,Nà Pái\n".encode()
    upload = cast.bob.post(f"{forms}/draft/attachments/villages.csv", data=csv, content_type="text/csv")
    assert upload.status_code == 200, upload.text
    assert cast.bob.post(f"{forms}/draft/publish?version=2").status_code == 200
    xml = visit("uuid:listed", village="v1", version="2")
    assert send(cast.chi, xml).status_code == 201
    found = record(cast, "uuid:listed", form_id=LISTED_FORM)
    assert answers(found)["/village"].texts == ["Nà Pái"]


def test_queries_do_not_grow_with_answers_versions_or_comments(cast: Cast, sent: list[Household]) -> None:
    record(cast, sent[0].instance_id)
    with counted_queries(cast.services) as few:
        record(cast, sent[0].instance_id)
    for number in range(5):
        cast.bob.post(f"{ITEMS}/{sent[0].instance_id}/comments", json={"body": str(number)})
    assert send(cast.chi, household(1, replaces=sent[0]).xml).status_code == 201
    with counted_queries(cast.services) as many:
        record(cast, sent[0].instance_id)
    assert len(few) == len(many) <= 9


def test_drawings_stand_behind_photos(cast: Cast, sent: list[Household]) -> None:
    signed = household(len(sent) + 1)
    xml = signed.xml.replace(b"house.jpg", b"signature.png")
    assert send(cast.chi, xml, ("signature.png", b"a drawing"), signed.photos[1]).status_code == 201
    assert [photo.value for photo in record(cast, signed.instance_id).photos] == ["roof.jpg", "signature.png"]
