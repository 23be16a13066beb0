"""Check a submission against the rules of its form.

Rules are verified, not recomputed: each is evaluated on the submitted answers. Types come first, then what only holds
for relevant nodes. What cannot be evaluated is said to be so and never counts as broken.
"""

from datetime import datetime, tzinfo

from lxml import etree

from server.xform import choice_rules, value_rules
from server.xform.evaluate import Answer, Submission
from server.xform.findings import Finding, Level
from server.xform.model import FormModel, FormNode, Rule
from server.xform.report import Report
from server.xpath.errors import BudgetExceededError, EvaluationError
from server.xpath.values import to_int32, to_number

# A mark that a client may add to an instance though the form does not name it.
_UNDECLARED = frozenset({"deprecatedID"})


def check_submission(
    model: FormModel,
    instance_root: etree._Element,
    *,
    received_at: datetime | None = None,
    zone: tzinfo,
    client: str = "",
) -> list[Finding]:
    """All findings of one submission, in the order of the form.

    `received_at` and `zone` stand in where the submission does not say when and where it was filled in. `client` is
    "collect" for ODK Collect; calculations of other clients are compared with less weight, since they differ.
    """
    if instance_root.get("encrypted") == "yes":
        detail = "The submission is encrypted, so its answers cannot be checked here."
        return [Finding("encrypted", Level.UNVERIFIABLE, model.root.path, model.root.path, "structure", detail)]
    submission = Submission(model, instance_root, received_at=received_at, zone=zone)
    findings = _Check(submission, client).run()
    if not findings or not submission.has_outer_blanks:
        return findings
    # The phone judged a text with the blanks around it while it was typed, and without them if it was opened again.
    as_typed = Submission(model, instance_root, received_at=received_at, zone=zone, keeps_blanks=True)
    second = _Check(as_typed, client).run()
    confirmed = {(finding.path, finding.rule, finding.code) for finding in second}
    # Where a limit stopped one of the two, which may be at different places, what follows was not looked at twice.
    stops = [finding for finding in (*findings, *second) if finding.code == "budget"]
    kept = [finding for finding in findings if (finding.path, finding.rule, finding.code) in confirmed]
    return kept + [finding for finding in stops if finding not in kept]


class _Check:
    def __init__(self, submission: Submission, client: str) -> None:
        self._submission = submission
        self._report = Report(submission)
        self._client = client

    def run(self) -> list[Finding]:
        self._report_unknown()
        for answer in self._submission.root.walk():
            try:
                self._check(answer)
            except BudgetExceededError as error:
                self._report.budget(answer, error)
                if self._submission.state.is_spent:
                    break
        for answer, rule, failure in self._submission.failures:
            self._report.failure(answer, rule, failure)
        return self._report.findings()

    def _report_unknown(self) -> None:
        for path, text in self._submission.unknown:
            if path.rpartition("/")[2] not in _UNDECLARED:
                self._report.unknown(path, text)

    def _check(self, answer: Answer) -> None:
        form = answer.form
        if answer.position > 1 and not form.is_repeat:
            self._report.add(answer, "repeated-node", Level.ERROR, "structure", f"{form.path} is there more than once.")
        if not answer.is_relevant():
            if answer.text:
                self._report.irrelevant(answer)
            return
        if form.children:
            self._check_counts(answer)
            return
        answer.value()
        if not answer.fits_type:
            self._report.misfit(answer)
            return
        self._check_value(answer, form)

    def _check_value(self, answer: Answer, form: FormNode) -> None:
        submission, report = self._submission, self._report
        if not answer.text:
            if form.required is not None:
                value_rules.check_required(answer, form.required, submission, report)
        else:
            if form.constraint is not None:
                value_rules.check_constraint(answer, form.constraint, submission, report)
            if form.control is not None:
                choice_rules.check_choice(answer, form.control, submission, report)
        if form.calculate is not None:
            value_rules.check_calculate(answer, form.calculate, submission, report, self._client)

    def _check_counts(self, parent: Answer) -> None:
        for name, form in parent.form.children.items():
            if form.count is not None:
                self._check_count(parent, name, form, form.count)

    def _check_count(self, parent: Answer, name: str, form: FormNode, rule: Rule) -> None:
        instances = parent.children.get(name, [])
        owner = instances[0] if instances else Answer(form, parent, 1, self._submission)
        if rule.compiled is None or not owner.is_relevant():
            return
        try:
            expected = max(0, to_int32(to_number(rule.compiled.value(owner, self._submission.state))))
        except EvaluationError as error:
            self._report.failure(owner, rule, error)
            return
        # Collect sends a first instance along where the form asks for none, with what was answered before it did.
        is_kept = len(instances) == 1 and expected == 0
        if expected != len(instances) and not (is_kept and not _is_answered(owner)):
            level = Level.INFO if is_kept else Level.WARNING
            detail = f"The form asks for {expected} of {form.path}, but there are {len(instances)}."
            self._report.add(
                owner,
                "count",
                level,
                "count",
                detail,
                rule=rule,
                value=str(len(instances)),
                expected=str(expected),
            )


def _is_answered(instance: Answer) -> bool:
    """Whether a person answered anything in it; calculations run without one."""
    return any(answer.text for answer in instance.walk() if answer.form.control is not None)
