"""Pictures of pages for people to look at."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def keep_picture(page: "Page", name: str, *, is_whole: bool = True) -> None:
    """As `{name}.png` in the folder that TRANSECT_SCREENSHOTS names; nothing where it names none."""
    if folder := os.environ.get("TRANSECT_SCREENSHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/{name}.png", full_page=is_whole)
