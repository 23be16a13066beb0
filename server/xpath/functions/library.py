"""All functions that an expression may call, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from server.xpath.functions import codes, dates, logic, nodesets, numbers, places, surroundings, texts
from server.xpath.functions.definition import Function

_MODULES: Final = (logic, numbers, texts, nodesets, dates, places, codes, surroundings)

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.name: function for module in _MODULES for function in module.FUNCTIONS}
)
