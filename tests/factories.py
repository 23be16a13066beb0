"""Small worlds for tests: plain functions with defaults for everything that a test does not care about."""

import uuid
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.test import TestResponse

from tests.cast import Caller

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
    """Publish a form through the API; gives its JSON."""
    answer = caller.post(
        f"/v1/projects/{project_id}/forms?publish=true", data=xml or household_form(), content_type="application/xml"
    )
    assert answer.status_code == 200, answer.text
    return answer.json


def send(caller: Caller, xml: bytes, *files: tuple[str, bytes], project_id: int = 1, **options: Any) -> TestResponse:
    """Send a submission as a phone does: the XML first, then every file under its own name."""
    path = options.pop("path", f"/v1/projects/{project_id}/submission?deviceID=collect%3Aabc")
    parts: list[tuple[str, Any]] = [("xml_submission_file", (BytesIO(xml), "household.xml", "text/xml"))]
    parts += [(name, (BytesIO(content), name, "application/octet-stream")) for name, content in files]
    return caller.post(path, data=dict(parts), headers={"X-OpenRosa-Version": "1.0"}, **options)
