"""What the address of a review desk says: the filter, the place in the list, the open submission, the language.

All of the screen is in its address, so that it can be sent to a colleague. What cannot be read in it is left out.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from server.desk.boxes import Box
from server.desk.filters import MAX_TEXT, STATES, ReviewFilter
from server.web.moments import midnight, read_day

DESK = "/projects/<int:project_id>/forms/<form_id>/review"
_FIRST_STATE = "to-review"
# Means no state in particular.
ALL = "all"
# In the place of a rule: broken ones whatever they are, or none.
HAS_FINDINGS = {"any": True, "none": False}
_FILTERS = ("state", "q", "by", "from", "to", "rule", "area", "answer", "box", "order")
_BOX_SIDES = 4


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of the query as they were given, and the filter that they make."""

    given: dict[str, str]
    filter: ReviewFilter

    @property
    def state(self) -> str:
        return self.filter.state or ALL

    @property
    def is_narrowed(self) -> bool:
        return any(name in self.given for name in _FILTERS if name not in ("state", "order"))

    def query(self, **changes: str | int | None) -> str:
        """The same address with some parts put in or, where None, left out."""
        parts: dict[str, str | int | None] = {**self.given, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value not in (None, "")})


def read_address(args: MultiDict[str, str], *more: str, first_state: str = _FIRST_STATE) -> Address:
    """What is asked for, with `more` names than those of the filter; `first_state` holds where no state is named."""
    given = {name: args[name][:MAX_TEXT] for name in (*_FILTERS, *more) if args.get(name)}
    path, _, value = given.get("answer", "").partition("=")
    state = given.get("state", first_state)
    by, rule = given.get("by", ""), given.get("rule")
    first_day, last_day = read_day(given.get("from")), read_day(given.get("to"))
    return Address(
        given,
        ReviewFilter(
            state=state if state in STATES else "" if ALL in (state, first_state) else first_state,
            submitter_id=int(by) if by.isascii() and by.isdigit() and len(by) < 18 else None,
            since=midnight(first_day) if first_day else None,
            until=midnight(last_day + timedelta(days=1)) if last_day else None,
            rule=rule if rule not in HAS_FINDINGS else None,
            has_findings=HAS_FINDINGS.get(rule or ""),
            area=given.get("area"),
            answer=(path, value) if path and value else None,
            box=_box(given.get("box", "")),
            text=given.get("q", ""),
            oldest_first=given.get("order") == "oldest",
        ),
    )


def read_key(text: str | None) -> int | None:
    """The number of the submission after which a page of the list begins."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _box(text: str) -> Box | None:
    """West, south, east and north, and behind them the path of the question, where it is one in particular."""
    *sides, path = [*text.split(",", _BOX_SIDES), ""][: _BOX_SIDES + 1]
    try:
        west, south, east, north = (float(side) for side in sides)
    except ValueError:
        return None
    return Box(west, south, east, north, path or None) if west <= east and south <= north else None
