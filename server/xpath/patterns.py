"""Regular expressions in Java's syntax, as regex() takes them, on top of the `regex` package.

Most of the syntax is common. What Java writes differently is translated, and what Java refuses is refused, so that
a form which passes here also opens in Collect. A pattern matches the whole text, within a time limit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import regex

from server.xpath.errors import BudgetExceededError

MAX_SECONDS: Final = 0.05
MAX_STEPS: Final = 100_000  # of a match that runs without a timer; a few milliseconds
MAX_PATTERN: Final = 10_000  # characters
_CACHED_PATTERNS: Final = 512

_QUANTIFIER: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_FLAGS: Final = r"(?P<flags>[idmsuxU]*(?:-[idmsuxU]+)?)(?P<end>[:)])"
_GROUP: Final = re.compile(rf"\((?:\?(?:[:=!>]|<[=!]|<[A-Za-z][A-Za-z0-9]*>|{_FLAGS}))?")
_REFERENCE: Final = re.compile(r"\\k<([A-Za-z][A-Za-z0-9]*)>")
_PROPERTY: Final = re.compile(r"\\[pP](?:\{(\^?)([A-Za-z_= 0-9-]+)\}|([A-Z]))")
_HEXADECIMAL: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4}))")
_OCTAL: Final = re.compile(r"\\0([0-3][0-7]{2}|[0-7]{1,2})")
_LETTERS_AFTER_BACKSLASH: Final = frozenset("tnrfadDsSwWbBAGzZRX123456789")

_HORIZONTAL: Final = r" \t\xA0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
_VERTICAL: Final = r"\n\x0B\f\r\x85\u2028\u2029"
_CLASSES: Final = {"h": _HORIZONTAL, "v": _VERTICAL}
_ASCII_CLASSES: Final = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r" \t\n\x0B\f\r"}
_POSIX: Final = {
    "Lower": "[a-z]",
    "Upper": "[A-Z]",
    "ASCII": r"[\x00-\x7F]",
    "Alpha": "[a-zA-Z]",
    "Digit": "[0-9]",
    "Alnum": "[a-zA-Z0-9]",
    "Punct": r"[!-/:-@\[-`{-~]",
    "Graph": "[!-~]",
    "Print": "[ -~]",
    "Blank": r"[ \t]",
    "Cntrl": r"[\x00-\x1F\x7F]",
    "XDigit": "[0-9a-fA-F]",
    "Space": r"[ \t\n\x0B\f\r]",
    "javaLowerCase": r"\p{Lowercase}",
    "javaUpperCase": r"\p{Uppercase}",
    "javaWhitespace": r"[\s\x1c-\x1f]",
    "javaMirrored": r"\p{Bidi_Mirrored}",
    "javaLetter": r"\p{L}",
    "javaDigit": r"\p{Nd}",
}


class PatternError(ValueError):
    """The pattern is not valid in Java."""


def matches(pattern: str, text: str, *, reads_unicode: bool = False) -> bool:
    r"""Whether the whole text matches; raises PatternError or BudgetExceededError.

    With `reads_unicode` the classes `\d \w \s` know all scripts, as on Android, else ASCII only, as on a JVM.
    """
    compiled, loops = _compiled(pattern, reads_unicode)
    if loops is not None and (len(text) + 1) ** loops <= MAX_STEPS:
        return compiled.fullmatch(text) is not None
    try:
        return compiled.fullmatch(text, timeout=MAX_SECONDS) is not None
    except TimeoutError:
        raise BudgetExceededError(f"The pattern `{pattern}` takes too long on this text. Simplify it.") from None


def check_pattern(pattern: str) -> None:
    """Raises PatternError if the pattern is not valid."""
    _compiled(pattern, reads_unicode=False)


@lru_cache(_CACHED_PATTERNS)
def _compiled(pattern: str, reads_unicode: bool) -> tuple[regex.Pattern[str], int | None]:
    """The pattern, and how many loops over single characters it has; None if it repeats a group.

    Without repeated groups a match takes at most about length ** loops steps, which mostly is known to be little. A
    timer would cost ten times as much as such a match.
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"The pattern has {len(pattern)} characters. At most {MAX_PATTERN} are allowed.")
    translation = _Translation(pattern, reads_unicode=reads_unicode)
    source = translation.run()
    try:
        compiled = regex.compile(source, regex.VERSION1)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        raise PatternError(f"The pattern `{pattern}` is not valid: {error}.") from error
    return compiled, translation.loops


