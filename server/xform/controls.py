"""Read what a form says of its nodes outside the instance: the types in its binds, the questions of its body.

Nodes are named as everywhere by their path without the root; prefixes of names do not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from server.xform.document import MAX_DEPTH, local_name

GROUPS = frozenset({"group", "repeat"})
# In a path from the root: prefixes, blanks, empty steps, and `.` or `..`.
_NEEDS_STEPS = re.compile(r"[:\s]|/\.|/(?=/|\Z)")
_KINDS = GROUPS | {"input", "secret", "select", "select1", "rank", "range", "upload", "trigger"}


@dataclass(frozen=True, slots=True)
class Control:
    """One element of the body that belongs to a node; `label_owner` is the element that has its label."""

    path: str
    kind: str
    element: etree._Element
    label_owner: etree._Element


class Binds:
    """The binds of a model, in their order with the path of each, by path and by id."""

    def __init__(self, model: etree._Element, root_name: str) -> None:
        """Read the binds; the first one of a node decides, as binds of one node should be one."""
        self.in_order: list[tuple[etree._Element, str | None]] = []
        self.types: dict[str, str] = {}
        self.paths_by_id: dict[str, str] = {}
        for bind in model.iterchildren("{*}bind"):
            path = resolve(bind.get("nodeset", ""), "", root_name)
            self.in_order.append((bind, path))
            if path is None:
                continue
            self.types.setdefault(path, bind.get("type", "").strip())
            self.paths_by_id.setdefault(bind.get("id", ""), path)


def resolve(reference: str, context: str, root_name: str) -> str | None:
    """Return the path that a reference has in `context`; None when no node of the instance can be meant."""
    if reference.startswith(f"/{root_name}/") and not _NEEDS_STEPS.search(reference):
        return reference[len(root_name) + 1 :] if reference.count("/") <= MAX_DEPTH else None
    steps = [step.strip().rpartition(":")[2] for step in reference.strip().split("/")]
    path = context.split("/")[1:]
    if steps[0] == "":
        if len(steps) < 2 or steps[1] != root_name:
            return None
        path, steps = [], steps[2:]
    for step in steps:
        if step == "..":
            if not path:
                return None
            path.pop()
        elif step not in (".", ""):
            path.append(step)
    return "".join(f"/{step}" for step in path) if len(path) < MAX_DEPTH else None


def read_controls(body: etree._Element, binds: Binds, root_name: str) -> Iterator[Control]:
    """Yield the controls of the body in its order, groups and repeats before what is in them."""
    yield from _within(body, "", binds, root_name)


def _within(parent: etree._Element, context: str, binds: Binds, root_name: str) -> Iterator[Control]:
    for element in parent:
        kind = local_name(element)
        if kind not in _KINDS:
            continue
        path = _path(element, context, binds, root_name)
        if path:
            # A group without a node of its own is there to give the repeat in it a label.
            is_wrapped = kind == "repeat" and parent.get("ref") is None and parent.get("nodeset") is None
            yield Control(path, kind, element, parent if is_wrapped else element)
        if kind in GROUPS:
            yield from _within(element, context if path is None else path, binds, root_name)


def _path(element: etree._Element, context: str, binds: Binds, root_name: str) -> str | None:
    reference = element.get("nodeset") or element.get("ref")
    if reference is not None:
        return resolve(reference, context, root_name)
    bind_id = element.get("bind")
    return binds.paths_by_id.get(bind_id) if bind_id else None
