"""Collect the findings of one submission, each place, rule and code once."""

import re

from server.xform.evaluate import Answer, Submission
from server.xform.findings import Finding, Level, trimmed
from server.xform.itext import Message, write_message
from server.xform.model import Rule
from server.xpath.errors import BudgetExceededError, ExpressionError, UnverifiableError

_POSITION = re.compile(r"\[[0-9]+\]")


class Report:
    """The findings so far."""

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._findings: dict[tuple[str, str, str], Finding] = {}

    def findings(self) -> list[Finding]:
        return list(self._findings.values())

    def add(
        self,
        answer: Answer,
        code: str,
        level: Level,
        kind: str,
        detail: str,
        *,
        rule: Rule | None = None,
        value: str | None = None,
        expected: str = "",
        offset: int | None = None,
        message: Message | None = None,
    ) -> None:
        submission = self._submission
        expression, place = trimmed(rule.expression, offset) if rule else ("", offset)
        finding = Finding(
            code=code,
            level=level,
            path=answer.location(),
            generic_path=answer.form.path,
            rule=kind,
            detail=detail,
            expression=expression,
            offset=place,
            value=answer.text if value is None else value,
            expected=expected,
            messages=write_message(message, submission.model.itext, answer, answer.form.names, submission.state),
        )
        self._findings.setdefault((finding.path, kind, code), finding)

    def unknown(self, path: str, text: str) -> None:
        detail = "The form has no such field. Its answer is kept in the XML, but no export shows it."
        generic = _POSITION.sub("", path)
        finding = Finding("unknown-node", Level.WARNING, path, generic, "structure", detail, value=text)
        self._findings.setdefault((path, "structure", finding.code), finding)

    def irrelevant(self, answer: Answer) -> None:
        detail = "There is an answer where, by the form's conditions, none is asked for."
        self.add(answer, "irrelevant-value", Level.WARNING, "relevant", detail, rule=answer.form.relevant)

    def misfit(self, answer: Answer) -> None:
        datatype = answer.form.datatype
        detail = f"`{answer.text[:80]}` is no {datatype}. Collect reads it as blank."
        self.add(answer, "type", Level.ERROR, "type", detail, expected=datatype)

    def budget(self, answer: Answer, error: BudgetExceededError) -> None:
        self.add(answer, "budget", Level.UNVERIFIABLE, "structure", error.message)

    def failure(self, answer: Answer, rule: Rule, error: ExpressionError) -> None:
        """The rule could not be evaluated: for want of something, or because the form is wrong for these answers."""
        if isinstance(error, UnverifiableError):
            code, level = "unverifiable", Level.UNVERIFIABLE
        elif isinstance(error, BudgetExceededError):
            code, level = "budget", Level.UNVERIFIABLE
        else:
            code, level = "eval-error", Level.WARNING
        self.add(answer, code, level, rule.kind, error.message, rule=rule, offset=error.offset)
