"""Submissions that were there before get what the intake now writes beside each: broken rules, and the duration."""

from typing import Any

from alembic import command
from sqlalchemy import select

from server.migrate import _config
from server.submissions.models import Submission
from tests.cast import Cast
from tests.desk.surveyed import send_households
from tests.factories import publish, send
from tests.web.survey import FORM_ID, form_xml, household

TIMES = '<bind nodeset="/data/start" type="dateTime"/><bind nodeset="/data/end" type="dateTime"/>'
ENDS = ("2026-11-20T08:10:00.000+07:00", "2026-11-20T03:30:00Z", "2026-11-20T07:00:00.000+07:00", "never", "")


def columns(cast: Cast) -> list[tuple[Any, ...]]:
    beside = select(Submission.instance_id, Submission.broken_rules, Submission.duration).order_by(Submission.id)
    with cast.services.database.read() as session:
        return [tuple(row) for row in session.execute(beside)]


def test_the_migration_writes_what_the_intake_writes(cast: Cast) -> None:
    xml = form_xml().decode().replace("<place><commune/>", "<start/><end/><place><commune/>")
    publish(cast.bob, xml.replace("<bind nodeset", f"{TIMES}<bind nodeset", 1).encode())
    for number, end in enumerate(ENDS, start=1):
        times = f"<start>2026-11-20T08:00:00.000+07:00</start><end>{end}</end><place>"
        one = household(number, with_photos=False)
        assert send(cast.chi, one.xml.replace(b"<place>", times.encode())).status_code == 201
    dismissed = send_households(cast, 3, first=6)[2]
    findings = f"/v1/projects/1/forms/{FORM_ID}/submissions/{dismissed.instance_id}/findings"
    found = cast.bob.get(findings).json[0]["id"]
    assert cast.bob.patch(f"{findings}/{found}", json={"dismissed": True, "reason": "asked"}).status_code == 200
    written = columns(cast)
    assert [row[2] for row in written] == [600, 9000, None, None, None, None, None, None]
    assert [row[1] for row in written if row[1]] == [" constraint type ", " constraint "]

    config = _config(cast.services.database)
    command.downgrade(config, "0008")
    command.upgrade(config, "head")
    assert columns(cast) == written
