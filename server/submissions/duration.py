"""How long somebody took to fill in a submission, from the moments that its form notes for that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

# Their names in XLSForms, unless somebody gives them others.
START: Final = "start"
END: Final = "end"


def seconds_taken(answers: Mapping[str, Any] | None) -> int | None:
    """None for what is no moment, and for who ended before they began: their clock was set meanwhile."""
    start, end = (answers or {}).get(START), (answers or {}).get(END)
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):
        return None
    return round(seconds) if seconds >= 0 else None
