"""What the desk's script sends: decisions about one or many submissions, and taking them back."""

from typing import Any

from flask import Response
from werkzeug.exceptions import BadRequest

from server.db import moment_text
from server.desk.decisions import MAX_AT_ONCE, Outcome, decide, decide_all, undo
from server.errors import Problem, unexpected_value, unparseable
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_json
from server.web.frame import language_of
from server.web.pages import routes
from server.web.review.address import DESK, read_address
from server.web.review.desk import open_desk

_MAX_BODY = 300_000
_MAX_REASON = 10_000
_CHANGE = needs("submission.update")


@routes.route("POST", f"{DESK}/decisions", _CHANGE)
def make_decision(call: Call) -> Response:
    """Decide about the named submissions, or about all that the address's filter lets through.

    The body: `state`, `reason`, and either `seen`, the mark of each submission by its instanceID, or `expected`, how
    many the list was said to hold.
    """
    body = _body(call)
    state, reason = _text(body, "state"), _text(body, "reason")[:_MAX_REASON]
    if "expected" in body:
        desk = open_desk(call, read_address(call.request.args), language_of(call.request))
        outcome = decide_all(call.session, call.actor, desk, state, expected=_count(body), reason=reason)
    else:
        outcome = decide(call.session, call.actor, call.form, _seen(body), state, reason=reason)
    return write_json(_wire(outcome))


@routes.route("POST", f"{DESK}/decisions/<int:decision_id>/undo", _CHANGE)
def undo_decision(call: Call, decision_id: int) -> Response:
    """Take a decision back where nobody has decided since."""
    undone = undo(call.session, call.actor, call.form, decision_id)
    return write_json({"restored": undone.restored, "kept": undone.kept})


def _body(call: Call) -> dict[str, Any]:
    call.request.max_content_length = _MAX_BODY
    try:
        body = call.request.get_json()
    except BadRequest:
        raise unparseable("json", call.request.content_length or 0) from None
    if not isinstance(body, dict):
        raise _wrong("body", body, "it must be an object")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise _wrong(name, value, "it must be a text")
    return value


def _count(body: dict[str, Any]) -> int:
    value = body["expected"]
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong("expected", value, "it must be a number")
    return value


def _seen(body: dict[str, Any]) -> dict[str, str | None]:
    seen = body.get("seen")
    if not isinstance(seen, dict) or not seen or len(seen) > MAX_AT_ONCE:
        raise _wrong("seen", "", f"it must name 1 to {MAX_AT_ONCE} submissions")
    if not all(mark is None or isinstance(mark, str) for mark in seen.values()) or any("\0" in name for name in seen):
        raise _wrong("seen", "", "each submission must have the mark that it was seen with")
    return seen


def _wrong(field: str, value: object, reason: str) -> Problem:
    return unexpected_value(field, str(value)[:200], reason)


def _wire(outcome: Outcome) -> dict[str, Any]:
    return {
        "decision": outcome.decision_id,
        "decided": outcome.decided,
        "overtaken": [
            {
                "instanceId": found.instance_id,
                "state": found.review_state or "received",
                "by": found.by,
                "at": moment_text(found.at) if found.at else None,
            }
            for found in outcome.overtaken
        ],
    }
