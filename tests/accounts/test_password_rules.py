import time

import pytest

from server.accounts.passwords import LONGEST, hash_password, is_password
from server.errors import Problem

GOOD = "correct horse battery"


@pytest.mark.parametrize(
    "password",
    [
        "123456789",
        "1234567890",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "password1234",
        "passwordpassword",
        "iloveyou12",
        "mai@example.org",
        "maimaimaimai",
        "",
        "x" * (LONGEST + 1),
    ],
)
def test_password_that_is_short_or_soon_guessed_is_refused(password: str) -> None:
    with pytest.raises(Problem) as refusal:
        hash_password(password, "mai@example.org", "Mai")

    assert refusal.value.code == "400.21"


@pytest.mark.parametrize("password", [GOOD, "ba con bò vàng", "mật khẩu của tôi", "alongpassword", "Nb7!kq02Zx"])
def test_good_password_fits_its_hash_and_no_other(password: str) -> None:
    password_hash = hash_password(password)

    assert is_password(password, password_hash)
    assert not is_password(f"{password} ", password_hash)


def test_nothing_fits_a_missing_or_broken_hash() -> None:
    assert not is_password(GOOD, None)
    assert not is_password(GOOD, "not a hash")
    assert not is_password("nobody has this password", None)


def test_password_without_account_takes_as_long_as_a_wrong_one() -> None:
    password_hash = hash_password(GOOD)

    with_account = fastest_check(password_hash)
    without_account = fastest_check(None)

    assert 0.2 < without_account / with_account < 5


def fastest_check(password_hash: str | None) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        is_password("wrong password", password_hash)
        times.append(time.perf_counter() - start)
    return min(times)


def test_long_password_is_judged_quickly() -> None:
    start = time.perf_counter()
    hash_password("0aZ xy 12 ab cd " * 60)

    assert time.perf_counter() - start < 1
