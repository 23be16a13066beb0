"""Which version of ODK Collect a phone has, as far as its User-Agent tells: old ones lack what new forms ask for."""

import re
from typing import Final

from server.web.account.browser_name import browser_name

_COLLECT: Final = re.compile(r"org\.odk\.collect\.android/v?(\S{1,40})")


def app_version(user_agent: str | None) -> str:
    """Such as `2026.1.0` for ODK Collect; for other programs what they are called, and `?` when nothing was said."""
    found = _COLLECT.match(user_agent or "")
    return found[1] if found else browser_name(user_agent)