class _Translation:
    """One pass over the pattern; `_depth` counts open character classes."""

    def __init__(self, pattern: str, *, reads_unicode: bool) -> None:
        self._pattern = pattern
        self._classes = _CLASSES if reads_unicode else _CLASSES | _ASCII_CLASSES
        self._at = 0
        self._depth = 0
        self._out: list[str] = []
        self._can_repeat = False
        self._class_starts = False
        self._can_start_range = False
        self._is_range_open = False
        self.loops: int | None = 0

    def run(self) -> str:
        while self._at < len(self._pattern):
            if self._pattern[self._at] == "\\":
                self._escape()
            elif self._depth:
                self._in_class()
            else:
                self._outside()
        if self._depth:
            raise self._error("a `[` is never closed")
        return "".join(self._out)

    def _error(self, reason: str) -> PatternError:
        return PatternError(f"The pattern `{self._pattern}` is not valid at character {self._at + 1}: {reason}.")

    def _emit(self, text: str, length: int, *, can_repeat: bool) -> None:
        self._out.append(text)
        self._at += length
        self._can_repeat = can_repeat
        self._class_starts = False
        self._can_start_range = False

    def _outside(self) -> None:
        char = self._pattern[self._at]
        if char == "[":
            self._open_class()
        elif char == "(":
            self._group()
        elif char == "{":
            self._counted()
        elif char in "*+?":
            self._repeat(char, 1)
        else:
            self._emit(char, 1, can_repeat=char != "|")

    def _counted(self) -> None:
        match = _QUANTIFIER.match(self._pattern, self._at)
        if match is None:
            raise self._error("`{` needs a number as in {3} or {1,5}; write \\{ for the sign itself")
        self._repeat(match.group(), len(match.group()))

    def _repeat(self, quantifier: str, length: int) -> None:
        if not self._can_repeat:
            raise self._error(f"there is nothing that `{quantifier}` could repeat")
        if self._pattern[self._at - 1] == ")" and quantifier != "?":
            self.loops = None
        elif self.loops is not None:
            self.loops += 1
        mode = self._pattern[self._at + length : self._at + length + 1]
        mode = mode if mode in ("?", "+") else ""
        self._emit(quantifier + mode, length + len(mode), can_repeat=False)

    def _group(self) -> None:
        match = _GROUP.match(self._pattern, self._at)
        if match is None or (match.group() == "(" and self._pattern.startswith("(?", self._at)):
            raise self._error("Java does not know this kind of group")
        flags = match["flags"]
        if flags is None:
            self._emit(match.group(), len(match.group()), can_repeat=False)
            return
        # `d`, `u` and `U` change what `.` and letter classes mean beyond what the flags of `regex` can say.
        known = "".join(char for char in flags if char in "imsx-").rstrip("-")
        text = f"(?{known}{match['end']}" if known or match["end"] == ":" else ""
        self._emit(text, len(match.group()), can_repeat=False)

    def _open_class(self) -> None:
        self._depth += 1
        negated = self._pattern.startswith("^", self._at + 1)
        self._emit("[^" if negated else "[", 2 if negated else 1, can_repeat=False)
        self._class_starts = True

    def _in_class(self) -> None:
        char = self._pattern[self._at]
        if char == "[":
            self._open_class()
        elif char == "]" and not self._class_starts:
            self._depth -= 1
            self._emit("]", 1, can_repeat=True)
        elif char == "&" and self._pattern.startswith("&&", self._at):
            self._emit("&&", 2, can_repeat=False)
        elif char == "-":
            self._hyphen()
        else:
            # Signs that `regex` would take for set operations or POSIX classes are plain characters in Java.
            self._literal(f"\\{char}" if char in "~|:&]" else char, 1)

    def _literal(self, text: str, length: int) -> None:
        """One character, which in a class may be an end of a range."""
        ends_range, self._is_range_open = self._is_range_open, False
        self._emit(text, length, can_repeat=True)
        self._can_start_range = self._depth > 0 and not ends_range

    def _hyphen(self) -> None:
        following = self._pattern[self._at + 1 : self._at + 3]
        if not self._can_start_range or not following or following[0] in "[]":
            self._literal("\\-", 1)
            return
        if following[0] == "\\" and following[1:] in tuple("dDsSwWhHvVpP"):
            raise self._error("a range cannot end in a character class")
        self._emit("-", 1, can_repeat=False)
        self._is_range_open = True

    def _escape(self) -> None:
        pattern, at = self._pattern, self._at
        following = pattern[at + 1 : at + 2]
        if not following:
            raise self._error("the pattern ends in a backslash")
        if following == "Q":
            self._quotation()
        elif (match := _HEXADECIMAL.match(pattern, at)) is not None:
            self._character(int(match[1] or match[2] or match[3], 16), len(match.group()))
        elif (match := _OCTAL.match(pattern, at)) is not None:
            self._character(int(match[1], 8), len(match.group()))
        elif (match := _PROPERTY.match(pattern, at)) is not None:
            self._property(match)
        elif (match := _REFERENCE.match(pattern, at)) is not None:
            self._emit(f"(?P={match[1]})", len(match.group()), can_repeat=True)
        else:
            self._simple_escape(following)

    def _simple_escape(self, letter: str) -> None:
        if letter == "e":
            self._character(0x1B, 2)
        elif letter == "c" and self._at + 2 < len(self._pattern):
            self._character(ord(self._pattern[self._at + 2]) ^ 0x40, 3)
        elif letter.lower() in self._classes:
            inner = self._classes[letter.lower()]
            self._emit(f"[{'^' if letter.isupper() else ''}{inner}]", 2, can_repeat=True)
        elif letter == "Z":
            self._emit(r"(?=(?:\r\n|[\n\r\x85\u2028\u2029])?\Z)", 2, can_repeat=True)
        elif letter == "z":
            self._emit(r"\Z", 2, can_repeat=True)
        elif letter.isascii() and letter.isalnum() and letter not in _LETTERS_AFTER_BACKSLASH:
            raise self._error(f"Java does not know `\\{letter}`")
        else:
            text = f"\\{letter}" if letter.isascii() else letter
            if letter.isascii() and letter.isalnum() and letter not in "tnrfa":
                self._emit(text, 2, can_repeat=True)
            else:
                self._literal(text, 2)

    def _character(self, code: int, length: int) -> None:
        if code > 0x10FFFF:
            raise self._error("there is no such character")
        self._literal(regex.escape(chr(code), special_only=False), length)

    def _quotation(self) -> None:
        end = self._pattern.find("\\E", self._at)
        stop = len(self._pattern) if end < 0 else end
        quoted = regex.escape(self._pattern[self._at + 2 : stop], special_only=False)
        self._emit(quoted, stop - self._at + (2 if end >= 0 else 0), can_repeat=bool(quoted))

    def _property(self, match: re.Match[str]) -> None:
        negated = match.group()[1] == "P"
        name = match[2] or match[3]
        known = _POSIX.get(name)
        if known is not None:
            text = f"[^{known}]" if negated else known
        else:
            bare = name[2:] if name.startswith("Is") and len(name) > 2 else name
            text = f"\\{'P' if negated else 'p'}{{{bare}}}"
        self._emit(text, len(match.group()), can_repeat=True)
