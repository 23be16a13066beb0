"""Whether an answer is among what its question offers."""

from server.xform.evaluate import Answer, Submission
from server.xform.findings import Level
from server.xform.model import Choices, Control, Range, Rule
from server.xform.report import Report
from server.xpath.errors import EvaluationError
from server.xpath.values import Value

_STEP_TOLERANCE = 1e-6


def check_choice(answer: Answer, control: Control, submission: Submission, report: Report) -> None:
    if control.range is not None:
        _check_range(answer, control.range, report)
    if control.choices is None or control.choices.is_open:
        return
    values = answer.text.split(" ") if answer.form.is_multiple else [answer.text]
    if len(set(values)) < len(values):
        report.add(answer, "duplicate-choice", Level.WARNING, "choice", "A choice is selected more than once.")
    rule = Rule("choice", control.choices.expression)
    for value in values:
        try:
            _check_value(value, answer, control.choices, submission, report)
        except EvaluationError as error:
            report.failure(answer, rule, error)
            return


def _check_value(value: str, answer: Answer, choices: Choices, submission: Submission, report: Report) -> None:
    if value in choices.static:
        return
    rows = choices.rows
    if rows is not None and rows.find(value, answer, submission.state):
        return
    rule = Rule("choice", choices.expression)
    if rows is not None and submission.is_listed(rows, value):
        detail = f"`{value}` is in the list, but not offered for these answers."
        report.add(answer, "stale-choice", Level.WARNING, "choice", detail, rule=rule, value=value)
        return
    is_certain = rows is None or not submission.reads_changed_file(rows.rows)
    level = Level.ERROR if is_certain else Level.INFO
    report.add(answer, "choice", level, "choice", f"`{value}` is not among the choices.", rule=rule, value=value)


def _check_range(answer: Answer, offered: Range, report: Report) -> None:
    value: Value = answer.value()
    if not isinstance(value, float):
        return
    low, high = sorted((offered.start, offered.end))
    steps = (value - offered.start) / offered.step if offered.step else 0.0
    if low <= value <= high and abs(steps - round(steps)) <= _STEP_TOLERANCE:
        return
    expected = f"{offered.start:g} to {offered.end:g} in steps of {offered.step:g}"
    report.add(answer, "choice", Level.ERROR, "choice", f"The range offers {expected}.", expected=expected)
