"""A small map of the places in one submission, drawn as SVG: the server's ground, graticule, accuracy, a scale bar.

It needs no script. Distances are right to a percent within the few kilometres that it shows.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from server.base_map.grid import north_west, tile_of
from server.base_map.tiles import TilePlace
from server.desk.answers import Answer
from server.web.ground import ShownGround

WIDTH: Final = 480
HEIGHT: Final = 300
# A wide frame shows less of the top and the bottom.
_MARGIN: Final = 56
_METRES_PER_DEGREE: Final = 111_320.0
_LEAST_METRES: Final = 160.0
_NICE: Final = (1, 2, 5)
_SCALE_PIXELS: Final = 110
_TILE_PIXELS: Final = 256
_AROUND_THE_EARTH: Final = 40_075_017.0
# On smaller scales tiles are no rectangles of degrees any more, and beyond the last zoom they become a blur.
_LEAST_ZOOM: Final = 8
_MOST_ENLARGED: Final = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One place: a point with its circle of accuracy, or the path of a line or an area."""

    label: str
    path: str = ""
    is_area: bool = False
    x: float = 0
    y: float = 0
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A tile of the ground, by its address."""

    address: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """In pixels; `columns` and `rows` are graticule lines with their degrees. `credit` names who made the pictures."""

    pictures: list[Picture]
    credit: str
    marks: list[Mark]
    columns: list[tuple[float, str]]
    rows: list[tuple[float, str]]
    scale_pixels: float
    scale_label: str
    centre: str
    accuracy: float | None


def draw_map(places: Sequence[Answer], ground: ShownGround | None) -> Drawing | None:
    """None when there is no place to show. Vector tiles would need a script: the ground stays plain then."""
    points = [point for answer in places for point in _points(answer.place)]
    if not points:
        return None
    view = _View(points, max((answer.accuracy or 0 for answer in places), default=0))
    longitude, latitude = points[0]
    pixels, label = view.scale()
    pictures = list(view.pictures(ground)) if ground is not None and ground.extent.kind == "raster" else []
    return Drawing(
        pictures=pictures,
        credit=ground.attribution if ground is not None and pictures else "",
        marks=[view.mark(answer) for answer in places],
        columns=list(view.columns()),
        rows=list(view.rows()),
        scale_pixels=pixels,
        scale_label=label,
        centre=f"{latitude:.5f}, {longitude:.5f}",
        accuracy=places[0].accuracy,
    )


def _points(place: dict[str, Any] | None) -> list[tuple[float, float]]:
    if place is None:
        return []
    found = place["coordinates"]
    if place["type"] == "Point":
        found = [found]
    elif place["type"] == "Polygon":
        found = found[0]
    return [(point[0], point[1]) for point in found]


class _View:
    """From degrees to pixels: the middle of all places, and as many metres as are needed around it."""

    def __init__(self, points: Sequence[tuple[float, float]], accuracy: float) -> None:
        longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
        self._longitude = (min(longitudes) + max(longitudes)) / 2
        self._latitude = (min(latitudes) + max(latitudes)) / 2
        # Near a pole a degree of longitude has no length left; nobody surveys there.
        self._shrink = max(math.cos(math.radians(self._latitude)), 0.01)
        wide = (max(longitudes) - min(longitudes)) * _METRES_PER_DEGREE * self._shrink
        high = (max(latitudes) - min(latitudes)) * _METRES_PER_DEGREE
        around = 2 * min(accuracy, 2_000)
        self._metres = max(
            (max(wide, _LEAST_METRES) + around) / (WIDTH - 2 * _MARGIN),
            (max(high, _LEAST_METRES) + around) / (HEIGHT - 2 * _MARGIN),
        )

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        x = WIDTH / 2 + (point[0] - self._longitude) * _METRES_PER_DEGREE * self._shrink / self._metres
        return round(x, 1), round(HEIGHT / 2 - (point[1] - self._latitude) * _METRES_PER_DEGREE / self._metres, 1)

    def mark(self, answer: Answer) -> Mark:
        points = [self.at(point) for point in _points(answer.place)]
        if len(points) == 1:
            return Mark(
                answer.label, x=points[0][0], y=points[0][1], radius=round((answer.accuracy or 0) / self._metres, 1)
            )
        is_area = answer.place is not None and answer.place["type"] == "Polygon"
        return Mark(answer.label, "M" + "L".join(f"{x} {y}" for x, y in points) + ("Z" if is_area else ""), is_area)

    def pictures(self, ground: ShownGround) -> Iterator[Picture]:
        """Those that are drawn about as large as they are."""
        wide = _AROUND_THE_EARTH * self._shrink / (_TILE_PIXELS * self._metres)
        wanted = round(math.log2(wide))
        zoom = min(wanted, ground.extent.max_zoom)
        if zoom < max(_LEAST_ZOOM, ground.extent.min_zoom) or wanted - zoom > _MOST_ENLARGED:
            return
        (west, east), (south, north) = self._reach()
        first, last = tile_of(west, north, zoom), tile_of(east, south, zoom)
        for x in range(first.x, last.x + 1):
            for y in range(first.y, last.y + 1):
                yield self._picture(ground, TilePlace(zoom, x, y))

    def _picture(self, ground: ShownGround, place: TilePlace) -> Picture:
        left, top = self.at(north_west(place))
        right, bottom = self.at(north_west(TilePlace(place.z, place.x + 1, place.y + 1)))
        return Picture(ground.tile(place), left, top, round(right - left, 1), round(bottom - top, 1))

    def _reach(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """West and east, south and north."""
        wide = WIDTH / 2 * self._metres / (_METRES_PER_DEGREE * self._shrink)
        high = HEIGHT / 2 * self._metres / _METRES_PER_DEGREE
        return (self._longitude - wide, self._longitude + wide), (self._latitude - high, self._latitude + high)

    def columns(self) -> Iterator[tuple[float, str]]:
        for degree, text in _graticule(*self._reach()[0], 4):
            yield self.at((degree, self._latitude))[0], text

    def rows(self) -> Iterator[tuple[float, str]]:
        for degree, text in _graticule(*self._reach()[1], 3):
            yield self.at((self._longitude, degree))[1], text

    def scale(self) -> tuple[float, str]:
        metres = _nice(_SCALE_PIXELS * self._metres)
        label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        return round(metres / self._metres, 1), label


def _graticule(low: float, high: float, count: int) -> Iterable[tuple[float, str]]:
    step = _nice((high - low) / count)
    decimals = max(0, -math.floor(math.log10(step)))
    first = math.ceil(low / step)
    return [(number * step, f"{number * step:.{decimals}f}°") for number in range(first, math.floor(high / step) + 1)]


def _nice(value: float) -> float:
    """The largest of 1, 2, 5, 10, 20, … that is not above the value."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(step for step in (power * nice for nice in _NICE) if step <= value * 1.000001)
