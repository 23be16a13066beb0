"""What the desk's forms send where no script does; each is answered with the way to what came of it."""

from typing import Final

from flask import Response

from server.desk.decisions import Outcome, decide, decide_all, undo
from server.desk.filters import Desk
from server.desk.lines import neighbours
from server.http.access import needs
from server.http.call import Call
from server.submissions.dismissal import set_dismissed
from server.submissions.find import find_submission, hold_submission
from server.submissions.finding_list import find_finding
from server.submissions.review import add_comment
from server.web.frame import language_of
from server.web.pages import routes
from server.web.review.address import DESK, Address, read_address, read_key
from server.web.review.desk import open_desk
from server.web.shell import FORM_LIMIT, field, see
from server.web.tabs import form_base

MAX_REASON: Final = 10_000
_CHANGE: Final = needs("submission.update")
# Whoever has filled in the form learns why it was not taken.
_WITH_REASON: Final = ("rejected", "hasIssues")


@routes.route("POST", f"{DESK}/decide", _CHANGE, form_limit=FORM_LIMIT)
def decide_one(call: Call) -> Response:
    """Decide about the submission `open`, which had the mark `seen`, and go on to the next; without a state comment."""
    address, instance_id = read_address(call.request.args), field(call, "open")
    submission = find_submission(call.session, call.form, instance_id)
    state, reason = field(call, "state"), field(call, "reason", MAX_REASON)
    if not state:
        if reason:
            add_comment(call.session, call.actor, submission, reason)
        return _back(call, address, open=instance_id)
    if state in _WITH_REASON and not reason:
        return _back(call, address, open=instance_id, lacks="reason")
    previous, following = neighbours(_open(call, address), submission.id)
    seen: dict[str, str | None] = {instance_id: field(call, "seen")}
    outcome = decide(call.session, call.actor, call.form, seen, state, reason=reason)
    if outcome.overtaken:
        return _back(call, address, open=instance_id, overtaken=1)
    return _back(call, address, open=following or previous, decision=outcome.decision_id)


@routes.route("POST", f"{DESK}/decide-many", _CHANGE, form_limit=FORM_LIMIT)
def decide_many(call: Call) -> Response:
    """Decide about every `pick`; or, where `all` says how many they are, about whatever the filter lets through."""
    address, picked = read_address(call.request.args), _picked(call)
    state, reason = field(call, "state"), field(call, "reason", MAX_REASON)
    expected = read_key(field(call, "all"))
    if not picked and expected is None:
        return _back(call, address, lacks="picks")
    if state in _WITH_REASON and not reason:
        parts = [*address.given.items(), ("lacks", "reason"), *(("pick", one) for one in picked)]
        return see(f"{form_base(call.form)}/review", parts)
    outcome = _decide(call, address, picked, state, expected=expected, reason=reason)
    return _back(call, address, decision=outcome.decision_id, kept=len(outcome.overtaken) or None)


@routes.route("POST", f"{DESK}/decisions/<int:decision_id>/take-back", _CHANGE, form_limit=FORM_LIMIT)
def take_back(call: Call, decision_id: int) -> Response:
    """Take a decision back where nobody has decided since."""
    undone = undo(call.session, call.actor, call.form, decision_id)
    return _back(call, read_address(call.request.args), undone=undone.restored, kept=undone.kept or None)


@routes.route("POST", f"{DESK}/findings/<int:finding_id>", _CHANGE, form_limit=FORM_LIMIT)
def dismiss(call: Call, finding_id: int) -> Response:
    """Dismiss a finding of the submission `open`, which takes a reason, or without `dismissed` let it count again."""
    instance_id, reason = field(call, "open"), field(call, "reason", MAX_REASON)
    is_dismissed = bool(field(call, "dismissed"))
    address = read_address(call.request.args)
    if is_dismissed and not reason:
        return _back(call, address, open=instance_id, lacks="reason")
    submission = hold_submission(call.session, call.form, instance_id)
    finding = find_finding(call.session, submission, finding_id)
    set_dismissed(call.session, call.actor, finding, is_dismissed=is_dismissed, reason=reason or None)
    return _back(call, address, open=instance_id)


def _open(call: Call, address: Address) -> Desk:
    return open_desk(call, address, language_of(call.request))


def _picked(call: Call) -> list[str]:
    return [one.replace("\0", "") for one in call.request.form.getlist("pick")]


def _decide(
    call: Call, address: Address, picked: list[str], state: str, *, expected: int | None, reason: str
) -> Outcome:
    if expected is None:
        return decide(call.session, call.actor, call.form, dict.fromkeys(picked), state, reason=reason)
    return decide_all(call.session, call.actor, _open(call, address), state, expected=expected, reason=reason)


def _back(call: Call, address: Address, **told: str | int | None) -> Response:
    return see(f"{form_base(call.form)}/review{address.query(**told)}")
