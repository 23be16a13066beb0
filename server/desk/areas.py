"""The areas that a name stands for: those called so, and those below a place called so, as villages below a commune.

Which place lies below which is read in the lists of the questions that lead to the area: a row below another one names
its value in a column.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from server.desk.labels import Labels
from server.submissions.search_terms import folded
from server.xform.fields import Field

# A name that so many places share narrows nothing down.
_MAX_PLACES: Final = 500
# From a country to its hamlets.
_MAX_LEVELS: Final = 6


def areas_named(labels: Labels, words: str) -> list[str]:
    """The values of the area question; `words` are folded already. None when too many places are called so.

    What lies below is looked for no further down than to the first level with areas: where a commune and the district
    around it have one name, the commune is meant.
    """
    area = labels.area
    if area is None:
        return []
    lists = {field.choice_list: field for field in _leading_to(labels, area)}.values()
    named = {value for field in lists for value, label in labels.choices(field) if words in folded(label)}
    called = [
        value for value, label in labels.choices(area) if words in folded(label) and not labels.below(area, value)
    ]
    found = {*called, *_ends_below(labels, area, lists, named)}
    return sorted(found) if len(found) <= _MAX_PLACES else []


def _leading_to(labels: Labels, area: Field) -> Iterator[Field]:
    """The selects of the same group up to the area question."""
    for field in labels.fields:
        if field.parent == area.parent and field.choice_list is not None:
            yield field
        if field == area:
            return


def _ends_below(labels: Labels, area: Field, lists: Iterable[Field], places: set[str]) -> list[str]:
    for _ in range(_MAX_LEVELS):
        if len(places) > _MAX_PLACES:
            break
        below = [value for place in places for value in labels.below(area, place)]
        if ends := [value for value in below if not labels.below(area, value)]:
            return ends
        places = {value for field in lists for place in places for value in labels.below(field, place)}
    return []
