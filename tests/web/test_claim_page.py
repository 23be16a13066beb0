import re

from server.accounts.resets import new_reset
from server.accounts.users import find_user_by_email
from tests.cast import Cast

PATH = "/account/claim"
NEW = "mận hậu Bắc Hà 2026"


def token_for(cast: Cast, email: str) -> str:
    with cast.services.database.write() as session:
        return new_reset(session, find_user_by_email(session, email))


def can_sign_in(cast: Cast, email: str, password: str) -> bool:
    return cast.nobody.post("/v1/sessions", json={"email": email, "password": password}).status_code == 200


def test_a_mailed_link_leads_to_a_form_that_sets_the_password(cast: Cast) -> None:
    token = token_for(cast, "dee@example.org")

    page = cast.nobody.get(f"{PATH}?token={token}")
    hidden = re.search(r'name="token" value="([^"]+)"', page.text)
    assert hidden is not None
    done = cast.nobody.post(PATH, data={"token": hidden[1], "password": NEW})

    assert done.status_code == 200
    assert can_sign_in(cast, "dee@example.org", NEW)


def test_a_link_works_once(cast: Cast) -> None:
    token = token_for(cast, "dee@example.org")
    cast.nobody.post(PATH, data={"token": token, "password": NEW})

    again = cast.nobody.post(PATH, data={"token": token, "password": "another fine long one"})

    assert again.status_code == 401
    assert can_sign_in(cast, "dee@example.org", NEW)


def test_a_weak_password_is_refused_and_the_link_stays_good(cast: Cast) -> None:
    token = token_for(cast, "dee@example.org")

    refused = cast.nobody.post(PATH, data={"token": token, "password": "password12"})

    assert refused.status_code == 400
    assert token in refused.text
    assert cast.nobody.post(PATH, data={"token": token, "password": NEW}).status_code == 200


def test_a_token_cannot_carry_markup_into_the_page(cast: Cast) -> None:
    page = cast.nobody.get(f'{PATH}?token="><script>alert(1)</script>')

    assert "<script>" not in page.text
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_address_with_the_token_is_told_to_nobody(cast: Cast) -> None:
    assert cast.nobody.get(f"{PATH}?token=x").headers["Referrer-Policy"] == "no-referrer"


def test_a_huge_form_is_refused(cast: Cast) -> None:
    answer = cast.nobody.post(PATH, data={"token": "x", "password": "x" * 100_000})

    assert answer.status_code == 413


def test_a_used_link_leads_to_a_new_one_in_the_readers_language(cast: Cast) -> None:
    answer = cast.nobody.post(PATH, data={"token": "x", "password": NEW}, headers={"Accept-Language": "vi"})

    assert "Liên kết này đã được dùng" in answer.text
    assert 'href="/reset"' in answer.text


def test_changing_the_language_keeps_the_link_good(cast: Cast) -> None:
    token = token_for(cast, "dee@example.org")

    page = cast.nobody.get(f"{PATH}?token={token}&lang=vi")

    assert f'href="?lang=en&amp;token={token}"' in page.text
    assert "Ít nhất 10 ký tự" in page.text
