"""A form whose names are hard for every format: letters, dots, case, length, quotes; and two answers to it."""

from xml.sax.saxutils import escape

from tests.cast import Cast
from tests.factories import new_id, send

HOSTILE = "/v1/projects/1/forms/khó_hiểu"
LONG = "a_name_that_is_longer_than_any_program_takes_it_and_then"
_LANGUAGES = {"English (en)": 0, "Tiếng Việt (vi)": 1}
_TEXTS = {
    "xã": ("Which commune?", "Xã nào?"),
    "xã1": ('Commune "A"', 'Xã "A"'),
    "xã2": ("Commune B", "Xã B"),
    "visit": ("Day", "Ngày"),
    "roof": ("Roof", "Mái"),
    "roof1": ("Tiles", "Ngói"),
    "roof2": ("Thatch", "Tranh"),
    "crops": ("Crops", "Cây trồng"),
    "rice": ("Rice", "Lúa"),
    "tea": ("Tea's leaf", "Chè"),
    "count": ("How many?", "Bao nhiêu?"),
    "agree": ("Agreed?", "Đồng ý?"),
    "yes": ("Yes", "Có"),
    "count_hint": ("<b>Only</b> whole ones", "Chỉ số nguyên & dương"),
    "count_wrong": ("Too few", "Ít quá"),
}
_NAMES = (
    "visit", "Tên", "tên", "xã.1", "xã-1", "roof", "crops", f"{LONG}_one", f"{LONG}_two", "if", "_all", "long_text",
    "spot", "way", "plot", "at", "count", "share", "key", "agree",
)  # fmt: skip
_TYPES = {
    "visit": "date", "spot": "geopoint", "way": "geotrace", "plot": "geoshape", "at": "dateTime", "count": "int",
    "share": "decimal",
}  # fmt: skip
_RULES = {
    "count": (
        ' required="true()" jr:requiredMsg="Say how many" relevant=" /data/roof &lt; 3 " constraint=". &gt; 0"'
        " jr:constraintMsg=\"jr:itext('count_wrong')\""
    ),
    "share": ' calculate="/data/count div 2" readonly="false()"',
}
# As they were given, the first and the second time.
_ANSWERS = {
    "visit": ("2026-05-15", "today"),
    "Tên": ("lớn", "a"),
    "tên": ("nhỏ", "b"),
    "xã.1": ('a"1', "b'2"),
    "xã-1": ("gạch", ""),
    "roof": ("2", "7"),
    "crops": ("rice tea's", ""),
    f"{LONG}_one": ("một", "1"),
    f"{LONG}_two": ("hai", "2"),
    "if": ("nếu", ""),
    "_all": ("", "tất cả"),
    "long_text": ("đường " * 700, "ngắn"),
    "spot": ("21.5 106.25 512.5 4.8", "here"),
    "way": ("21.5 106.0;21.75 106.25", "21.5 106.0"),
    "plot": ("21 106 5 1;22 106 5 1;22 107 5 1;21 106 5 1", ""),
    "at": ("2026-05-15T08:00:00.250+07:00", "noon"),
    "count": ("007", "99999999999999999999"),
    "share": ("12.50", "-3"),
    "key": ("chìa", ""),
    "agree": ("yes", ""),
}


def hostile_form() -> bytes:
    instance = "".join(f"<{name}/>" for name in _NAMES)
    binds = "".join(
        f'<bind nodeset="/data/{name}" type="{_TYPES.get(name, "string")}"{_RULES.get(name, "")}/>' for name in _NAMES
    )
    translations = "".join(
        f'<translation lang="{language}">'
        + "".join(f'<text id="{key}"><value>{escape(texts[number])}</value></text>' for key, texts in _TEXTS.items())
        + "</translation>"
        for language, number in _LANGUAGES.items()
    )
    body = (
        _question("input", "visit", "visit")
        + _question("select1", "xã.1", "xã", ("xã1", "a&quot;1"), ("xã2", "b'2"))
        + _question("select1", "roof", "roof", ("roof1", "1"), ("roof2", "2"))
        + f'<input ref="/data/count">{_label("count")}<hint ref="jr:itext(\'count_hint\')"/></input>'
        + _question("select", "agree", "agree", ("yes", "yes"))
        + _question("select", "crops", "crops", ("rice", "rice"), ("tea", "tea's"))
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head>'
        f"<h:title>Khó hiểu</h:title><model><itext>{translations}</itext><instance>"
        f'<data id="khó_hiểu" version="1">{instance}<meta><instanceID/></meta></data></instance>{binds}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    ).encode()


def _question(control: str, name: str, label: str, *choices: tuple[str, str]) -> str:
    items = "".join(f"<item>{_label(text)}<value>{value}</value></item>" for text, value in choices)
    return f'<{control} ref="/data/{name}">{_label(label)}{items}</{control}>'


def _label(text_id: str) -> str:
    return f"<label ref=\"jr:itext('{text_id}')\"/>"


def send_hostile(cast: Cast) -> tuple[str, str]:
    """Sends both, the second one first, so that exports have the first one in front; gives the ids of both."""
    ids = new_id(), new_id()
    for number in (1, 0):
        answers = "".join(f"<{name}>{_ANSWERS[name][number]}</{name}>" for name in _NAMES)
        xml = f'<data id="khó_hiểu" version="1">{answers}<meta><instanceID>{ids[number]}</instanceID></meta></data>'
        assert send(cast.chi, xml.encode()).status_code == 201
    return ids
