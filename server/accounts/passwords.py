"""Hashing passwords and deciding whether one is good enough."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn_rs_py import zxcvbn

from server.accounts.throttle import LIMITS, WINDOW
from server.errors import password_too_weak

SHORTEST = 10
LONGEST = 1000
# The guesses that the throttle lets through for one account in a week.
_TOO_FEW_GUESSES = LIMITS["account"] * (timedelta(weeks=1) / WINDOW)
# What the estimate reads of a long password; its cost grows faster than the length.
_ESTIMATED = 72
# OWASP's second recommended setting; about 23 ms on one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when there is no such account, so that the answer takes as long as for one that exists.
_NO_ONES = _HASHER.hash("nobody has this password")


def hash_password(password: str, *about: str) -> str:
    """Raise 400.21 for a password that is too short or soon guessed; `about` holds the user's names and addresses."""
    if len(password) < SHORTEST:
        raise password_too_weak(f"it has {len(password)} characters; use at least {SHORTEST}.")
    if len(password) > LONGEST:
        raise password_too_weak(f"it has {len(password)} characters; use at most {LONGEST}.")
    if zxcvbn(password[:_ESTIMATED], list(about)).guesses < _TOO_FEW_GUESSES:
        raise password_too_weak("it is among those that are tried first; use a few words that nobody would expect.")
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Compare in the same time whether or not there is a hash to compare with."""
    try:
        return _HASHER.verify(password_hash or _NO_ONES, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
