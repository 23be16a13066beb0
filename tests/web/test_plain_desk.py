"""The review desk by its forms alone: decisions about one and many, taking them back, comments and findings."""

from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from server.submissions.models import Comment, Submission
from tests.cast import Answer, Caller, Cast
from tests.desk.surveyed import publish_survey, send_households
from tests.factories import publish
from tests.web.survey import FORM_ID, Household

BASE = f"/projects/1/forms/{FORM_ID}"
DESK = f"{BASE}/review"


@pytest.fixture
def sent(cast: Cast) -> list[Household]:
    publish_survey(cast)
    return send_households(cast, 4)


def parsed(answer: Answer) -> Any:
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def page(caller: Caller, query: str = "") -> Any:
    return parsed(caller.get(f"{DESK}?{query}&lang=en"))


def text(found: Any, path: str) -> str:
    return " ".join(found.xpath(f"string({path})").split())


def states(cast: Cast) -> list[str | None]:
    with cast.services.database.read() as session:
        return list(session.scalars(select(Submission.review_state).order_by(Submission.id)))


def comments(cast: Cast) -> list[str]:
    with cast.services.database.read() as session:
        return list(session.scalars(select(Comment.body).order_by(Comment.id)))


def send_form(caller: Caller, found: Any, form_path: str, **values: Any) -> Answer:
    """As a browser sends the form of a page, with what is typed and the pressed button put in."""
    (form,) = found.xpath(form_path)
    typed = {item.get("name"): item.get("value", "") for item in form.xpath(".//input[@type='hidden']")}
    return caller.post(form.get("action"), data=typed | values)


def decide(caller: Caller, found: Any, state: str, reason: str = "") -> Answer:
    return send_form(caller, found, "//form[@id='decide-form']", state=state, reason=reason)


def follow(caller: Caller, answer: Answer) -> Any:
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    return parsed(caller.get(f"{address}{'&' if '?' in address else '?'}lang=en"))


def test_one_after_the_other_is_decided_and_the_page_goes_on(cast: Cast, sent: list[Household]) -> None:
    found = page(cast.bob)
    for one in reversed(sent):
        assert text(found, "//h1") == one.name
        found = follow(cast.bob, decide(cast.bob, found, "approved"))
        assert text(found, "//*[@role='status']").startswith("1 decided")
    assert states(cast) == ["approved"] * 4
    assert found.xpath("//ol[@id='lines']/li[@data-id]") == []


def test_a_filter_stays_while_one_decides(cast: Cast, sent: list[Household]) -> None:
    found = page(cast.bob, "state=all&order=oldest")
    answer = decide(cast.bob, found, "approved")
    assert answer.headers["Location"].startswith(f"{DESK}?state=all&order=oldest&open=")
    assert text(follow(cast.bob, answer), "//h1") == sent[1].name


@pytest.mark.parametrize("state", ["rejected", "hasIssues"])
def test_a_rejection_takes_a_reason_which_becomes_a_comment(cast: Cast, sent: list[Household], state: str) -> None:
    found = follow(cast.bob, decide(cast.bob, page(cast.bob), state))
    assert text(found, "//*[@role='status'][contains(@class, 'told')]") == "A reason is needed"
    assert text(found, "//h1") == sent[-1].name
    assert states(cast) == [None] * 4
    decide(cast.bob, found, state, "Trùng hộ")
    assert states(cast) == [None, None, None, state]
    assert comments(cast) == ["Trùng hộ"]


def test_without_a_decision_what_is_written_is_a_comment(cast: Cast, sent: list[Household]) -> None:
    found = follow(cast.bob, decide(cast.bob, page(cast.bob), "", "Gọi lại"))
    assert text(found, "//h1") == sent[-1].name
    assert text(found, "//blockquote") == "Gọi lại"
    assert states(cast) == [None] * 4


def test_the_second_is_told_who_was_first_and_changes_nothing(cast: Cast, sent: list[Household]) -> None:
    early = page(cast.bob)
    decide(cast.alice, page(cast.alice), "rejected", "Sai")
    late = follow(cast.bob, decide(cast.bob, early, "approved"))
    assert text(late, "//*[@id='told']").startswith("Alice was first (Rejected,")
    assert text(late, "//h1") == sent[-1].name
    assert states(cast)[-1] == "rejected"


def test_a_decision_without_the_mark_of_what_was_seen_changes_nothing(cast: Cast, sent: list[Household]) -> None:
    cast.bob.post(f"{DESK}/decide", data={"open": sent[0].instance_id, "state": "approved"})
    assert states(cast) == [None] * 4


def test_those_that_are_picked_are_decided_together_and_taken_back(cast: Cast, sent: list[Household]) -> None:
    picked = [one.instance_id for one in sent[:3]]
    answer = send_form(cast.bob, page(cast.bob), "//form[@id='picks']", pick=picked, state="rejected", reason="Trùng")
    found = follow(cast.bob, answer)
    assert text(found, "//*[@role='status']").startswith("3 decided")
    assert states(cast) == ["rejected"] * 3 + [None]
    undone = follow(cast.bob, send_form(cast.bob, found, "//form[contains(@action, 'take-back')]"))
    assert text(undone, "//*[@role='status']") == "Undone: 3"
    assert states(cast) == [None] * 4


