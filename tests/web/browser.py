"""A real browser before a real server: pages fail on script errors, refused content and requests to anywhere else."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from server.accounts.models import ActorRow
from server.accounts.sign_in import load_actor, open_session
from server.http.credentials import COOKIE, CSRF_COOKIE
from tests.cast import Caller, Cast
from tests.services import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS = ("--font-render-hinting=none", "--no-sandbox", "--disable-gpu")


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """Debian's Chromium; skips where it or Playwright is missing."""
    chromium = shutil.which("chromium")
    require(find_spec("playwright") is not None, "Playwright is not installed")
    require(chromium is not None, "there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def signed_in_page(browser: "Browser", site: str, cast: Cast, who: Caller, **options: Any) -> Iterator["Page"]:
    """A page of a browser in which somebody has signed in; `options` are those of `open_page`."""
    with open_page(browser, site, cookies=_cookies(site, cast, who), **options) as page:
        yield page


@contextmanager
def open_page(
    browser: "Browser",
    site: str,
    *,
    cookies: Sequence[dict[str, Any]] = (),
    width: int = 1440,
    height: int = 900,
    language: str = "vi",
    allows: tuple[str, ...] = (),
    has_scripts: bool = True,
) -> Iterator["Page"]:
    """A page of a browser that nobody has used before; nothing may go wrong in it unseen.

    `allows` are texts of faults that the test is about.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
        java_script_enabled=has_scripts,
    )
    context.add_cookies(cookies)  # type: ignore[arg-type]  # Playwright's own dictionary type
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(f"{message.text} {message.location}")
            if message.type == "error" and not any(text in message.text for text in allows)
            else None
        ),
    )
    page.on("request", lambda request: faults.append(request.url) if _is_elsewhere(request.url, site) else None)
    yield page
    context.close()
    assert not faults, faults


def _is_elsewhere(url: str, site: str) -> bool:
    return not url.startswith((site, "data:", "blob:"))


def _cookies(site: str, cast: Cast, who: Caller) -> list[dict[str, Any]]:
    with cast.services.database.write() as session:
        assert who.id is not None
        new = open_session(session, load_actor(session, session.get_one(ActorRow, who.id).id))
    return [
        {"name": name, "value": value, "url": site} for name, value in ((COOKIE, new.token), (CSRF_COOKIE, new.csrf))
    ]


def axe_violations(page: "Page") -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, each with the elements that it is about."""
    require(find_spec("axe_playwright_python") is not None, "axe is not installed")
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    return [f"{rule['id']}: {[node['html'][:160] for node in rule['nodes'][:4]]}" for rule in found["violations"]]
