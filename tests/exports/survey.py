"""A survey with everything that makes tables hard, answers for it, and what its tables must hold.

The expected cells are read from the submissions' XML with the standard library, by columns that are written out here:
nothing of the server has a part in them.
"""

import csv
import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from werkzeug.test import TestResponse

FORM_ID = "đất_rừng"
FORM = f"/v1/projects/1/forms/{FORM_ID}"
_NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"'
)
_INSTANCE = """
<start/><name/>
<home><gps/><crops/><room jr:template=""><kind/><size/><window jr:template=""><height/><view><far/></view></window>
</room>{roof}</home>
{late}<member jr:template=""><m_name/><langs/></member><ranked/><note/><meta><instanceID/><audit/></meta>
"""
_TYPES = {
    "start": "dateTime", "home/gps": "geopoint", "home/room/size": "decimal", "home/room/window/height": "int",
    "age": "int", "income": "decimal", "ranked": "odk:rank", "meta/audit": "binary",
}  # fmt: skip
SubTable = tuple[str, list[str]]


def survey_form(version: str = "1") -> bytes:
    """Version 2 has lost the age and the choice `ngô`, and has got an income, a roof and the choice `chè`."""
    is_first = version == "1"
    inner = _INSTANCE.format(roof="" if is_first else "<roof/>", late="<age/>" if is_first else "<income/>")
    absent = "income" if is_first else "age"
    types = {path: kind for path, kind in _TYPES.items() if path != absent}
    binds = "".join(f'<bind nodeset="/data/{path}" type="{kind}"/>' for path, kind in types.items())
    return (
        f"<h:html {_NAMESPACES}><h:head><h:title>Đất rừng</h:title><model><instance>"
        f'<data id="{FORM_ID}" version="{version}">{inner}</data></instance>{binds}</model></h:head><h:body>'
        f"{_select('home/crops', ['lúa', 'ngô'] if is_first else ['lúa', 'chè'])}"
        '<group ref="/data/home/room"><repeat nodeset="/data/home/room"><input ref="/data/home/room/kind"/>'
        '<group ref="/data/home/room/window"><repeat nodeset="/data/home/room/window"/></group></repeat></group>'
        f'<group ref="/data/member"><repeat nodeset="/data/member">{_select("member/langs", ["vi", "nùng"])}</repeat>'
        "</group></h:body></h:html>"
    ).encode()


def _select(path: str, choices: Sequence[str]) -> str:
    items = "".join(f"<item><label>{choice}</label><value>{choice}</value></item>" for choice in choices)
    return f'<select ref="/data/{path}"><label>{path}</label>{items}</select>'


_NAMES = ("Nông Văn Đức", "Hoàng Thị Mây", "Lý, A Páo", 'Bế "Út" Sáu', "two\nlines", "=SUM(A1)", "  blanks  ", "a;b\tc")
_GEO = ("21.9541 106.3478 512.5 4.8", "21.9 106.3", "0 0 0 0", "")
_NUMBERS = ("0", "7", "-3", "007", "12.50", "3.25", "1e5", "99999999999999999999", "")


