"""A user's authenticator app: set up without a browser, and codes for now and a little later."""

import time
from dataclasses import dataclass

from sqlalchemy import update

from server.accounts.authenticator import SECONDS, code_at
from server.accounts.models import SecondFactor
from server.accounts.second_factor import begin_set_up, confirm, secret_to_confirm
from server.accounts.sign_in import load_actor
from server.http.call import Services


@dataclass(frozen=True)
class App:
    secret: bytes
    recovery_codes: list[str]

    @property
    def code(self) -> str:
        """The code that it shows now."""
        return code_at(self.secret, time.time())

    @property
    def next_code(self) -> str:
        """The one that follows, which is good already."""
        return code_at(self.secret, time.time() + SECONDS)


def set_up_app(services: Services, actor_id: int) -> App:
    """Give the user a second factor of which no code has been used; all their sessions end."""
    settings = services.settings
    with services.database.write() as session:
        begin_set_up(session, settings, actor_id)
        secret = secret_to_confirm(session, settings, actor_id)
        codes = confirm(session, settings, load_actor(session, actor_id), code_at(secret, time.time()))
        session.execute(update(SecondFactor).values(last_step=0))
    return App(secret, codes)
