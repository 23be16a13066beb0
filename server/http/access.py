"""What a route says about who may use it. A route without such a declaration does not exist: `Routes` asks for one."""

from dataclasses import dataclass

from server.errors import insufficient_rights, not_authenticated, second_factor_required
from server.permissions import Actee, Actor


@dataclass(frozen=True, slots=True)
class Access:
    """`verbs`: any one of them suffices. `why_open`: the reason when the route asks for no verb.

    `serves_set_up`: also for who has yet to set up the second factor that their role asks for.
    """

    verbs: tuple[str, ...] = ()
    why_open: str = ""
    needs_sign_in: bool = True
    reads_credentials: bool = True
    serves_set_up: bool = False

    def check(self, actor: Actor, *chain: Actee) -> None:
        """Raise 401.2 for nobody, 403.11 before a needed second factor, 403.1 without the verb on the path's chain."""
        if actor.is_anonymous and self.needs_sign_in:
            raise not_authenticated()
        if actor.lacks_second_factor and self.needs_sign_in and not self.serves_set_up:
            raise second_factor_required()
        if self.verbs and not any(actor.can(verb, *chain) for verb in self.verbs):
            raise insufficient_rights()


def needs(*any_of: str) -> Access:
    """One of these verbs, on the innermost of project and form that the path names, or on what holds it."""
    return Access(verbs=any_of)


def anyone(why: str) -> Access:
    return Access(why_open=why, needs_sign_in=False)


def without_credentials(why: str) -> Access:
    """Nobody is identified, so that a stale cookie cannot keep anybody from signing in."""
    return Access(why_open=why, needs_sign_in=False, reads_credentials=False)


def signed_in(why: str, *, serves_set_up: bool = False) -> Access:
    """Any actor; the use case decides or filters by itself, as `why` says."""
    return Access(why_open=why, serves_set_up=serves_set_up)
