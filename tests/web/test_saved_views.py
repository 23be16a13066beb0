"""Saved views of the review desk and the table: one's own, shared ones, and what they may be."""

from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from server.desk.saved_views import LONGEST_NAME, MOST_OWN, MOST_SHARED
from server.submissions.models import SavedView
from tests.cast import Answer, Caller, Cast
from tests.desk.surveyed import publish_survey
from tests.factories import publish
from tests.web.survey import FORM_ID

BASE = f"/projects/1/forms/{FORM_ID}"
VIEWS = f"{BASE}/views"


@pytest.fixture(autouse=True)
def form(cast: Cast) -> None:
    publish_survey(cast)


def save(
    caller: Caller, name: str = "Mine", query: str = "?state=approved", *, page: str = "review", share: str = ""
) -> Answer:
    return caller.post(f"{VIEWS}?lang=en", data={"page": page, "query": query, "name": name, "share": share})


def links(caller: Caller, page: str = "review", query: str = "") -> dict[str, str]:
    """The views that a page lists, by name."""
    answer = caller.get(f"{BASE}/{page}{query}")
    assert answer.status_code == 200, answer.text
    found = parsed(answer.text).xpath("//details[@class='views']//li/a")
    return {link.text_content(): link.get("href") for link in found}


def parsed(text: str) -> Any:
    return html.fromstring(text)


def numbers(cast: Cast) -> dict[str, int]:
    with cast.services.database.read() as session:
        return {view.name: view.id for view in session.scalars(select(SavedView))}


def kept(cast: Cast) -> list[tuple[str, str]]:
    with cast.services.database.read() as session:
        return [(view.name, view.query) for view in session.scalars(select(SavedView).order_by(SavedView.id))]


def test_a_view_that_is_saved_leads_back_to_what_it_showed_and_is_listed_there(cast: Cast) -> None:
    answer = save(cast.bob, "  To  look at ", "?state=has-issues&q=%C4%90%E1%BB%A9c&by=3")
    assert answer.headers["Location"] == f"{BASE}/review?state=has-issues&q=%C4%90%E1%BB%A9c&by=3"
    assert links(cast.bob) == {"To look at": answer.headers["Location"]}
    assert links(cast.bob, "table") == {}
    shown = parsed(cast.bob.get(answer.headers["Location"]).text)
    assert [link.text for link in shown.xpath("//details[@class='views']//a[@aria-current]")] == ["To look at"]


def test_a_view_of_the_table_keeps_columns_order_and_language(cast: Cast) -> None:
    query = "?state=all&order=name&columns=%2Fhouse%2Froof&columns=%2Fhousehold%2Fsize&language=English+%28en%29"
    address = save(cast.bob, "Roofs", query, page="table").headers["Location"]
    assert address == f"{BASE}/table{query}"
    shown = parsed(cast.bob.get(address).text)
    assert [head.text_content() for head in shown.xpath("//input[@name='columns' and @checked]/../span/code")] == [
        "size",
        "roof",
    ]


def test_what_a_page_shows_is_what_it_offers_to_save(cast: Cast) -> None:
    query = "?state=approved&from=2026-11-01&order=oldest"
    for page in ("review", "table"):
        shown = parsed(cast.bob.get(f"{BASE}/{page}{query}&after=3&lang=en&junk=1").text)
        (offered,) = shown.xpath("//details[@class='views']//input[@name='query']/@value")
        assert offered == query


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        ("review", "?junk=1&open=uuid:1&part=list&state=approved&lang=vi&after=7", "?state=approved"),
        ("review", "https://elsewhere.example/?q=a", "?"),
        ("review", "//elsewhere.example", "?"),
        ("review", "?q=%22%3E%3Cscript%3E", "?q=%22%3E%3Cscript%3E"),
        ("review", "?q=" + "x" * 5000, "?q=" + "x" * 200),
        ("table", "?columns=/a&junk=/b&after=3", "?state=all&columns=%2Fa"),
    ],
)
def test_a_query_is_kept_as_the_page_itself_reads_it(cast: Cast, page: str, query: str, expected: str) -> None:
    assert save(cast.bob, query=query, page=page).headers["Location"] == f"{BASE}/{page}{expected}".rstrip("?")
    assert kept(cast) == [("Mine", expected)]
    assert cast.bob.get(f"{BASE}/{page}{expected}").status_code == 200


def test_saving_under_the_same_name_replaces_only_ones_own(cast: Cast) -> None:
    save(cast.bob, "Mine", "?state=approved", share="yes")
    save(cast.vy, "Mine", "?state=rejected")
    save(cast.bob, "Mine", "?state=all", share="yes")
    assert kept(cast) == [("Mine", "?state=all"), ("Mine", "?state=rejected")]


