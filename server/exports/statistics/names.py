"""Names of variables that Stata and SPSS both take, and that can be typed on any keyboard.

At most 32 characters: ASCII letters, digits and `_`, a letter in front. Vietnamese letters lose their marks. A name
that is too long loses its groups, outermost first, and then its end; what would be there twice gets a number.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

MAX_NAME: Final = 32
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_]")
_OWN_LETTERS: Final = str.maketrans("đĐ", "dD")
# What the languages of Stata, SPSS and R keep for themselves; Stata also has str1 to str2045.
_RESERVED: Final = frozenset(
    {
        "all", "and", "break", "by", "byte", "double", "else", "eq", "false", "float", "for", "function", "ge", "gt",
        "if", "in", "inf", "int", "le", "long", "lt", "na", "nan", "ne", "next", "not", "null", "or", "repeat", "strl",
        "to", "true", "using", "while", "with",
    }
)  # fmt: skip
_STRING_TYPE: Final = re.compile(r"str[0-9]+")


def variable_names(columns: Iterable[tuple[Sequence[str], int]]) -> Iterator[str]:
    """For each column the names that lead to it, outermost first, and how many of the last ones must stay."""
    taken: set[str] = set()
    for steps, kept in columns:
        name = _free(_short(steps, kept), taken)
        taken.add(name.casefold())
        yield name


def legal_name(text: str) -> str:
    """Of any length."""
    plain = unicodedata.normalize("NFKD", text.translate(_OWN_LETTERS))
    name = _NOT_IN_NAMES.sub("_", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    if not name[:1].isalpha():
        name = f"v{name}"
    is_reserved = name.casefold() in _RESERVED or _STRING_TYPE.fullmatch(name.casefold())
    return f"{name}_" if is_reserved else name


def _short(steps: Sequence[str], kept: int) -> str:
    name = ""
    for start in range(len(steps) - kept + 1):
        name = legal_name("_".join(steps[start:]))
        if len(name) <= MAX_NAME:
            break
    return name[:MAX_NAME]


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        end = f"_{number}"
        free = f"{name[: MAX_NAME - len(end)]}{end}"
    return free
