"""Codes of authenticator apps: which are right, that each is good once, and that the secret stays one."""

import re
import time
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select, text

from server.accounts import authenticator
from server.accounts.authenticator import SECONDS, SealBroken, code_at, new_secret, seal, setup_uri, steps_of, unseal
from server.accounts.models import RecoveryCode, SecondFactor
from server.accounts.second_factor import begin_set_up, check_code, confirm, remove, renew_codes
from server.accounts.sign_in import load_actor
from server.accounts.throttle import LIMITS
from server.config import Settings
from server.errors import Problem
from server.permissions import Actor
from tests.accounts.authenticator_app import App, set_up_app
from tests.at_once import at_once
from tests.cast import Cast
from tests.logged import rows_of

KEY = "a secret of the server"
# The secret and codes of RFC 6238, appendix B, cut to six digits.
RFC_SECRET = b"12345678901234567890"


@pytest.fixture
def bob(cast: Cast) -> Actor:
    assert cast.bob.id is not None
    with cast.services.database.read() as session:
        return load_actor(session, cast.bob.id)


@pytest.fixture
def app_of_bob(cast: Cast, bob: Actor) -> App:
    assert bob.id is not None
    return set_up_app(cast.services, bob.id)


def check(cast: Cast, actor: Actor, code: str, **options: str) -> None:
    check_code(cast.services.database, cast.services.settings, actor, code, address="192.0.2.1", **options)


def refusal(cast: Cast, actor: Actor, code: str) -> str:
    with pytest.raises(Problem) as raised:
        check(cast, actor, code)
    return raised.value.code


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, seconds) == code


