"""Users with passwords, which the cast has not: hashing one costs more than the rest of a test."""

from typing import Any

from flask import Flask

from tests.cast import PASSWORD, Answer, Caller, Cast

MAI = "mai@example.org"


def make_mai(cast: Cast, password: str | None = PASSWORD) -> int:
    """Alice creates a user; gives its id."""
    answer = cast.alice.post("/v1/users", json={"email": MAI, "displayName": "Mai", "password": password})
    assert answer.status_code == 200, answer.text
    return int(answer.json["id"])


def sign_in(caller: Caller, email: str = MAI, password: str = PASSWORD, **options: Any) -> Answer:
    return caller.post("/v1/sessions", json={"email": email, "password": password}, **options)


def signed_in(app: Flask, email: str = MAI, password: str = PASSWORD) -> Caller:
    """Mai with a bearer token."""
    client = app.test_client(use_cookies=False)
    return Caller(client, token=sign_in(Caller(client), email, password).json["token"], email=email)
