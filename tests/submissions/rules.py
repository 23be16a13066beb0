"""A form with rules for tests of findings, submissions that break them, and what the database holds of it."""

from typing import Any

from sqlalchemy import select

from server.http.call import Services
from server.submissions.models import Finding, Submission, SubmissionVersion
from tests.cast import Answer, Caller
from tests.factories import new_id, send
from tests.forms.definitions import XML

FORM_ID = "visit"
LIST = f"/v1/projects/1/forms/{FORM_ID}/submissions"

_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa">
 <h:head><h:title>Thăm hộ</h:title>
  <model>
   <itext>
    <translation lang="vi"><text id="age"><value>Tuổi từ 0 đến 120</value></text></translation>
    <translation lang="en"><text id="age"><value>Age from 0 to 120</value></text></translation>
   </itext>
   <instance><data id="visit" version="{version}">
    <village/><member jr:template=""><name/><age/></member><twice/><meta><instanceID/></meta>
   </data></instance>{lists}
   <bind nodeset="/data/village" type="string"/>
   <bind nodeset="/data/member/name" type="string" required="true()" jr:requiredMsg="Cần có tên"/>
   <bind nodeset="/data/member/age" type="int" constraint=". &gt;= 0 and . &lt;= {oldest}"
    jr:constraintMsg="jr:itext('age')"/>
   <bind nodeset="/data/twice" type="int" calculate="count(/data/member) * 2"/>
  </model>
 </h:head>
 <h:body>
  {village}
  <group ref="/data/member"><label>Người</label><repeat nodeset="/data/member">
   <input ref="/data/member/name"><label>Tên</label></input>
   <input ref="/data/member/age"><label>Tuổi</label></input>
  </repeat></group>
 </h:body>
</h:html>"""
_FREE = '<input ref="/data/village"><label>Thôn</label></input>'
_LISTED = (
    '<select1 ref="/data/village"><label>Thôn</label><itemset nodeset="instance(\'villages\')/root/item">'
    '<value ref="name"/><label ref="label"/></itemset></select1>'
)


def rules_form(version: str = "1", *, oldest: int = 120, lists_villages: bool = False) -> bytes:
    """A village, and members whose name is required and whose age has limits; the village may be of a list."""
    lists = '<instance id="villages" src="jr://file-csv/villages.csv"/>' if lists_villages else ""
    village = _LISTED if lists_villages else _FREE
    return _FORM.format(version=version, oldest=oldest, lists=lists, village=village).encode()


def visit(
    instance_id: str | None = None,
    *,
    members: tuple[tuple[str, str], ...] = (("Mai", "30"),),
    village: str = "v1",
    twice: str | None = None,
    version: str = "1",
    replaces: str | None = None,
    more: str = "",
) -> bytes:
    """One filled form; sound unless its members, as names and ages, are not."""
    inner = "".join(f"<member><name>{name}</name><age>{age}</age></member>" for name, age in members)
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="visit" version="{version}"><village>{village}</village>{inner}{more}'
        f"<twice>{len(members) * 2 if twice is None else twice}</twice>"
        f"<meta><instanceID>{instance_id or new_id()}</instanceID>{deprecated}</meta></data>"
    ).encode()


def publish_rules(caller: Caller, xml: bytes | None = None) -> None:
    path = "/v1/projects/1/forms?publish=true&ignoreWarnings=true"
    answer = caller.post(path, data=xml or rules_form(), content_type=XML)
    assert answer.status_code == 200, answer.text


def publish_with_villages(caller: Caller, content: bytes) -> None:
    """The form with its list of villages."""
    form = "/v1/projects/1/forms"
    xml = rules_form(lists_villages=True)
    assert caller.post(f"{form}?ignoreWarnings=true", data=xml, content_type=XML).status_code == 200
    slot = f"{form}/{FORM_ID}/draft/attachments/villages.csv"
    assert caller.post(slot, data=content, content_type="text/csv").status_code == 200
    assert caller.post(f"{form}/{FORM_ID}/draft/publish").status_code == 200


def sent(caller: Caller, xml: bytes) -> Answer:
    """Send and see it accepted."""
    answer = send(caller, xml)
    assert answer.status_code == 201, answer.text
    return answer


def findings_of(services: Services, instance_id: str) -> list[Finding]:
    """The rows of one version, in the order in which they were written."""
    with services.database.read() as session:
        statement = select(Finding).join(SubmissionVersion, SubmissionVersion.id == Finding.submission_version_id)
        return list(session.scalars(statement.where(SubmissionVersion.instance_id == instance_id).order_by(Finding.id)))


def brief(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Level, code and path of each."""
    return [(finding.level, finding.code, finding.path) for finding in findings]


def state_of(services: Services, instance_id: str) -> str:
    with services.database.read() as session:
        found = session.scalars(select(SubmissionVersion).where(SubmissionVersion.instance_id == instance_id)).one()
        return found.check_state


def counts_of(services: Services, instance_id: str) -> tuple[int, int]:
    """Errors and warnings, as the submission's row says."""
    with services.database.read() as session:
        found: Any = session.scalars(select(Submission).where(Submission.instance_id == instance_id)).one()
        return found.error_count, found.warning_count
