"""A form's photos: of all questions or of one, page by page, each leading to its submission."""

from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from server.submissions.models import SubmissionAttachment
from tests.cast import Cast
from tests.desk.surveyed import publish_survey
from tests.factories import publish, send
from tests.web.survey import FORM_ID, Household, form_xml, household, photo

BASE = f"/projects/1/forms/{FORM_ID}"
PHOTOS = f"{BASE}/photos"
SHOWN = "//ul[@class='gallery']/li"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return [send_with_photos(cast, number) for number in (1, 2, 3)]


def send_with_photos(cast: Cast, number: int) -> Household:
    one = household(number)
    assert send(cast.chi, one.xml, *one.photos).status_code == 201
    return one


def page(cast: Cast, query: str = "") -> Any:
    answer = cast.bob.get(f"{PHOTOS}?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def test_photos_come_newest_first_with_their_questions(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    assert texts(found, f"{SHOWN}//strong") == [one.name for one in reversed(sent) for _ in range(2)]
    assert set(texts(found, f"{SHOWN}//small")) == {"Photo of house", "Photo of roof"}


def test_a_photo_is_shown_small_and_leads_to_its_submission(cast: Cast, sent: list[Household]) -> None:
    found = page(cast)
    assert cast.bob.get(found.xpath(f"{SHOWN}//img/@src")[0]).data.startswith(b"RIFF")
    desk = html.fromstring(cast.bob.get(found.xpath(f"{SHOWN}//a/@href")[-1]).text)
    assert texts(desk, "//h1") == [sent[0].name]


def test_one_question_is_chosen(cast: Cast, sent: list[Household]) -> None:
    found = page(cast, "question=/house/photo_roof")
    assert texts(found, f"{SHOWN}//small") == ["Photo of roof"] * len(sent)
    assert found.xpath("//option[@selected]/@value") == ["/house/photo_roof"]


@pytest.mark.parametrize(("question", "count"), [("", 6), ("/house/photo_house", 3)])
@pytest.mark.parametrize("chunk", [1, 2, 200])
def test_pages_show_every_photo_once(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch, question: str, count: int, chunk: int
) -> None:
    monkeypatch.setattr("server.web.forms.photos._PHOTOS", 2)
    monkeypatch.setattr("server.desk.gallery._CHUNK", chunk)
    seen, query = [], f"question={question}"
    for _ in range(len(sent) + 1):
        found = page(cast, query)
        seen += found.xpath(f"{SHOWN}//img/@src")
        query = (found.xpath("//a[@rel='next']/@href") or [""])[0].lstrip("?")
        if not query:
            break
    assert query == ""
    assert (len(seen), len(set(seen))) == (count, count)


def test_a_rare_question_is_looked_for_over_several_pages(
    cast: Cast, sent: list[Household], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.desk.gallery._CHUNK", 1)
    monkeypatch.setattr("server.desk.gallery._MOST_LOOKED_AT", 1)
    counts = []
    query = "question=/house/photo_roof"
    while query:
        found = page(cast, query)
        counts.append(len(found.xpath(SHOWN)))
        query = (found.xpath("//a[@rel='next']/@href") or [""])[0].lstrip("?")
    assert sum(counts) == len(sent)
    assert 0 in counts[:-1]


def test_photos_in_a_repeat_are_found(cast: Cast) -> None:
    xml = form_xml().decode().replace("<name/><age/>", "<name/><age/><face/>")
    xml = xml.replace(
        '<bind nodeset="/data/place/commune"',
        '<bind nodeset="/data/member/face" type="binary"/><bind nodeset="/data/place/commune"',
    )
    publish(cast.bob, xml.encode())
    one = household(2, with_photos=False)
    answered = one.xml.replace(b"</age></member>", b"</age><face>face.jpg</face></member>", 1)
    assert send(cast.chi, answered, ("face.jpg", photo(1, "tiles"))).status_code == 201
    assert texts(page(cast, "question=/member/face"), f"{SHOWN}//strong") == [one.name]


def test_a_key_of_another_form_leads_nowhere(cast: Cast, sent: list[Household]) -> None:
    publish(cast.bob, form_xml().replace(FORM_ID.encode(), b"other"))
    one = household(9)
    xml = one.xml.replace(FORM_ID.encode(), b"other")
    assert send(cast.chi, xml, *one.photos).status_code == 201
    with cast.services.database.read() as session:
        key = session.scalar(select(func.max(SubmissionAttachment.id)))
    assert page(cast, f"after={key}").xpath(SHOWN) == []
    assert page(cast, "after=999999").xpath(SHOWN) == []
    assert len(page(cast, "after=x&question=/gone").xpath(SHOWN)) == 2 * len(sent)


def test_nobody_without_the_right_sees_it(cast: Cast) -> None:
    publish_survey(cast)
    assert cast.vy.get(PHOTOS).status_code == 200
    assert cast.dee.get(PHOTOS).status_code in {403, 404}
    assert cast.nobody.get(PHOTOS).status_code in {302, 303, 401, 404}
