"""A form in two languages, with questions of the kinds that people want labels, numbers and dates of."""

FORM_ID = "hai_thu_tieng"
FORM = f"/v1/projects/1/forms/{FORM_ID}"
VIETNAMESE, ENGLISH = "Tiếng Việt (vi)", "English (en)"
_TEXTS = {
    "village": ("Thôn", "Village"),
    "tày": ("Bản Tày", "Tay hamlet"),
    "dao": ("Bản Dao", "Dao hamlet"),
    "crops": ("Cây trồng", "Crops"),
    "rice": ("Lúa", "Rice"),
    "tea": ("Chè", "Tea"),
    "balance": ("Còn lại", "Balance"),
    "member": ("Thành viên", "Member"),
    "m_name": ("Tên", "Name"),
}


def translated_form(version: str = "1", *, crops: str = "select") -> bytes:
    """`crops` is `select` for a question with several answers, `select1` for one with one."""
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Hai thứ tiếng</h:title><model>
 <itext>{_translation(VIETNAMESE, 0)}{_translation(ENGLISH, 1)}</itext>
 <instance><data id="{FORM_ID}" version="{version}">
  <village/><crops/><balance/><note/><day/><start/><member jr:template=""><m_name/></member>
  <meta><instanceID/></meta>
 </data></instance>
 <bind nodeset="/data/balance" type="decimal"/><bind nodeset="/data/day" type="date"/>
 <bind nodeset="/data/start" type="dateTime"/></model></h:head><h:body>
 {_select("select1", "village", "tày", "dao")}{_select(crops, "crops", "rice", "tea")}
 <input ref="/data/balance">{_label("balance")}</input><input ref="/data/note"><label>Note</label></input>
 <input ref="/data/day"><label>Day</label></input>
 <group ref="/data/member">{_label("member")}<repeat nodeset="/data/member">
  <input ref="/data/member/m_name">{_label("m_name")}</input></repeat></group>
 </h:body></h:html>""".encode()


def _translation(language: str, place: int) -> str:
    texts = "".join(f'<text id="{key}"><value>{both[place]}</value></text>' for key, both in _TEXTS.items())
    return f'<translation lang="{language}">{texts}</translation>'


def _label(key: str) -> str:
    return f"""<label ref="jr:itext('{key}')"/>"""


def _select(kind: str, name: str, *choices: str) -> str:
    items = "".join(f"<item>{_label(choice)}<value>{choice}</value></item>" for choice in choices)
    return f'<{kind} ref="/data/{name}">{_label(name)}{items}</{kind}>'


def answers(instance_id: str, *, version: str = "1", **given: str) -> bytes:
    """One filled form; `given` are the answers by question."""
    names = ("village", "crops", "balance", "note", "day", "start")
    leaves = "".join(f"<{name}>{given.get(name, '')}</{name}>" for name in names)
    return (
        f'<data id="{FORM_ID}" version="{version}">{leaves}<member><m_name>Mai</m_name></member>'
        f"<meta><instanceID>{instance_id}</instanceID></meta></data>"
    ).encode()
