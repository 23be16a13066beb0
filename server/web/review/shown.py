"""How the desk puts moments, states, findings and events into words."""

from datetime import date, datetime
from typing import Final

from server.db import utc_now
from server.desk.answers import Answer
from server.desk.labels import in_language
from server.desk.record import Event
from server.submissions.models import Finding
from server.web.frame import Words
from server.xform.wording import built_in_messages

_STATES: Final = {
    None: ("To review", "to-review"),
    "edited": ("To review", "to-review"),
    "hasIssues": ("Has issues", "has-issues"),
    "approved": ("Approved", "approved"),
    "rejected": ("Rejected", "rejected"),
}
STATE_TITLES: Final = {
    "to-review": "To review",
    "has-issues": "Has issues",
    "approved": "Approved",
    "rejected": "Rejected",
}
_RULES: Final = {
    "constraint": "Outside the limits",
    "required": "A required answer is missing",
    "type": "Of the wrong type",
    "relevant": "Answered though not asked",
    "choice": "Not one of the choices",
    "calculate": "Not what is calculated",
    "count": "Wrong number of repeats",
    "structure": "Does not fit the form",
    "readonly": "Changed though read-only",
}
_DEEDS: Final = {
    "submission.create": "sent it",
    "submission.update.version": "sent a new version",
    "submission.finding.dismiss": "dismissed a finding",
    "submission.finding.reopen": "let a finding count again",
    "submission.attachment.update": "changed a file",
    "submission.delete": "deleted it",
    "submission.restore": "restored it",
}


class Shown:
    """In the words of one language."""

    titles = STATE_TITLES

    def __init__(self, words: Words) -> None:
        self._words = words
        self._now = utc_now()

    def state(self, state: str | None) -> str:
        return self._words.say(_STATES[state][0])

    def state_class(self, state: str | None) -> str:
        return _STATES[state][1]

    def age(self, moment: datetime) -> str:
        minutes = int((self._now - moment).total_seconds() // 60)
        if minutes < 1:
            return self._words.say("now")
        if minutes < 60:
            return self._words.say("%(count)s min", count=minutes)
        if minutes < 60 * 24:
            return self._words.say("%(count)s h", count=minutes // 60)
        return self._words.say("%(count)s d", count=minutes // 60 // 24)

    def span(self, seconds: float) -> str:
        """How long something took, to the minute once it is one."""
        if seconds < 60:
            return self._words.say("%(count)s s", count=round(seconds))
        return self._words.say("%(count)s min", count=self.number(round(seconds / 60)))

    def moment(self, moment: datetime) -> str:
        return moment.strftime("%d/%m/%Y %H:%M UTC" if self._words.language == "vi" else "%d %b %Y %H:%M UTC")

    def number(self, count: int) -> str:
        return f"{count:,}".replace(",", "." if self._words.language == "vi" else ",")

    def size(self, size: int) -> str:
        """Bytes as people read them."""
        if size < 1000:
            return f"{size} B"
        amount, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
        text = f"{amount:.1f}" if amount < 10 else f"{amount:.0f}"
        return f"{text.replace('.', ',') if self._words.language == 'vi' else text} {unit}"

    def rule(self, rule: str) -> str:
        translated = self._words.say(rule)
        return translated if translated != rule else _RULES.get(rule, rule)

    def finding(self, finding: Finding, language: str) -> str:
        """The form's own words, else ours in the language of the page."""
        ours = built_in_messages(finding.code, finding.value, finding.expected)
        return in_language(finding.messages, language) or ours.get(self._words.language) or finding.detail

    def answer(self, answer: Answer) -> list[str]:
        """The answer's texts, a date and a number as the reader's language writes them."""
        if answer.kind == "date" and self._words.language == "vi":
            try:
                return [date.fromisoformat(answer.value[:10]).strftime("%d/%m/%Y")]
            except ValueError:
                return answer.texts
        if answer.kind == "int" and answer.value.isascii() and answer.value.isdigit():
            return [self.number(int(answer.value[:30]))]
        return answer.texts

    def deed(self, event: Event) -> str:
        assert event.entry is not None, "a comment speaks for itself"
        audit = event.entry.audit
        if audit.action == "submission.update":
            state = audit.details.get("reviewState")
            return self._words.say("set it to: %(state)s", state=self.state(state if state in _STATES else None))
        return self._words.say(_DEEDS.get(audit.action, "changed it"))
