"""Forms with groups and repeats inside one another, and submissions of them with answers that are hard on files.

The same ones for the same seed.
"""

import random
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

_NAMES: Final = ("thôn", "họ_tên", "tuổi", "ruộng", "cây", "gps", "ngày", "ghi-chú", "KEY", "name", "a.b", "đất")
_CHOICES: Final = ("lúa", "ngô", "sắn", "chè", "other")
_TEXTS: Final = (
    "Nông Văn Đức", 'Bế "Út" Sáu', "Lý, A Páo", "two\nlines", "cr\rlf\r\n", "\ttab", "  blanks  ", " ", "=SUM(A1)",
    "-3", "+84 912", "@x", "a;b", "_x000D_", "<b>&amp;</b>", "🌾", "007", "1e5", "'quoted'", "NULL", "TRUE", "2026-05-15",
)  # fmt: skip
_WHOLE: Final = ("0", "7", "-3", "007", "999999999999999", "99999999999999999999", "1.5", "mười")
_DECIMAL: Final = ("0.1", "12.50", "-0.5", "1.0E7", "3", "-0.0", "0.12345678901234567890", "nan", "1_000")
_DAYS: Final = ("2026-05-15", "1900-02-28", "1900-03-01", "9999-12-31", "2026-02-30", "0001-01-01")
_MOMENTS: Final = (
    "2026-05-15T08:00:00.000+07:00",
    "2026-12-31T23:59:59.999Z",
    "2026-05-15T08:00",
    "1850-01-01T00:00:00Z",
)
_POINTS: Final = ("21.9541 106.3478 512.5 4.8", "21.9 106.30", "0 0 0 0", "-8.5 102.123456789012345678 0.0 0.0")
_LINES: Final = ("21.9 106.3 0 0;21.8 106.4 0 0", "21.9 106.3")
_VALUES: Final = {
    "string": _TEXTS, "int": _WHOLE, "decimal": _DECIMAL, "date": _DAYS, "dateTime": _MOMENTS,
    "time": ("08:30:00.000+07:00",), "geopoint": _POINTS, "geotrace": _LINES, "geoshape": _LINES,
    "barcode": ("8934563138165",), "select1": _CHOICES, "select": ("lúa ngô", "chè", "sắn  other", "other lúa sắn"),
}  # fmt: skip


@dataclass
class _Node:
    """A question, a group or a repeat."""

    name: str
    kind: str
    inside: list["_Node"] = field(default_factory=list)


class RandomForm:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.form_id = f"mẫu_{seed}"
        self._nodes = self._some_nodes(depth=0)
        # Whatever else there is: repeats within repeats, a point, and several choices.
        deep = _Node(
            "sâu", "repeat", [_Node("point", "geopoint"), _Node("deeper", "repeat", self._some_nodes(depth=9))]
        )
        self._nodes += [_Node("nhóm", "group", [deep, _Node("many", "select")])]

    def _some_nodes(self, depth: int) -> list[_Node]:
        names = self._random.sample(_NAMES, self._random.randint(2, 6))
        return [self._node(name, depth) for name in names]

    def _node(self, name: str, depth: int) -> _Node:
        if depth < 3 and self._random.random() < 0.35:
            return _Node(name, self._random.choice(("group", "repeat")), self._some_nodes(depth + 1))
        return _Node(name, self._random.choice(list(_VALUES)))

    def xml(self) -> bytes:
        binds: list[str] = []
        body: list[str] = []
        instance = "".join(self._written(node, "/data", binds, body) for node in self._nodes)
        return (
            '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
            ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Mẫu</h:title><model><instance>'
            f'<data id="{self.form_id}" version="1">{instance}<meta><instanceID/></meta></data></instance>'
            f"{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>"
        ).encode()

    def _written(self, node: _Node, parent: str, binds: list[str], body: list[str]) -> str:
        """The node in the instance; what is said of it elsewhere goes into the lists."""
        path = f"{parent}/{node.name}"
        if node.inside:
            content: list[str] = []
            inner = "".join(self._written(child, path, binds, content) for child in node.inside)
            shown = "".join(content)
            repeat = f'<repeat nodeset="{path}">{shown}</repeat>' if node.kind == "repeat" else shown
            body.append(f'<group ref="{path}"><label>{node.name}</label>{repeat}</group>')
            template = ' jr:template=""' if node.kind == "repeat" else ""
            return f"<{node.name}{template}>{inner}</{node.name}>"
        is_select = node.kind.startswith("select")
        binds.append(f'<bind nodeset="{path}" type="{"string" if is_select else node.kind}"/>')
        items = "".join(f"<item><label>{choice}</label><value>{choice}</value></item>" for choice in _CHOICES)
        control = node.kind if is_select else "input"
        body.append(f'<{control} ref="{path}"><label>{node.name}</label>{items if is_select else ""}</{control}>')
        return f"<{node.name}/>"

    def submission(self, instance_id: str) -> bytes:
        inner = "".join(self._filled(node) for node in self._nodes)
        meta = f"<meta><instanceID>{instance_id}</instanceID></meta>"
        return f'<data id="{self.form_id}" version="1">{inner}{meta}</data>'.encode()

    def _filled(self, node: _Node) -> str:
        if node.kind in {"group", "repeat"}:
            times = self._random.randint(0, 3) if node.kind == "repeat" else 1
            return "".join(f"<{node.name}>{self._answers(node)}</{node.name}>" for _ in range(times))
        if self._random.random() < 0.15:
            return f"<{node.name}/>"
        text = escape(self._random.choice(_VALUES[node.kind]), {"\r": "&#13;"})
        return f"<{node.name}>{text}</{node.name}>"

    def _answers(self, node: _Node) -> str:
        return "".join(self._filled(child) for child in node.inside)
