"""Find the question that says where a submission was made, such as the village below commune and province."""

import re
from collections.abc import Iterable

from server.xform.controls import Control

_PREDICATE = re.compile(r"\[(.*)\]", re.DOTALL)


def cascade_end(controls: Iterable[Control]) -> str | None:
    """The path of the last select in the form's first cascade; None when no list depends on another answer.

    A cascade begins with the first select whose list is filtered, and goes on with each one whose list is filtered by
    the answer to the one before.
    """
    end: str | None = None
    for control in controls:
        filter_text = _filter(control)
        if filter_text and (end is None or _mentions(filter_text, end.rpartition("/")[2])):
            end = control.path
    return end


def _filter(control: Control) -> str:
    if control.kind != "select1":
        return ""
    itemset = next(control.element.iterchildren("{*}itemset"), None)
    found = None if itemset is None else _PREDICATE.search(itemset.get("nodeset", ""))
    return found[1] if found else ""


def _mentions(expression: str, name: str) -> bool:
    return re.search(rf"/\s*{re.escape(name)}(?![\w.-])", expression) is not None