def test_only_shared_views_are_seen_by_others(cast: Cast) -> None:
    save(cast.bob, "Secret")
    save(cast.bob, "For all", share="yes")
    assert links(cast.vy) == {"For all": f"{BASE}/review?state=approved"}
    assert "shared by Bob" in cast.vy.get(f"{BASE}/review?lang=en").text
    assert 'value="Secret"' not in cast.vy.get(VIEWS).text


def test_sharing_takes_the_right_to_update_the_form(cast: Cast) -> None:
    assert save(cast.vy, share="yes").status_code == 403
    assert kept(cast) == []
    assert save(cast.vy).status_code == 303
    assert cast.vy.post(f"{VIEWS}/{numbers(cast)['Mine']}", data={"name": "Mine", "share": "yes"}).status_code == 403
    assert links(cast.bob) == {}
    assert not parsed(cast.vy.get(f"{BASE}/review").text).xpath("//input[@name='share']")


def test_views_are_renamed_shared_and_deleted(cast: Cast) -> None:
    save(cast.bob, "One")
    number = numbers(cast)["One"]
    assert cast.bob.post(f"{VIEWS}/{number}", data={"name": "Two", "share": "yes"}).status_code == 303
    assert list(links(cast.vy)) == ["Two"]
    assert cast.bob.post(f"{VIEWS}/{number}", data={"name": "Two"}).status_code == 303
    assert links(cast.vy) == {}
    assert cast.bob.post(f"{VIEWS}/{number}/delete").status_code == 303
    assert kept(cast) == []


def test_a_name_that_another_view_has_is_refused(cast: Cast) -> None:
    save(cast.bob, "One")
    save(cast.bob, "Two")
    answer = cast.bob.post(f"{VIEWS}/{numbers(cast)['Two']}?lang=en", data={"name": "One"})
    assert answer.status_code == 400
    assert "no other of your views" in parsed(answer.text).xpath("string(//*[@role='alert'])")
    assert [name for name, _ in kept(cast)] == ["One", "Two"]


def test_who_may_update_the_form_changes_what_others_share_and_nothing_else_of_theirs(cast: Cast) -> None:
    save(cast.bob, "Shared", share="yes")
    save(cast.bob, "Own")
    save(cast.vy, "Vy's")
    known = numbers(cast)
    for caller, name in ((cast.vy, "Shared"), (cast.vy, "Own"), (cast.alice, "Own"), (cast.bob, "Vy's")):
        assert caller.post(f"{VIEWS}/{known[name]}", data={"name": "x"}).status_code == 404
        assert caller.post(f"{VIEWS}/{known[name]}/delete").status_code == 404
    assert cast.alice.post(f"{VIEWS}/{known['Shared']}/delete").status_code == 303
    assert sorted(numbers(cast)) == ["Own", "Vy's"]


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_NAME + 1)], ids=["none", "blanks", "long"])
def test_a_name_has_a_length(cast: Cast, name: str) -> None:
    assert save(cast.bob, name).status_code == 400
    assert save(cast.bob, "x" * LONGEST_NAME).status_code == 303


def test_a_view_with_too_many_columns_is_refused(cast: Cast) -> None:
    query = "?" + "&".join(f"columns=/group/question_{number}" for number in range(200))
    assert save(cast.bob, query=query, page="table").status_code == 400
    assert kept(cast) == []


def test_views_are_no_more_than_can_be_listed(cast: Cast) -> None:
    for number in range(MOST_OWN):
        assert save(cast.vy, f"View {number}").status_code == 303
    assert save(cast.vy, "One more").status_code == 400
    assert save(cast.vy, "View 0", "?state=all").status_code == 303
    with cast.services.database.write() as session:
        for view in session.scalars(select(SavedView)):
            view.is_shared = True
        shared = [view.query for view in session.scalars(select(SavedView))]
        session.add_all(
            SavedView(
                form_id=1, page="review", actor_id=cast.alice.id, name=str(number), query=shared[0], is_shared=True
            )
            for number in range(MOST_SHARED - MOST_OWN)
        )
    assert save(cast.bob, share="yes").status_code == 400
    assert save(cast.bob).status_code == 303


def test_a_page_that_there_is_not_is_refused(cast: Cast) -> None:
    assert save(cast.bob, page="photos").status_code == 400


def test_views_of_other_forms_are_out_of_reach(cast: Cast) -> None:
    save(cast.bob, share="yes")
    publish(cast.quan, project_id=2)
    number = numbers(cast)["Mine"]
    assert cast.quan.post(f"/projects/2/forms/household/views/{number}/delete").status_code == 404
    publish(cast.bob)
    assert cast.bob.post(f"/projects/1/forms/household/views/{number}/delete").status_code == 404
    assert "Mine" not in cast.bob.get("/projects/1/forms/household/views").text


def test_nobody_without_the_right_saves_or_sees_any(cast: Cast) -> None:
    save(cast.bob, share="yes")
    for caller in (cast.cuong, cast.quan, cast.dee):
        assert caller.get(VIEWS).status_code in {403, 404}
        assert save(caller).status_code in {403, 404}