def filled(seed: int, instance_id: str, *, version: str = "1", replaces: str = "") -> bytes:
    """One submission as a phone writes it; the same one for the same seed."""
    rng = random.Random(seed)
    crops, langs = ("lúa", "ngô", "sắn"), ("vi", "nùng", "tày")
    rooms = "".join(
        f"<room>{_leaf('kind', rng.choice(_NAMES))}{_leaf('size', rng.choice(_NUMBERS))}"
        + "".join(
            f"<window>{_leaf('height', rng.choice(_NUMBERS))}<view>{_leaf('far', rng.choice(_NAMES))}</view></window>"
            for _ in range(rng.randint(0, 3))
        )
        + "</room>"
        for _ in range(rng.randint(0, 3))
    )
    members = "".join(
        f"<member>{_leaf('m_name', rng.choice(_NAMES))}{_leaf('langs', _some(rng, langs))}</member>"
        for _ in range(rng.randint(0, 3))
    )
    late = _leaf("age", rng.choice(_NUMBERS)) if version == "1" else _leaf("income", rng.choice(_NUMBERS))
    roof = "" if version == "1" else _leaf("roof", "ngói")
    return (
        f'<data id="{FORM_ID}" version="{version}">{_leaf("start", "2026-05-15T08:00:00.000+07:00")}'
        f"{_leaf('name', rng.choice(_NAMES))}"
        f"<home>{_leaf('gps', rng.choice(_GEO))}{_leaf('crops', _some(rng, crops))}{rooms}{roof}</home>"
        f"{late}{members}{_leaf('ranked', _some(rng, ('b', 'a', 'c')))}{_leaf('note', '')}"
        f"<meta><instanceID>{instance_id}</instanceID>"
        f"{f'<deprecatedID>{replaces}</deprecatedID>' if replaces else ''}</meta></data>"
    ).encode()


def _some(rng: random.Random, choices: Sequence[str]) -> str:
    return " ".join(rng.sample(choices, rng.randint(0, len(choices))))


def _leaf(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


GPS = ["home-gps-Latitude", "home-gps-Longitude", "home-gps-Altitude", "home-gps-Accuracy"]
SYSTEM = ["KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState"]
SYSTEM += ["DeviceID", "Edits", "FormVersion"]
FIRST_ROOT = ["start", "name", *GPS, "home-crops", "age", "ranked", "note", "meta-instanceID", "meta-audit"]
ROOM: SubTable = ("home/room", ["kind", "size"])
WINDOW: SubTable = ("home/room/window", ["height", "view-far"])
MEMBER: SubTable = ("member", ["m_name", "langs"])


def root_cells(xml: bytes, columns: Sequence[str]) -> dict[str, str]:
    """The cells of the form's own table that come from the answers, by header."""
    root = ET.fromstring(xml)
    cells = {}
    for column in columns:
        if column in GPS:
            parts = _text(root, "home-gps").split()
            cells[column] = parts[GPS.index(column)] if GPS.index(column) < len(parts) else ""
        else:
            cells[column] = _text(root, column)
    return cells


def repeat_cells(xml: bytes, key: str, table: SubTable) -> list[dict[str, str]]:
    """The lines of a repeat's table for one submission, by header."""
    path, columns = table
    return [
        {column: _text(element, column) for column in columns} | {"PARENT_KEY": parent, "KEY": own}
        for element, parent, own in _repeats(ET.fromstring(xml), path.split("/"), key)
    ]


def _repeats(element: ET.Element, steps: Sequence[str], key: str) -> Iterator[tuple[ET.Element, str, str]]:
    if steps[0] == "home":
        home = element.find("home")
        assert home is not None
        for room, parent, own in _repeats(home, steps[1:], f"{key}/home"):
            # A row hangs on the row around it, and a group is none.
            yield room, parent.removesuffix("/home"), own
        return
    for position, found in enumerate(element.findall(steps[0]), start=1):
        own = f"{key}/{steps[0]}[{position}]"
        if len(steps) == 1:
            yield found, key, own
        else:
            yield from _repeats(found, steps[1:], own)


def _text(element: ET.Element, column: str) -> str:
    return element.findtext(column.replace("-", "/")) or ""


def tables_of(answer: TestResponse) -> dict[str, list[dict[str, str]]]:
    """The CSV files of a zip, by name, each as its lines by header."""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: lines_of(archive.read(name)) for name in archive.namelist() if name.endswith(".csv")}


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def header_of(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode(), newline="")))


def names_in(answer: TestResponse) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return archive.namelist()


def read_member(answer: TestResponse, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return archive.read(name)


def contents(file: bytes) -> object:
    """What a file holds, without the times that zips and workbooks note."""
    if not zipfile.is_zipfile(io.BytesIO(file)):
        return file
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}
