"""What people see when something cannot be done: in their language, whatever it was."""

import re
from typing import Any

import pytest
from lxml import html

from server.errors import Problem
from server.web.problem_page import write_problem
from server.web.problem_words import OTHER, WORDS
from server.web.words import translations
from tests.cast import Cast

PROBLEMS = [f"{status}.1" for status in (*WORDS, 418)]
SAID = "What the server says to programs."


def shown(cast: Cast, code: str, language: str) -> str:
    """The page, posted to, without the technical words that are folded away."""
    app = cast.nobody.client.application
    with app.test_request_context(
        "/projects", method="POST", headers={"Accept": "text/html", "Accept-Language": language}
    ):
        page: Any = html.fromstring(write_problem(Problem(code, SAID)).get_data(as_text=True))
    for folded in page.xpath("//details/p"):
        assert (folded.text, folded.get("lang")) == (SAID, "en")
        folded.drop_tree()
    return re.sub(r"\s+", " ", str(page.xpath("string(//main)")))


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_of_any_status_is_told_in_the_readers_language(cast: Cast, code: str) -> None:
    heading, advice = WORDS.get(int(code[:3]), OTHER)

    assert {heading in shown(cast, code, "en"), advice in shown(cast, code, "en")} == {True}
    vietnamese = shown(cast, code, "vi")
    assert translations("vi").gettext(heading) in vietnamese
    assert translations("vi").gettext(advice) in vietnamese
    assert SAID not in vietnamese


def test_a_fault_of_the_server_shows_what_its_log_can_be_searched_for(cast: Cast) -> None:
    app = cast.nobody.client.application
    with app.test_request_context("/projects", headers={"Accept": "text/html", "Accept-Language": "vi"}):
        page = write_problem(Problem("500.1", "Its log has the cause under 0a1b2c.")).get_data(as_text=True)

    assert "0a1b2c" in page
    assert "(500.1)" in page
