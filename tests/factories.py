"""Small worlds for tests: plain functions with defaults for everything that a test does not care about."""

import uuid
from typing import Any
from xml.sax.saxutils import escape

from tests.cast import Answer, Caller
from tests.phone import file_part, send_parts, xml_part

HOUSEHOLD_XML = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
 <h:head><h:title>{title}</h:title>
  <model>
   <instance><data id="{form_id}" version="{version}">
    <name/><age/><photo/>
    <member jr:template=""><member_name/><crops/></member>
    <meta><instanceID/><instanceName/></meta>
   </data></instance>
   <bind nodeset="/data/name" type="string"/>
   <bind nodeset="/data/age" type="int"/>
   <bind nodeset="/data/photo" type="binary"/>
   <bind nodeset="/data/member/member_name" type="string"/>
   <bind nodeset="/data/member/crops" type="string"/>
   <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
   <bind nodeset="/data/meta/instanceName" type="string"/>
  </model>
 </h:head>
 <h:body>
  <input ref="/data/name"><label>Họ tên</label></input>
  <input ref="/data/age"><label>Tuổi</label></input>
  <upload ref="/data/photo" mediatype="image/*"><label>Ảnh nhà</label></upload>
  <group ref="/data/member"><label>Thành viên</label><repeat nodeset="/data/member">
   <input ref="/data/member/member_name"><label>Tên</label></input>
   <select ref="/data/member/crops"><label>Cây trồng</label>
    <item><label>Lúa</label><value>rice</value></item><item><label>Chè</label><value>tea</value></item>
   </select>
  </repeat></group>
 </h:body>
</h:html>"""


def household_form(form_id: str = "household", version: str = "1", title: str = "Hộ gia đình") -> bytes:
    """An XForm with a text, a number, a photo and a repeat with a select_multiple."""
    return HOUSEHOLD_XML.format(form_id=form_id, version=version, title=escape(title)).encode()


def new_id() -> str:
    return f"uuid:{uuid.uuid4()}"


def household(
    instance_id: str | None = None,
    *,
    form_id: str = "household",
    version: str = "1",
    name: str = "Nông Văn Đức",
    photo: str = "",
    replaces: str | None = None,
) -> bytes:
    """One filled household, as a phone would write it."""
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8' ?><data id=\"{form_id}\" version=\"{version}\">"
        f"<name>{escape(name)}</name><age>41</age><photo>{photo}</photo>"
        "<member><member_name>Mai</member_name><crops>rice tea</crops></member>"
        "<member><member_name>Lan</member_name><crops/></member>"
        f"<meta><instanceID>{instance_id or new_id()}</instanceID>{deprecated}</meta></data>"
    ).encode()


def publish(caller: Caller, xml: bytes | None = None, *, project_id: int = 1) -> Any:
    """Publish a form through the API, whatever there is to say of it; gives its JSON."""
    answer = caller.post(
        f"/v1/projects/{project_id}/forms?publish=true&ignoreWarnings=true",
        data=xml or household_form(),
        content_type="application/xml",
    )
    assert answer.status_code == 200, answer.text
    return answer.json


def make_draft(caller: Caller, xml: bytes | None = None, *, project_id: int = 1) -> str:
    """Create a form that has only a draft, through the API; gives the token of its test link."""
    forms = f"/v1/projects/{project_id}/forms"
    created = caller.post(forms, data=xml or household_form(), content_type="application/xml")
    assert created.status_code == 200, created.text
    return str(caller.get(f"{forms}/{created.json['xmlFormId']}/draft").json["draftToken"])


def send(caller: Caller, xml: bytes, *files: tuple[str, bytes], project_id: int = 1, path: str | None = None) -> Answer:
    """Send a submission as a phone does: the XML first, then every file under its own name."""
    path = path or f"/v1/projects/{project_id}/submission?deviceID=collect%3Aabc"
    return send_parts(caller, xml_part(xml), *(file_part(name, content) for name, content in files), path=path)
