"""The public links of a form: made, handed on, counted, revoked; and cards with their codes."""

import base64
from typing import Any

import pytest
from lxml import html

from server.web.qr_picture import qr_picture
from tests.cast import Answer, Caller, Cast
from tests.factories import household, publish, send
from tests.kept import set_form_state

BASE = "/projects/1/forms/household"
LINKS = f"{BASE}/links"


def parsed(answer: Answer) -> Any:
    assert answer.status_code in {200, 400}, answer.text
    return html.fromstring(answer.text)


def page(cast: Cast, path: str = LINKS) -> Any:
    return parsed(cast.bob.get(f"{path}{'&' if '?' in path else '?'}lang=en"))


def texts(found: Any, path: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in found.xpath(path)]


def make(cast: Cast, name: str = "Poster", once: str = "") -> Any:
    """The link as the API shows it."""
    answer = cast.bob.post(f"{LINKS}?lang=en", data={"name": name, "once": once})
    assert answer.status_code == 303, answer.text
    return cast.bob.get(f"/v1{BASE}/public-links").json[0]


@pytest.fixture(autouse=True)
def form(cast: Cast) -> Any:
    return publish(cast.bob)


def test_a_link_that_is_made_opens_the_form_for_anybody(cast: Cast) -> None:
    link = make(cast, "Áp phích")
    found = page(cast, f"{LINKS}?made={link['id']}")
    assert texts(found, "//ul[@class='links']/li[@class='is-new']//strong") == ["Áp phích"]
    address = found.xpath("//ul[@class='links']//input[@readonly]/@value")[0]
    assert address.endswith(f"?st={link['token']}")
    shown = cast.nobody.get(address)
    assert shown.status_code == 200
    assert link["token"] in shown.text


def test_a_link_for_once_lets_its_browser_remember(cast: Cast) -> None:
    link = make(cast, once="yes")
    assert link["once"] is True
    (address,) = page(cast).xpath("//ul[@class='links']//input[@readonly]/@value")
    assert f"sent:{address.split('/')[-1].partition('?')[0]}" in cast.nobody.get(address).text


def test_what_came_in_by_a_link_is_counted_and_leads_to_the_desk(cast: Cast) -> None:
    link = make(cast)
    assert "nothing has come in yet" in texts(page(cast), "//ul[@class='links']/li")[0]
    phone = Caller(cast.nobody.client, key=link["token"])
    for _ in range(2):
        assert send(phone, household()).status_code == 201
    send(cast.chi, household())
    found = page(cast)
    assert "2 submissions, the last on" in texts(found, "//ul[@class='links']/li")[0]
    (desk,) = found.xpath("//ul[@class='links']/li/p/a/@href")
    assert len(parsed(cast.bob.get(desk)).xpath("//li[contains(@class, 'line')]")) == 2


def test_a_revoked_link_opens_nothing_and_can_be_taken_off_the_list(cast: Cast) -> None:
    link = make(cast)
    (address,) = page(cast).xpath("//ul[@class='links']//input[@readonly]/@value")
    assert cast.bob.post(f"{LINKS}/{link['id']}/revoke").status_code == 303
    assert cast.nobody.get(address).status_code == 404
    assert texts(page(cast), "//span[contains(@class, 'badge')]") == ["revoked"]
    assert cast.bob.post(f"{LINKS}/{link['id']}/remove").status_code == 303
    assert page(cast).xpath("//ul[@class='links']") == []


@pytest.mark.parametrize(("state", "word"), [("open", "open"), ("closing", "closed"), ("closed", "closed")])
def test_a_link_is_open_as_long_as_its_form(cast: Cast, state: str, word: str) -> None:
    make(cast)
    set_form_state(cast.services, state)
    found = page(cast)
    assert texts(found, "//span[contains(@class, 'badge')]") == [word]
    assert len(found.xpath("//p[contains(@class, 'warn-text')]")) == (state != "open")


def test_each_card_has_the_code_of_its_link_and_nobody_keeps_a_copy(cast: Cast) -> None:
    first, second = make(cast, "Poster"), make(cast, "Leaflet", once="yes")
    cast.bob.post(f"{LINKS}/{make(cast, 'Old')['id']}/revoke")
    found = page(cast)
    addresses = found.xpath("//ul[@class='links']//input[@readonly]/@value")
    answer = cast.bob.get(f"{LINKS}/sheet?lang=en")
    cards = parsed(answer)
    assert texts(cards, "//article/div/p[1]") == ["Leaflet", "Poster"]
    assert cards.xpath("//article/img/@src") == [qr_picture(address) for address in addresses]
    assert base64.b64decode(qr_picture("x").partition(",")[2]).startswith(b"<?xml")
    assert answer.headers["Cache-Control"] == "no-store"
    assert cast.bob.get(LINKS).headers["Cache-Control"] == "no-store"
    assert texts(page(cast, f"{LINKS}/sheet?link={first['id']}"), "//article/div/p[1]") == ["Poster"]
    assert "once only" in texts(page(cast, f"{LINKS}/sheet?link={second['id']}"), "//article")[0]


@pytest.mark.parametrize("name", ["", "   ", "x" * 256], ids=["none", "blanks", "long"])
def test_a_name_that_nobody_can_read_is_told(cast: Cast, name: str) -> None:
    answer = cast.bob.post(f"{LINKS}?lang=en", data={"name": name})
    assert answer.status_code == 400
    assert texts(parsed(answer), "//*[@role='alert']") != []
    assert cast.bob.get(f"/v1{BASE}/public-links").json == []


def test_only_who_may_list_links_in_the_api_sees_them(cast: Cast) -> None:
    link = make(cast)
    for path in (LINKS, f"{LINKS}/sheet"):
        assert cast.vy.get(path).status_code == 403
        assert cast.quan.get(path).status_code == 403
    for caller in (cast.vy, cast.cuong, cast.quan):
        assert caller.post(LINKS, data={"name": "x"}).status_code == 403
        assert caller.post(f"{LINKS}/{link['id']}/revoke").status_code == 403
        assert caller.post(f"{LINKS}/{link['id']}/remove").status_code == 403
    assert 'href="/projects/1/forms/household/links"' not in cast.vy.get(BASE).text


def test_links_of_other_forms_are_out_of_reach(cast: Cast) -> None:
    link = make(cast)
    publish(cast.quan, project_id=2)
    other = f"/projects/2/forms/household/links/{link['id']}"
    assert cast.quan.post(f"{other}/revoke").status_code == 404
    assert cast.quan.post(f"{other}/remove").status_code == 404
