"""One submission that breaks six rules of its form in six ways: each is found, and said in both languages."""

import pytest

from tests.cast import Cast
from tests.factories import new_id
from tests.forms.definitions import XML
from tests.kept import read
from tests.submissions.rules import sent

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa">
 <h:head><h:title>Rà soát</h:title>
  <model>
   <itext>
    <translation lang="vi"><text id="age"><value>Tuổi phải từ 0 đến 120</value></text>
     <text id="head"><value>Cần có tên chủ hộ</value></text></translation>
    <translation lang="en"><text id="age"><value>Age must be from 0 to 120</value></text>
     <text id="head"><value>The head of household is needed</value></text></translation>
   </itext>
   <instance><data id="review" version="1">
    <head/><members/><age/><poor/><reason/><double/><meta><instanceID/></meta>
   </data></instance>
   <bind nodeset="/data/head" type="string" required="true()" jr:requiredMsg="jr:itext('head')"/>
   <bind nodeset="/data/members" type="int"/>
   <bind nodeset="/data/age" type="int" constraint=". &gt;= 0 and . &lt;= 120" jr:constraintMsg="jr:itext('age')"/>
   <bind nodeset="/data/poor" type="string"/>
   <bind nodeset="/data/reason" type="string" relevant="/data/poor = 'yes'"/>
   <bind nodeset="/data/double" type="int" calculate="/data/age * 2"/>
  </model>
 </h:head>
 <h:body>
  <input ref="/data/head"><label>Chủ hộ</label></input>
  <input ref="/data/members"><label>Số người</label></input>
  <input ref="/data/age"><label>Tuổi</label></input>
  <select1 ref="/data/poor"><label>Nghèo</label><item><label>Có</label><value>yes</value></item></select1>
  <input ref="/data/reason"><label>Lý do</label></input>
 </h:body>
</h:html>"""
SUBMISSION = (
    '<data id="review" version="1"><head/><members>nhiều</members><age>130</age><poor>maybe</poor>'
    "<reason>mất mùa</reason><double>7</double><meta><instanceID>{}</instanceID></meta></data>"
)


@pytest.mark.parametrize(
    ("path", "code", "vietnamese", "english"),
    [
        ("/data/head", "required", "Cần có tên chủ hộ", "The head of household is needed"),
        (
            "/data/members",
            "type",
            "“nhiều” không đúng kiểu dữ liệu int của câu hỏi.",
            "“nhiều” does not fit the question's type, int.",
        ),
        ("/data/age", "constraint", "Tuổi phải từ 0 đến 120", "Age must be from 0 to 120"),
        (
            "/data/poor",
            "choice",
            "“maybe” không có trong các lựa chọn của câu hỏi.",
            "“maybe” is not among the question's choices.",
        ),
        (
            "/data/reason",
            "irrelevant-value",
            "Có câu trả lời “mất mùa” ở chỗ mà theo điều kiện của biểu mẫu thì không hỏi.",
            "There is an answer, “mất mùa”, where the form's conditions ask for none.",
        ),
        (
            "/data/double",
            "calculate",
            "Giá trị tính là “7”, nhưng công thức của biểu mẫu cho kết quả “260”.",
            "The calculated value is “7”, but the form's formula gives “260”.",
        ),
    ],
)
def test_each_of_six_broken_rules_is_told_in_both_languages(
    cast: Cast, path: str, code: str, vietnamese: str, english: str
) -> None:
    answer = cast.bob.post("/v1/projects/1/forms?publish=true", data=FORM.encode(), content_type=XML)
    assert answer.status_code == 200, answer.text
    instance_id = new_id()
    sent(cast.chi, SUBMISSION.format(instance_id).encode())

    findings = read(cast.vy, f"/v1/projects/1/forms/review/submissions/{instance_id}/findings")

    assert len(findings) == 6
    (found,) = [found for found in findings if found["path"] == path]
    assert (found["code"], found["messages"]) == (code, {"vi": vietnamese, "en": english})
