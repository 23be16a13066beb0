"""How the desk puts moments, states, findings and events into words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import format_decimal

from server.desk.answers import Answer
from server.desk.finding_places import FindingPlace
from server.desk.labels import in_language
from server.desk.lines import Counts
from server.desk.record import Event
from server.submissions.models import Finding
from server.web.moments import age, read_day, short_day, span, written, written_day, zone
from server.web.words import N_, gettext, locale
from server.xform.wording import built_in_messages

_STATES: Final = {
    None: (N_("To review"), "to-review"),
    "edited": (N_("To review"), "to-review"),
    "hasIssues": (N_("Has issues"), "has-issues"),
    "approved": (N_("Approved"), "approved"),
    "rejected": (N_("Rejected"), "rejected"),
}
STATE_TITLES: Final = {
    "to-review": N_("To review"),
    "has-issues": N_("Has issues"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
}
_RULES: Final = {
    "constraint": N_("Outside the limits"),
    "required": N_("A required answer is missing"),
    "type": N_("Of the wrong type"),
    "relevant": N_("Answered though not asked"),
    "choice": N_("Not one of the choices"),
    "calculate": N_("Not what is calculated"),
    "count": N_("Wrong number of repeats"),
    "structure": N_("Does not fit the form"),
    "readonly": N_("Changed though read-only"),
}
_RULE_FILTERS: Final = {"none": N_("Only without findings"), "any": N_("Only with findings")}
_DEEDS: Final = {
    "submission.create": N_("sent it"),
    "submission.update.version": N_("sent a new version"),
    "submission.finding.dismiss": N_("dismissed"),
    "submission.finding.reopen": N_("counts again"),
    "submission.attachment.update": N_("changed a file"),
    "submission.delete": N_("deleted it"),
    "submission.restore": N_("restored it"),
}
# Longer numbers are none that people read.
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
# What may be one is written without a separator.
_YEAR: Final = re.compile(r"[0-9]{4}")
_OTHER_DEED: Final = N_("changed it")


def _date(value: str) -> str:
    return written_day(date.fromisoformat(value[:10]))


def _date_time(value: str) -> str:
    """Without a zone it is what the phone's clock showed."""
    moment = datetime.fromisoformat(value)
    return value if moment.tzinfo is None else written(moment)


def _number(value: str) -> str:
    if _NUMBER.fullmatch(value) is None:
        raise ValueError(value)
    if _YEAR.fullmatch(value):
        return value
    return format_decimal(Decimal(value), decimal_quantization=False, locale=locale())


# How answers of some kinds are written; ValueError or OverflowError: the answer is none of its kind.
_WRITERS: Final[Mapping[str, Callable[[str], str]]] = {
    "date": _date,
    "dateTime": _date_time,
    "int": _number,
    "decimal": _number,
}


@lru_cache(maxsize=5_000)
def _written_number(count: float, language: Locale) -> str:
    """A table has hundreds, most of them small, and Babel takes its time over each."""
    return format_decimal(count, locale=language)


class Shown:
    """In the reader's language."""

    titles = STATE_TITLES
    age = staticmethod(age)
    span = staticmethod(span)
    moment = staticmethod(written)
    day = staticmethod(written_day)
    short_day = staticmethod(short_day)
    zone = staticmethod(zone)

    def state(self, state: str | None) -> str:
        return gettext(_STATES[state][0])

    def state_class(self, state: str | None) -> str:
        return _STATES[state][1]

    def initials(self, name: str) -> str:
        """Of family and given name, whichever of them comes first."""
        parts = name.split()
        return "".join(part[0] for part in (*parts[:1], *parts[1:][-1:])).upper()

    def day_of(self, text: str) -> str:
        """A day of an address; '' for what is none."""
        day = read_day(text)
        return written_day(day) if day else ""

    def number(self, count: float) -> str:
        return _written_number(count, locale())

    def said_titles(self) -> dict[str, str]:
        """What a reviewer sees of states, by name."""
        return {name: gettext(title) for name, title in self.titles.items()}

    def at_least(self, count: int, counts: Counts) -> str:
        """One of the counts, with a sign when there may be more."""
        return f"{self.number(count)}+" if counts.is_partial else self.number(count)

    def size(self, size: int) -> str:
        """Bytes as people read them."""
        if size < 1000:
            return f"{size} B"
        amount, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
        return f"{format_decimal(round(amount, 1 if amount < 10 else 0), locale=locale())} {unit}"

    def rule(self, rule: str) -> str:
        return gettext(_RULES[rule]) if rule in _RULES else rule

    def rule_filter(self, value: str) -> str:
        """What the filter by findings is set to."""
        title = _RULE_FILTERS.get(value)
        return gettext(title) if title else self.rule(value)

    def finding(self, finding: Finding, language: str) -> str:
        """The form's own words, else ours in the language of the page."""
        ours = built_in_messages(finding.code, finding.value, finding.expected)
        return in_language(finding.messages, language) or ours.get(locale().language) or finding.detail

    def complaint(self, finding: Finding, place: FindingPlace | None, language: str) -> str:
        """A finding as one says it to who made the mistake: the question, and what is wrong there."""
        said = self.finding(finding, language)
        return f"{place.title}: {said}" if place else said

    def answer(self, answer: Answer) -> list[str]:
        """The answer's texts, a date, a moment and a number as the reader's language writes them."""
        write = _WRITERS.get(answer.kind)
        try:
            return answer.texts if write is None else [write(answer.value)]
        except (ValueError, OverflowError):
            return answer.texts

    def deed(self, event: Event) -> str:
        assert event.entry is not None, "a comment speaks for itself"
        audit = event.entry.audit
        if audit.action == "submission.update":
            state = audit.details.get("reviewState")
            return gettext("set it to: %(state)s", state=self.state(state if state in _STATES else None))
        deed = gettext(_DEEDS.get(audit.action, _OTHER_DEED))
        return f"{deed}: {self.rule(audit.details['rule'])}" if "rule" in audit.details else deed
