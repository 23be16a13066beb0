"""Names that are each there once: the first keeps its own, the others get a number."""

from collections.abc import Iterable, Iterator


def unique_names(names: Iterable[str]) -> Iterator[str]:
    """In their order. Without regard to case, as most databases and statistics programs read them."""
    taken: set[str] = set()
    for name in names:
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.casefold())
        yield free
