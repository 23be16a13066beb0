"""Which rules a submission breaks stands beside it, and is always what its open findings say."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from server.desk.lines import count_lines
from server.submissions.models import Finding, Submission
from server.submissions.recheck import Scope, recheck
from tests.cast import Cast
from tests.desk.surveyed import desk, publish_survey, send_households
from tests.factories import send
from tests.web.survey import FORM_ID, Household, household

ITEMS = f"/v1/projects/1/forms/{FORM_ID}/submissions"


def counted(cast: Cast) -> dict[str, int]:
    """By the desk, which must agree with the findings themselves."""
    with desk(cast) as open_desk:
        counts = {found.value: found.count for found in count_lines(open_desk).rules}
        rows = open_desk.session.execute(
            select(Finding.submission_version_id, Finding.rule)
            .join(Submission, Submission.current_version_id == Finding.submission_version_id)
            .where(Finding.dismissed_at.is_(None), Submission.deleted_at.is_(None))
            .distinct()
        )
        assert counts == Counter(rule for _, rule in rows)
    return counts


def finding_of(cast: Cast, one: Household) -> str:
    found: list[dict[str, Any]] = cast.bob.get(f"{ITEMS}/{one.instance_id}/findings").json
    return f"{ITEMS}/{one.instance_id}/findings/{found[0]['id']}"


def test_the_counts_follow_every_change(cast: Cast) -> None:
    publish_survey(cast)
    assert counted(cast) == {}
    sent = send_households(cast, 8)
    assert counted(cast) == {"constraint": 3}
    first, second = sent[3], sent[7]

    finding = finding_of(cast, first)
    assert cast.bob.patch(finding, json={"dismissed": True, "reason": "asked"}).status_code == 200
    assert counted(cast) == {"constraint": 2}
    assert cast.bob.patch(finding, json={"dismissed": False}).status_code == 200
    assert counted(cast) == {"constraint": 3}

    mended = household(8, replaces=second, with_photos=False).xml.replace(b"<age>150</age>", b"<age>50</age>")
    assert send(cast.chi, mended).status_code == 201
    assert counted(cast) == {"constraint": 2}

    assert cast.bob.delete(f"{ITEMS}/{first.instance_id}").status_code == 200
    assert counted(cast) == {"constraint": 1}
    assert cast.bob.post(f"{ITEMS}/{first.instance_id}/restore").status_code == 200
    assert counted(cast) == {"constraint": 2}


def test_a_check_made_again_puts_them_right(cast: Cast) -> None:
    publish_survey(cast)
    send_households(cast, 4)
    with cast.services.database.write() as session:
        session.query(Finding).delete()
        session.query(Submission).update({"broken_rules": " required "})
    assert len(list(recheck(cast.services.database, cast.services.storage, Scope()))) == 4
    assert counted(cast) == {"constraint": 1}


def test_a_rule_is_found_by_its_whole_name(cast: Cast) -> None:
    publish_survey(cast)
    send_households(cast, 4)
    for rule, count in (("constraint", 1), ("constrain", 0), ("straint", 0), ("%", 0), ("", 0)):
        with desk(cast, rule=rule) as open_desk:
            assert count_lines(open_desk).total == count, rule
