"""A bounded cache that threads share: what is in it is made once, however many ask at the same time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


class SharedCache(Generic[Item]):
    """Items by key; the least recently used ones go when their costs together pass the limit.

    Keys have to name content, not places, so that an item is never stale.
    """

    def __init__(self, max_cost: int) -> None:
        self._max_cost = max_cost
        self._cost = 0
        self._items: OrderedDict[Hashable, tuple[Item, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[Item, int]]) -> Item:
        """The item with that key; if there is none, the one that `make` gives, with its cost.

        An error of `make` goes to everybody who asks, and nothing is kept.
        """
        entry = self._find(key)
        if entry is not None:
            return entry[0]
        with self._lock:
            making = self._making.setdefault(key, Lock())
        try:
            with making:
                entry = self._find(key)
                if entry is None:
                    entry = make()
                    self._keep(key, entry)
        finally:
            with self._lock:
                self._making.pop(key, None)
        return entry[0]

    def _find(self, key: Hashable) -> tuple[Item, int] | None:
        with self._lock:
            entry = self._items.get(key)
            if entry is not None:
                self._items.move_to_end(key)
            return entry

    def _keep(self, key: Hashable, entry: tuple[Item, int]) -> None:
        with self._lock:
            self._items[key] = entry
            self._cost += entry[1]
            while self._cost > self._max_cost and len(self._items) > 1:
                _, (_, gone) = self._items.popitem(last=False)
                self._cost -= gone
