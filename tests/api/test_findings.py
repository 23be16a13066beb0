"""Findings through the API: of one submission, of a form, in lists, and dismissing them."""

from typing import Any

import pytest

from tests.cast import Answer, Caller, Cast
from tests.kept import read
from tests.queries import counted_queries
from tests.submissions.rules import LIST, publish_rules, rules_form, sent, visit

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
FINDINGS = f"{LIST}/{ONE}/findings"
GROUPS = "/v1/projects/1/forms/visit/findings"
TOO_OLD = (("Mai", "130"),)


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish_rules(cast.bob)


def dismiss(
    caller: Caller, instance_id: str = ONE, reason: str | None = "Đã gọi điện", *, dismissed: Any = True
) -> Answer:
    path = f"{LIST}/{instance_id}/findings"
    (found,) = caller.get(path).json
    return caller.patch(f"{path}/{found['id']}", json={"dismissed": dismissed, "reason": reason})


def listed(caller: Caller, query: str) -> list[str]:
    return [row["instanceId"] for row in read(caller, f"{LIST}?{query}")]


def counts(caller: Caller, instance_id: str = ONE) -> Any:
    return read(caller, f"{LIST}/{instance_id}", X_Extended_Metadata="true")["findings"]


def test_finding_is_told_with_place_answer_and_the_forms_own_words(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))

    (found,) = read(cast.vy, FINDINGS)

    assert isinstance(found.pop("id"), int)
    assert found == {
        "level": "error",
        "code": "constraint",
        "rule": "constraint",
        "path": "/data/member[1]/age",
        "genericPath": "/data/member/age",
        "value": "130",
        "expected": "",
        "expression": ". >= 0 and . <= 120",
        "offset": None,
        "messages": {"vi": "Tuổi từ 0 đến 120", "en": "Age from 0 to 120"},
        "detail": "The answer breaks the form's constraint.",
        "dismissedAt": None,
        "dismissedBy": None,
        "reason": None,
    }


def test_submission_tells_its_counts_only_to_who_asks_for_more(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD, twice="9"))

    extended = read(cast.vy, LIST, X_Extended_Metadata="true")[0]

    assert (extended["findings"], extended["checkState"]) == ({"error": 1, "warning": 1}, "checked")
    assert {"findings", "checkState"} & set(read(cast.vy, LIST)[0]) == set()
    assert counts(cast.vy) == {"error": 1, "warning": 1}