@pytest.mark.parametrize(("off", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_right_one_step_before_and_after_its_time(off: int, *, is_right: bool) -> None:
    code = code_at(RFC_SECRET, 1111111109)

    assert bool(list(steps_of(RFC_SECRET, code, 1111111109 + off * SECONDS))) == is_right


@pytest.mark.parametrize("code", ["", "28708", "2870822", "đoán", "28708\0"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert list(steps_of(RFC_SECRET, code, 59)) == []


def test_the_app_learns_the_secret_the_user_and_the_server() -> None:
    uri = urlsplit(setup_uri(RFC_SECRET, "mai@example.org", "Transect (survey.example.org)"))

    assert (uri.scheme, uri.netloc, unquote(uri.path)) == (
        "otpauth",
        "totp",
        "/Transect (survey.example.org):mai@example.org",
    )
    query = parse_qs(uri.query)
    assert query["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert query["issuer"] == ["Transect (survey.example.org)"]


def test_a_sealed_secret_opens_with_its_key_and_for_its_owner_only() -> None:
    secret = new_secret()
    sealed = seal(secret, KEY, 7)

    assert unseal(sealed, KEY, 7) == secret
    assert secret not in sealed
    for key, actor_id in ((KEY, 8), ("another", 7)):
        with pytest.raises(SealBroken):
            unseal(sealed, key, actor_id)


def test_a_code_is_taken_once(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    code = app_of_bob.code

    check(cast, bob, f"{code[:3]} {code[3:]}")

    assert refusal(cast, bob, code) == "401.12"
    check(cast, bob, app_of_bob.next_code)


def test_after_a_later_code_no_earlier_one_is_taken(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    earlier = app_of_bob.code
    check(cast, bob, app_of_bob.next_code)

    assert refusal(cast, bob, earlier) == "401.12"


def test_of_requests_with_one_code_at_once_one_is_let_in(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    code = app_of_bob.code

    def attempt() -> bool:
        try:
            check(cast, bob, code)
        except Problem:
            return False
        return True

    assert sorted(at_once(*[attempt] * 4)) == [False, False, False, True]


def test_a_recovery_code_is_taken_once_however_it_is_typed(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    first, second, *_ = app_of_bob.recovery_codes

    check(cast, bob, first.lower().replace("-", " "))

    assert refusal(cast, bob, first) == "401.12"
    check(cast, bob, second)
    assert len(rows_of(cast.services, "user.recovery_code.use")) == 2


def test_there_are_ten_recovery_codes_and_none_can_be_read_again(cast: Cast, app_of_bob: App) -> None:
    assert len(set(app_of_bob.recovery_codes)) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code) for code in app_of_bob.recovery_codes)
    with cast.services.database.read() as session:
        kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
        sealed = session.scalars(select(SecondFactor.sealed_secret)).one()
    assert not any(code.replace("-", "") in kept.upper() for code in app_of_bob.recovery_codes)
    assert app_of_bob.secret not in sealed


def test_new_recovery_codes_end_the_old_ones(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    with cast.services.database.write() as session:
        codes = renew_codes(session, bob)

    assert refusal(cast, bob, app_of_bob.recovery_codes[0]) == "401.12"
    check(cast, bob, codes[0])


def test_somebody_elses_codes_are_wrong(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    assert cast.vy.id is not None
    others = set_up_app(cast.services, cast.vy.id)

    assert refusal(cast, bob, others.code) == "401.12"
    assert refusal(cast, bob, others.recovery_codes[0]) == "401.12"
    check(cast, bob, app_of_bob.code)


def test_guessing_codes_is_slowed_down(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    for _ in range(LIMITS["code"]):
        assert refusal(cast, bob, "000000" if app_of_bob.code != "000000" else "111111") == "401.12"

    assert refusal(cast, bob, app_of_bob.code) == "429.7"
    assert refusal(cast, bob, app_of_bob.recovery_codes[0]) == "429.7"


@pytest.mark.usefixtures("app_of_bob")
def test_guessing_many_at_once_lets_no_more_through(cast: Cast, bob: Actor) -> None:
    codes = at_once(*[lambda: refusal(cast, bob, "12345x")] * (LIMITS["code"] * 3))

    assert sorted(codes) == ["401.12"] * LIMITS["code"] + ["429.7"] * LIMITS["code"] * 2


def test_nothing_is_set_up_before_a_code_is_right(cast: Cast, bob: Actor) -> None:
    assert bob.id is not None
    settings = cast.services.settings
    with cast.services.database.write() as session:
        begin_set_up(session, settings, bob.id)
    with pytest.raises(Problem, match="wrong"), cast.services.database.write() as session:
        confirm(session, settings, bob, "12345x")
    assert refusal(cast, bob, "12345x") == "401.12"
    with cast.services.database.read() as session:
        assert session.scalars(select(SecondFactor.confirmed_at)).all() == [None]


def test_the_code_that_confirmed_is_used_up(cast: Cast, bob: Actor) -> None:
    assert bob.id is not None
    settings = cast.services.settings
    with cast.services.database.write() as session:
        begin_set_up(session, settings, bob.id)
        secret = unseal(session.scalars(select(SecondFactor.sealed_secret)).one(), settings.secret_key, bob.id)
        code = code_at(secret, time.time())
        confirm(session, settings, bob, code)

    assert refusal(cast, bob, code) == "401.12"


def test_it_is_not_set_up_over_another(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    assert bob.id is not None
    with pytest.raises(Problem) as raised, cast.services.database.write() as session:
        begin_set_up(session, cast.services.settings, bob.id)
    assert raised.value.code == "409.3"
    check(cast, bob, app_of_bob.code)


def test_what_is_taken_away_is_gone(cast: Cast, bob: Actor, app_of_bob: App) -> None:
    assert bob.id is not None
    with cast.services.database.write() as session:
        remove(session, bob, bob.id)

    assert refusal(cast, bob, app_of_bob.code) == "401.12"
    assert refusal(cast, bob, app_of_bob.recovery_codes[0]) == "401.12"
    with pytest.raises(Problem, match="Could not find"), cast.services.database.write() as session:
        remove(session, bob, bob.id)


def test_with_another_key_the_log_says_what_to_do_and_recovery_codes_still_work(
    cast: Cast, bob: Actor, app_of_bob: App, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    changed = replace(settings, secret_key="another")
    database = cast.services.database
    with pytest.raises(Problem, match="wrong"):
        check_code(database, changed, bob, app_of_bob.code, address="192.0.2.1")

    assert "reset-second-factor" in caplog.text
    check_code(database, changed, bob, app_of_bob.recovery_codes[0], address="192.0.2.1")


def test_neither_secrets_nor_codes_get_into_the_log_of_deeds(cast: Cast, app_of_bob: App) -> None:
    with cast.services.database.read() as session:
        logged = str(session.execute(text("SELECT details FROM audit")).all())
    assert not any(code in logged for code in app_of_bob.recovery_codes)
    assert authenticator.setup_uri(app_of_bob.secret, "x", "y").partition("secret=")[2][:16] not in logged
