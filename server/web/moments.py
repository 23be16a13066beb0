"""Days and moments as the people of the survey live them, in Vietnam's time."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from server.db import utc_now

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    return utc_now().astimezone(ZONE).date()


def written(moment: datetime | None) -> str:
    """Such as 29/11/2026 14:05; blank for None."""
    return "" if moment is None else moment.astimezone(ZONE).strftime("%d/%m/%Y %H:%M")
