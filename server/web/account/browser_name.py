"""Which of one's browsers a session belongs to, as far as its User-Agent tells."""

from typing import Final

# Each names itself after those that it wants to be taken for, so the first that fits is the right one.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST: Final = 40


def browser_name(user_agent: str | None) -> str:
    """Such as `Chrome, Android`; for programs what they call themselves, and `?` when nothing was said."""
    if not user_agent:
        return "?"
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (browser, system))) if browser else user_agent[:_LONGEST]