def test_list_is_narrowed_to_those_with_or_without_findings(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    sent(cast.chi, visit(TWO))

    assert listed(cast.vy, "hasFindings=true") == [ONE]
    assert listed(cast.vy, "hasFindings=false") == [TWO]
    assert listed(cast.vy, "") == [TWO, ONE]


def test_list_is_narrowed_to_a_rule_or_a_place(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    sent(cast.chi, visit(TWO, twice="9"))

    assert listed(cast.vy, "findingRule=constraint") == [ONE]
    assert listed(cast.vy, "findingPath=/data/twice") == [TWO]
    assert listed(cast.vy, "findingRule=constraint&findingPath=/data/member/age") == [ONE]
    assert listed(cast.vy, "findingRule=constraint&findingPath=/data/twice") == []


def test_filter_that_is_no_truth_value_is_refused(cast: Cast) -> None:
    answer = cast.vy.get(f"{LIST}?hasFindings=maybe")

    assert (answer.status_code, answer.json["code"]) == (400, 400.11)


def test_findings_of_what_an_edit_replaced_count_no_more(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))

    sent(cast.chi, visit(TWO, replaces=ONE))

    assert read(cast.vy, FINDINGS) == []
    assert listed(cast.vy, "findingRule=constraint") == []
    assert read(cast.vy, GROUPS) == []


def test_forms_findings_are_grouped_gravest_and_most_frequent_first(cast: Cast) -> None:
    sent(cast.chi, visit(members=(("Mai", "130"), ("Lan", "140")), twice="9"))
    sent(cast.chi, visit(members=(("Mai", "130"),)))
    sent(cast.chi, visit(members=(("", "3"),)))
    for age in ("150", "160"):
        sent(cast.chi, visit(members=(("Mai", age),)))

    groups = read(cast.vy, GROUPS)

    assert [(group["genericPath"], group["rule"], group["submissions"]) for group in groups] == [
        ("/data/member/age", "constraint", 4),
        ("/data/member/name", "required", 1),
        ("/data/twice", "calculate", 1),
    ]
    assert groups[0]["values"] == ["130", "140", "150"]
    assert groups[0]["messages"]["en"] == "Age from 0 to 120"
    assert groups[1]["values"] == []


def test_what_lies_in_the_trash_is_not_counted(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    cast.bob.delete(f"{LIST}/{ONE}")

    assert read(cast.vy, GROUPS) == []
    assert cast.vy.get(FINDINGS).status_code == 404


def test_draft_has_findings_of_its_own(cast: Cast) -> None:
    draft = "/v1/projects/1/forms/visit/draft"
    cast.bob.post(f"{draft}?ignoreWarnings=true", data=rules_form("2"), content_type="application/xml")
    cast.bob.post(f"{draft}/submissions", data=visit(ONE, members=TOO_OLD), content_type="application/xml")

    assert len(read(cast.vy, f"{draft}/submissions/{ONE}/findings")) == 1
    assert read(cast.vy, GROUPS) == []


def test_dismissed_finding_stays_and_counts_no_more(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))

    answer = dismiss(cast.bob)

    assert answer.status_code == 200
    (found,) = read(cast.vy, FINDINGS)
    assert found == answer.json
    assert (found["reason"], found["dismissedBy"]["displayName"]) == ("Đã gọi điện", "Bob")
    assert found["dismissedAt"] is not None
    assert counts(cast.vy) == {"error": 0, "warning": 0}
    assert listed(cast.vy, "hasFindings=true") == []
    assert listed(cast.vy, "findingRule=constraint") == []
    assert read(cast.vy, GROUPS) == []


def test_dismissal_is_taken_back(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    dismiss(cast.bob)

    answer = dismiss(cast.bob, dismissed=False)

    assert (answer.json["dismissedAt"], answer.json["dismissedBy"], answer.json["reason"]) == (None, None, None)
    assert counts(cast.vy) == {"error": 1, "warning": 0}


def test_dismissals_stand_in_the_log(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    dismiss(cast.bob)
    dismiss(cast.bob, dismissed=False)

    reopened, dismissed, _ = read(cast.bob, f"{LIST}/{ONE}/audits")

    assert (reopened["action"], dismissed["action"]) == ("submission.finding.reopen", "submission.finding.dismiss")
    assert (dismissed["actorId"], dismissed["details"]) == (
        cast.bob.id,
        {
            "instanceId": ONE,
            "path": "/data/member[1]/age",
            "rule": "constraint",
            "code": "constraint",
            "reason": "Đã gọi điện",
        },
    )


def test_finding_stays_dismissed_when_an_edit_leaves_its_answer(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    dismiss(cast.bob)

    sent(cast.chi, visit(TWO, members=TOO_OLD, village="v2", replaces=ONE))

    (found,) = read(cast.vy, FINDINGS)
    assert found["reason"] == "Đã gọi điện"
    assert counts(cast.vy) == {"error": 0, "warning": 0}


def test_finding_about_another_answer_is_a_new_one(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    dismiss(cast.bob)

    sent(cast.chi, visit(TWO, members=(("Mai", "131"),), replaces=ONE))

    (found,) = read(cast.vy, FINDINGS)
    assert found["dismissedAt"] is None
    assert counts(cast.vy) == {"error": 1, "warning": 0}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"reason": "x"}, 400.3),
        ({"dismissed": "perhaps"}, 400.11),
        ({"dismissed": True, "reason": 7}, 400.11),
        ({"dismissed": True, "reason": "x" * 10_001}, 400.11),
    ],
)
def test_dismissal_that_says_nothing_is_refused(cast: Cast, body: Any, code: float) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    (found,) = read(cast.bob, FINDINGS)

    answer = cast.bob.patch(f"{FINDINGS}/{found['id']}", json=body)

    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert read(cast.bob, FINDINGS) == [found]


def test_finding_of_another_submission_or_an_earlier_version_is_not_found(cast: Cast) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    (found,) = read(cast.bob, FINDINGS)
    sent(cast.chi, visit(TWO))
    sent(cast.chi, visit("uuid:3", replaces=ONE))

    for instance_id in (ONE, TWO):
        path = f"{LIST}/{instance_id}/findings/{found['id']}"
        assert cast.bob.patch(path, json={"dismissed": True}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("nobody", 401), ("dee", 403), ("quan", 403), ("cuong", 403), ("chi", 403)]
)
def test_who_may_not_read_submissions_sees_no_findings(cast: Cast, name: str, status: int) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    caller: Caller = getattr(cast, name)

    assert caller.get(FINDINGS).status_code == status
    assert caller.get(GROUPS).status_code == status


@pytest.mark.parametrize(("name", "status"), [("nobody", 401), ("dee", 403), ("quan", 403), ("vy", 403), ("chi", 403)])
def test_who_may_not_change_submissions_dismisses_nothing(cast: Cast, name: str, status: int) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    (found,) = read(cast.bob, FINDINGS)
    caller: Caller = getattr(cast, name)

    answer = caller.patch(f"{FINDINGS}/{found['id']}", json={"dismissed": True, "reason": "x"})

    assert answer.status_code == status
    assert read(cast.bob, FINDINGS) == [found]


@pytest.mark.parametrize("path", [FINDINGS, GROUPS, f"{LIST}?hasFindings=true", f"{LIST}?findingRule=constraint"])
def test_many_findings_take_as_many_queries_as_one(cast: Cast, path: str) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    extended = {"X-Extended-Metadata": "true"}
    with counted_queries(cast.services) as for_one:
        cast.bob.get(path, headers=extended)
    sent(cast.chi, visit(members=(("", "200"), ("", "x")), twice="9"))
    sent(cast.chi, visit(TWO, members=(("Mai", "130"), ("", "x")), twice="7", replaces=ONE))

    with counted_queries(cast.services) as for_many:
        answer = cast.bob.get(path, headers=extended)

    assert len(answer.json) > 1
    assert len(for_many) == len(for_one)
