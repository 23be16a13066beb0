"""What the desk says of what its reader has just done with one of its forms; the address names it."""

from dataclasses import dataclass
from typing import Final

from server.desk.decisions import find_own
from server.http.call import Call
from server.web.review.address import read_key
from server.web.words import N_, gettext

_LACKS: Final = {"reason": N_("A reason is needed"), "picks": N_("Select some first")}


@dataclass(frozen=True, slots=True)
class Told:
    """`decision_id` is of a decision that can be taken back."""

    text: str
    decision_id: int | None = None


def read_told(call: Call) -> Told | None:
    """None when there is nothing to say, or when it holds no more."""
    args = call.request.args
    if lacks := _LACKS.get(args.get("lacks", "")):
        return Told(gettext(lacks))
    kept = read_key(args.get("kept"))
    more = f" · {gettext('Changed since and left as they are: %(count)s', count=kept)}" if kept else ""
    if (restored := read_key(args.get("undone"))) is not None:
        return Told(gettext("Undone: %(count)s", count=restored) + more)
    number = read_key(args.get("decision"))
    decision = None if number is None else find_own(call.session, call.actor, call.form, number)
    if decision is None:
        return Told(more.removeprefix(" · ")) if more else None
    return Told(gettext("%(count)s decided", count=len(decision.items)) + more, decision.id)