def test_boxes_belong_to_the_form_above_them_and_stay_ticked_when_the_reason_is_missing(
    cast: Cast, sent: list[Household]
) -> None:
    found = page(cast.bob)
    boxes = found.xpath("//ol[@id='lines']//input[@type='checkbox' and @form='picks' and @name='pick']/@value")
    assert boxes == [one.instance_id for one in reversed(sent)]
    again = follow(cast.bob, send_form(cast.bob, found, "//form[@id='picks']", pick=boxes[:2], state="rejected"))
    assert text(again, "//*[@role='status']") == "A reason is needed"
    assert again.xpath("//input[@name='pick' and @checked]/@value") == boxes[:2]
    assert states(cast) == [None] * 4


def test_a_whole_list_is_decided_as_long_as_it_is_what_was_shown(cast: Cast, sent: list[Household]) -> None:
    found = page(cast.bob, "rule=constraint")
    values = {"all": found.xpath("//input[@name='all']/@value")[0], "state": "approved"}
    send_form(cast.bob, found, "//form[@id='picks']", **values)
    assert states(cast) == [None, None, None, "approved"]
    assert send_form(cast.bob, found, "//form[@id='picks']", **values).status_code == 400
    assert len(sent) == 4


def test_nothing_picked_is_told(cast: Cast, sent: list[Household]) -> None:
    found = follow(cast.bob, send_form(cast.bob, page(cast.bob), "//form[@id='picks']", state="approved"))
    assert text(found, "//*[@role='status']") == "Select some first"
    assert states(cast) == [None] * len(sent)


@pytest.mark.parametrize(
    "data",
    [
        {"state": "no", "pick": "uuid:1"},
        {"state": "approved", "pick": [str(number) for number in range(1001)]},
        {"state": "approved", "all": "5000"},
    ],
    ids=["no state", "too many", "more than there are"],
)
def test_a_decision_about_many_that_cannot_be_is_refused(cast: Cast, sent: list[Household], data: Any) -> None:
    assert cast.bob.post(f"{DESK}/decide-many", data=data).status_code == 400
    assert states(cast) == [None] * len(sent)


def test_names_that_nothing_has_are_passed_over(cast: Cast, sent: list[Household]) -> None:
    answer = cast.bob.post(f"{DESK}/decide-many", data={"state": "approved", "pick": ["uuid:none", "\0", ""]})
    assert answer.headers["Location"].startswith(DESK)
    assert states(cast) == [None] * len(sent)


def test_a_finding_is_dismissed_with_a_reason_and_counts_again(cast: Cast, sent: list[Household]) -> None:
    found = page(cast.bob, f"open={sent[3].instance_id}")
    form = "//form[contains(@action, '/findings/')]"
    assert text(follow(cast.bob, send_form(cast.bob, found, form)), "//*[@role='status']") == "A reason is needed"
    found = follow(cast.bob, send_form(cast.bob, found, form, reason="Đã hỏi lại"))
    assert "Dismissed by Bob: Đã hỏi lại" in text(found, "//*[contains(@class, ' dismissed')]")
    found = follow(cast.bob, send_form(cast.bob, found, form))
    assert "Dismissed by" not in text(found, "//*[contains(@class, 'finding ')]")


@pytest.mark.parametrize("query", ["decision=1", "decision=x", "undone=x", "kept=-1", "lacks=nothing", "overtaken=1"])
def test_an_address_made_by_hand_says_nothing_that_is_not_so(cast: Cast, sent: list[Household], query: str) -> None:
    send_form(cast.alice, page(cast.alice), "//form[@id='picks']", pick=[sent[0].instance_id], state="approved")
    assert page(cast.bob, query).xpath("//*[contains(@class, 'of-page')]") == []


def test_only_who_may_decide_has_the_forms_and_can_send_them(cast: Cast, sent: list[Household]) -> None:
    assert page(cast.vy).xpath("//form[@id='picks' or @id='decide-form']") == []
    one = {"open": sent[0].instance_id, "state": "approved", "pick": sent[0].instance_id}
    for caller in (cast.vy, cast.cuong, cast.quan):
        for path in ("decide", "decide-many", "decisions/1/take-back", "findings/1"):
            assert caller.post(f"{DESK}/{path}", data=one).status_code == 403
    send_form(cast.bob, page(cast.bob), "//form[@id='picks']", pick=[sent[0].instance_id], state="approved")
    assert cast.alice.post(f"{DESK}/decisions/1/take-back").status_code == 404
    assert states(cast)[0] == "approved"


def test_submissions_of_other_forms_are_out_of_reach(cast: Cast, sent: list[Household]) -> None:
    publish(cast.quan, project_id=2)
    other = "/projects/2/forms/household/review"
    one = {"open": sent[0].instance_id, "seen": "x", "state": "approved"}
    assert cast.quan.post(f"{other}/decide", data=one).status_code == 404
    assert cast.quan.post(f"{other}/findings/1", data=one | {"reason": "x", "dismissed": "yes"}).status_code == 404
    cast.quan.post(f"{other}/decide-many", data={"pick": sent[0].instance_id, "state": "approved"})
    assert states(cast) == [None] * 4
