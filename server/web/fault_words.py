"""What a page says beside the form that was refused: in the reader's language, where the reason is a common one."""

import math
from typing import Final

from server.errors import Problem
from server.web.problem_words import words_of
from server.web.words import N_, gettext, locale

# By code, and for values by the field that they are for.
WORDS: Final[dict[str, str]] = {
    "400.8 email": N_("This is not an e-mail address."),
    "400.8 displayName": N_("A name has 1 to 255 characters."),
    "400.8 name": N_("You have too many API passwords. End one first."),
    "400.8 viewName": N_("A view has a name of 1 to 80 characters that no other of your views has on this page."),
    "400.8 views": N_("There are too many views. Delete one first."),
    "400.8 query": N_("This view has too many columns to be kept."),
    "400.21": N_("This password is too short or easily guessed. Use at least 10 characters, such as some odd words."),
    "401.2": N_("The password is wrong."),
    "401.12": N_("The code is wrong, too old, or was used before. Wait for the next one."),
    "403.1": N_("You may not do this"),
    "404.1": N_("The page is out of date. Load it again."),
}


def fault_words(problem: Problem) -> str:
    if problem.status == 429 and problem.details:
        minutes = math.ceil(problem.details["retryAfter"] / 60)
        return gettext("Too many failed attempts. Try again in %(minutes)s min.", minutes=minutes)
    field = (problem.details or {}).get("field")
    said = WORDS.get(problem.code) or WORDS.get(f"{problem.code} {field}")
    if said is None:
        # What programs are told is English; who reads another language is told less, but understands it.
        return problem.message if locale().language == "en" else gettext(words_of(problem.status)[0])
    return gettext(said)
