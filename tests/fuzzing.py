"""How many cases the fuzz tests try: a bounded number, or with TRANSECT_FUZZ so many times more; and trees of XML."""

import os
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import settings
from lxml import etree

_TIMES = int(os.environ.get("TRANSECT_FUZZ", "1"))
# No case may hang; a busy machine is no hang.
_DEADLINE = timedelta(seconds=10)


def cases(number: int) -> settings:
    return settings(max_examples=number * _TIMES, deadline=_DEADLINE)


def add_elements(root: etree._Element, parts: Sequence[tuple[str, object]]) -> None:
    """Add elements, each given as its name with a text or with the list of what is in it."""
    ahead: list[tuple[etree._Element, tuple[str, object]]] = [(root, part) for part in parts]
    while ahead:
        parent, (name, content) = ahead.pop(0)
        element = etree.SubElement(parent, name)
        if isinstance(content, str):
            element.text = content
        else:
            assert isinstance(content, list)
            ahead.extend((element, part) for part in content)
