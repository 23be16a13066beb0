"""Required, constraint and calculate of one answer."""

import math
from datetime import datetime

from server.xform.evaluate import Answer, Submission
from server.xform.findings import Level
from server.xform.model import Rule
from server.xform.report import Report
from server.xpath.compile import Compiled
from server.xpath.datatypes import read_answer
from server.xpath.errors import EvaluationError
from server.xpath.functions.definition import Trait
from server.xpath.values import Value, to_number, to_text

# Relative, and for what is nearly nothing absolute.
_TOLERANCE = 1e-9
# The arc of two points that are one comes out as anything up to this, by the last digit of a cosine.
_METRES = 0.5
_MEASURES = frozenset({"distance", "area", "enclosed-area"})
_DAY = len("2026-01-31")
_COLLECT = "collect"
_WHOLE_TYPES = frozenset({"int", "integer", "long"})


def check_required(answer: Answer, rule: Rule, submission: Submission, report: Report) -> None:
    if not _holds(rule, answer, submission, report):
        return
    level = _weight(answer, submission, rule)
    detail = "An answer is required here."
    report.add(answer, "required", level, "required", detail, rule=rule, message=answer.form.required_message)


def check_constraint(answer: Answer, rule: Rule, submission: Submission, report: Report) -> None:
    """Broken only if no reading of it holds: by the clock at the end or the start, in ASCII or in all scripts."""
    if rule.fault is not None or rule.constant is True:
        return
    try:
        if rule.compiled is not None and _holds_in_any_reading(rule.compiled, answer, submission):
            return
    except EvaluationError as error:
        report.failure(answer, rule, error)
        return
    level = _weight(answer, submission, rule)
    detail = "The answer breaks the form's constraint."
    report.add(answer, "constraint", level, "constraint", detail, rule=rule, message=answer.form.constraint_message)


def _holds(rule: Rule, answer: Answer, submission: Submission, report: Report) -> bool:
    if rule.compiled is None:
        return bool(rule.constant)
    try:
        return rule.compiled.is_true(answer, submission.state)
    except EvaluationError as error:
        report.failure(answer, rule, error)
        return False


def _holds_in_any_reading(compiled: Compiled, answer: Answer, submission: Submission) -> bool:
    state = submission.state
    if compiled.is_true(answer, state):
        return True
    now = state.now
    try:
        if compiled.traits & Trait.ENGINE:
            state.reads_unicode = True
            if compiled.is_true(answer, state):
                return True
        if compiled.traits & Trait.CLOCK and submission.start is not None:
            state.now = submission.start
            return compiled.is_true(answer, state)
        return False
    finally:
        state.now, state.reads_unicode = now, False


def _weight(answer: Answer, submission: Submission, rule: Rule) -> Level:
    """How much a broken rule weighs: only clients that show a question ask for its rules."""
    compiled = rule.compiled
    if compiled is not None and compiled.traits & Trait.CLOCK and not submission.has_own_clock:
        return Level.UNVERIFIABLE
    if answer.form.control is None or (compiled is not None and submission.reads_changed_file(compiled)):
        return Level.INFO
    return Level.ERROR


def check_calculate(answer: Answer, rule: Rule, submission: Submission, report: Report, client: str) -> None:
    if rule.compiled is None or not answer.is_present or not answer.form.is_repeatable:
        return
    try:
        expected = submission.calculated(answer, rule.compiled)
    except EvaluationError as error:
        report.failure(answer, rule, error)
        return
    tolerance = _METRES if any(call.name in _MEASURES for call in rule.compiled.calls) else _TOLERANCE
    if _is_same(answer, expected, submission, tolerance):
        return
    is_certain = client == _COLLECT and not submission.reads_changed_file(rule.compiled)
    level = Level.WARNING if is_certain else Level.INFO
    detail = "The form's calculation gives another value for these answers."
    report.add(answer, "calculate", level, "calculate", detail, rule=rule, expected=to_text(expected))


def _is_same(answer: Answer, expected: Value, submission: Submission, tolerance: float) -> bool:
    """Compare as the answer would be stored: whole numbers cut, days without time, NaN as blank."""
    actual = answer.value()
    if isinstance(expected, float) and math.isnan(expected):
        return actual == ""
    if isinstance(actual, float):
        return _is_near(actual, to_number(expected), answer.form.datatype, tolerance)
    if isinstance(expected, datetime):
        # Where the type is text, Collect writes the whole moment.
        return to_text(actual)[:_DAY] == to_text(expected)[:_DAY]
    if isinstance(actual, bool):
        return actual == (to_text(expected) in ("true", "1"))
    if isinstance(expected, bool):
        return to_text(actual) in (("true", "1") if expected else ("false", "0"))
    return _is_same_text(to_text(actual), to_text(expected), answer, submission, tolerance)


def _is_same_text(actual: str, expected: str, answer: Answer, submission: Submission, tolerance: float) -> bool:
    """The same letters, the same number written in another way, or the same value once it is stored."""
    if actual.strip() == expected.strip():
        return True
    number, other = _as_number(actual), _as_number(expected)
    if number is not None and other is not None and _is_near(number, other, "", tolerance):
        return True
    stored = read_answer(expected, answer.form.datatype, submission.zone) if expected else ""
    return stored is not None and to_text(stored) == actual


def _is_near(actual: float, expected: float, datatype: str, tolerance: float) -> bool:
    if datatype in _WHOLE_TYPES and math.isfinite(expected):
        expected = float(math.trunc(expected))
    return math.isclose(actual, expected, rel_tol=_TOLERANCE, abs_tol=tolerance)


def _as_number(text: str) -> float | None:
    """Clients write one number in several ways."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
