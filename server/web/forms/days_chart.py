"""A bar for each day, made of what is decided and what is not; drawn as SVG, so that it needs no script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from server.desk.filters import STATES
from server.submissions.activity import Day

# The picture is stretched to its place: the width is that of a day.
HEIGHT: Final = 100
_GAP: Final = 0.24
# From the bottom: what needs nobody any more stands on the ground.
_ORDER: Final = ("approved", "to-review", "has-issues", "rejected")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bar, from the left and the top."""

    state: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    day: date
    total: int
    x: float
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is what the highest bar counts; `width` and `height` those of the picture."""

    bars: list[Bar]
    total: int
    most: int
    width: int
    height: int = HEIGHT

    @property
    def labelled(self) -> list[date]:
        """Some days to write below: the first, the last and those between at equal distances."""
        last = len(self.bars) - 1
        return [self.bars[place].day for place in sorted({0, last // 3, 2 * last // 3, last})]


def draw_days(days: Sequence[Day]) -> Chart:
    most = max((day.total for day in days), default=0)
    bars = [Bar(day.day, day.total, place, list(_blocks(day, place, most))) for place, day in enumerate(days)]
    return Chart(bars, sum(day.total for day in days), most, len(days))


def _blocks(day: Day, place: int, most: int) -> Iterator[Block]:
    top = float(HEIGHT)
    for name in _ORDER:
        count = sum(day.states.get(state, 0) for state in STATES[name])
        if count:
            height = round(count * HEIGHT / most, 2)
            top = round(top - height, 2)
            yield Block(name, place + _GAP / 2, max(top, 0), 1 - _GAP, height)
