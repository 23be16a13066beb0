"""The reproducible shuffle of randomize(): every client orders the same list alike for the same seed.

The numbers come from the Park-Miller generator, the order from an inside-out Fisher-Yates shuffle, as the ODK XForms
specification prescribes.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from typing import Final, TypeVar

from server.xpath.values import Value, to_int64, to_number, to_text

_MODULUS: Final = 2**31 - 1
_MULTIPLIER: Final = 16_807

Item = TypeVar("Item")


def seed_from(value: Value) -> int:
    """A number cut to a whole one; of a text that is no number the first eight bytes of its SHA-256."""
    number = to_number(value)
    if not math.isnan(number):
        return to_int64(number)
    text = to_text(value)
    if not text or isinstance(value, float):
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def shuffle(items: list[Item], seed: int | None) -> list[Item]:
    """The items in a new order; without a seed a different one each time."""
    number = _start(secrets.randbits(62) if seed is None else seed)
    shuffled: list[Item] = []
    for place, item in enumerate(items):
        number = number * _MULTIPLIER % _MODULUS
        chosen = math.floor((number - 1) / (_MODULUS - 1) * (place + 1))
        if chosen == place:
            shuffled.append(item)
        else:
            shuffled.append(shuffled[chosen])
            shuffled[chosen] = item
    return shuffled


def _start(seed: int) -> int:
    """The remainder with the sign of the seed, as Java takes it, moved into the generator's range."""
    start = -(-seed % _MODULUS) if seed < 0 else seed % _MODULUS
    return start + _MODULUS - 1 if start <= 0 else start
