"""`$search`: words that must all be found, `"several words"` side by side, in what `submissions.search` looks into."""

import re

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Session

from server.errors import not_implemented, unexpected_value
from server.submissions.search import is_named
from server.submissions.search_terms import folded

_TERM = re.compile(r'"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')
_LONGEST = 200


def search_condition(session: Session, form_id: int, text: str) -> ColumnElement[bool]:
    """Raise 400.8 for a text that is too long, 501.1 for other operators than AND."""
    if len(text) > _LONGEST:
        raise unexpected_value("$search", text[:_LONGEST], f"it can have {_LONGEST} characters at most")
    wanted: ColumnElement[bool] = true()
    for term in _TERM.finditer(text):
        if term["word"] in ("OR", "NOT"):
            raise not_implemented(f"{term['word']} at character {term.start() + 1} of $search")
        words = folded(term["phrase"] or term["word"] or "")
        if words and term["word"] != "AND":
            wanted = and_(wanted, is_named(session, form_id, words))
    return wanted
