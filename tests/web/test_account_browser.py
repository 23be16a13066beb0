"""Accounts in a real browser: signing in with a second factor, and no fault of accessibility at any width."""

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from server.accounts.authenticator import SECONDS, code_at
from server.accounts.first_admin import first_admin_code
from server.config import Settings
from tests.accounts.people import MAI, make_mai
from tests.cast import PASSWORD, Cast
from tests.live_server import live_server
from tests.web.browser import axe_violations, open_page, signed_in_page
from tests.web.page_server import PageServer, serving
from tests.web.pictures import keep_picture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# What the console says of the answers that these tests are about.
REFUSED = ("status of 400 ", "status of 401 ", "status of 404 ")
SIZES = [(1440, 900, "en"), (390, 844, "vi")]


@pytest.fixture
def mai(cast: Cast) -> int:
    return make_mai(cast)


@pytest.fixture
def server(mai: int, app: Flask) -> Iterator[PageServer]:
    del mai
    with serving(app) as server:
        yield server


def look(page: "Page", name: str) -> None:
    """The page as it is: nothing sticks out, and axe finds nothing."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    keep_picture(page, f"{name}-{width}-{page.locator('html').get_attribute('lang')}")
    assert (name, page.evaluate("document.documentElement.scrollWidth")) <= (name, width)
    assert (name, axe_violations(page)) == (name, [])


def give_password(page: "Page", server: PageServer, path: str = "/account") -> None:
    page.goto(f"{server.url}{path}")
    page.locator("input[name=email]").fill(MAI)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()


@pytest.mark.parametrize(("width", "height", "language"), SIZES)
def test_the_account_is_looked_after(
    browser: "Browser", server: PageServer, width: int, height: int, language: str
) -> None:
    with open_page(browser, server.url, width=width, height=height, language=language, allows=REFUSED) as page:
        give_password(page, server)
        look(page, "account")
        page.locator("#password input[name=old]").fill("wrong")
        page.locator("#password input[name=new]").fill("mận hậu Bắc Hà 2026")
        page.locator("#password button").click()
        page.get_by_role("alert").wait_for()
        look(page, "account-refused")
        page.locator("#api-passwords input[name=name]").fill("Power BI")
        page.locator("#api-passwords input[name=password]").fill(PASSWORD)
        page.locator("#api-passwords .buttons button").click()
        page.locator("code.secret").wait_for()
        look(page, "account-api-password")


@pytest.mark.parametrize(("width", "height", "language"), SIZES)
def test_a_second_factor_is_set_up_and_asked_for(
    browser: "Browser", server: PageServer, width: int, height: int, language: str
) -> None:
    with open_page(browser, server.url, width=width, height=height, language=language, allows=REFUSED) as page:
        give_password(page, server, "/account/second-factor")
        look(page, "second-factor")
        page.locator("main button.primary").click()
        page.locator("img.code").wait_for()
        look(page, "set-up")
        secret = base64.b32decode(page.locator("code.secret").inner_text().replace(" ", ""))
        page.locator("input[name=code]").fill(code_at(secret, time.time()))
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button.primary").click()
        page.locator(".secret-codes li").nth(9).wait_for()
        look(page, "recovery-codes")
        recovery_code = page.locator(".secret-codes li").first.inner_text()
        page.locator("main a.primary").click()
        page.locator("header form button").click()

        give_password(page, server, "/projects")
        look(page, "code")
        page.locator("input[name=code]").fill("000000")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        look(page, "code-refused")
        page.locator("input[name=code]").fill(code_at(secret, time.time() + SECONDS))
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.url}/projects")
        page.goto(f"{server.url}/account/second-factor")
        look(page, "second-factor-on")
        page.locator("header form button").click()

        give_password(page, server)
        page.locator("input[name=code]").fill(recovery_code)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.url}/account")


@pytest.mark.parametrize(("width", "height", "language"), SIZES)
def test_pages_before_signing_in(
    browser: "Browser", server: PageServer, width: int, height: int, language: str
) -> None:
    with open_page(browser, server.url, width=width, height=height, language=language, allows=REFUSED) as page:
        for name in ("sign-in", "reset", "account/claim?token=x"):
            page.goto(f"{server.url}/{name}")
            look(page, name.partition("?")[0].replace("/", "-"))
        page.locator("input[name=password]").fill("mận hậu Bắc Hà 2026")
        page.locator("main button.primary").click()
        page.get_by_role("alert").wait_for()
        look(page, "claim-refused")
        page.goto(f"{server.url}/nowhere")
        look(page, "problem")


def test_a_link_on_another_site_finds_its_reader_signed_in(browser: "Browser", server: PageServer) -> None:
    with open_page(browser, server.url) as page:
        give_password(page, server)
        # Another name is another site to the browser.
        page.goto(f"data:text/html,<a href='{server.url}/account'>a mail</a>")
        page.get_by_text("a mail").click()
        page.wait_for_url(f"{server.url}/account")
        page.locator("#password").wait_for()


def test_who_has_to_have_a_second_factor_is_led_to_it(
    browser: "Browser", server: PageServer, cast: Cast, mai: int
) -> None:
    cast.alice.post(f"/v1/assignments/viewer/{mai}")
    with signed_in_page(browser, server.url, cast, cast.alice, width=1440) as page:
        page.goto(f"{server.url}/account/second-factor")
        page.get_by_label("Người xem dự án").check()
        page.locator("#roles button").click()
        page.get_by_role("status").wait_for()
        look(page, "second-factor-roles")
    with open_page(browser, server.url, width=390, height=844) as page:
        give_password(page, server)
        page.wait_for_url(f"{server.url}/account/second-factor")
        look(page, "second-factor-needed")
        page.goto(f"{server.url}/projects")
        page.wait_for_url(f"{server.url}/account/second-factor")


@pytest.mark.parametrize(("width", "height", "language"), SIZES)
def test_the_first_administrator_begins(
    browser: "Browser", settings: Settings, tmp_path: Path, width: int, height: int, language: str
) -> None:
    with (
        live_server(settings, tmp_path, workers=1) as server,
        open_page(browser, server.url, width=width, height=height, language=language) as page,
    ):
        page.goto(server.url)
        page.wait_for_url(f"{server.url}/first-administrator")
        look(page, "first-administrator")
        code = first_admin_code(settings.secret_key)
        assert code in server.log
        for name, value in {"code": code, "name": "Lan", "email": "lan@example.org", "password": PASSWORD}.items():
            page.locator(f"input[name={name}]").fill(value)
        page.locator("main button.primary").click()
        page.wait_for_url(f"{server.url}/projects")
