"""`transect recheck`: findings made anew, and what people have decided about them."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from server.cli.main import commands
from server.config import Settings
from server.submissions.models import Finding, Submission, SubmissionVersion
from tests.cast import Cast
from tests.submissions.rules import (
    LIST,
    brief,
    counts_of,
    findings_of,
    publish_rules,
    sent,
    state_of,
    visit,
)

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
TOO_OLD = (("Mai", "130"),)
AGE = [("error", "constraint", "/data/member[1]/age")]

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    environment = {
        "TRANSECT_DATA_DIR": str(settings.data_dir),
        "TRANSECT_DATABASE_URL": settings.database_url,
        "TRANSECT_STORAGE_URL": settings.storage_url,
        "TRANSECT_SECRET_KEY": settings.secret_key,
    }
    return lambda *words: CliRunner(env=environment).invoke(commands, ["recheck", *words])


@pytest.fixture(autouse=True)
def _form(cast: Cast) -> None:
    publish_rules(cast.bob)


def forget(cast: Cast) -> None:
    """As if nothing had ever been checked."""
    with cast.services.database.write() as session:
        session.execute(delete(Finding))
        session.execute(update(SubmissionVersion).values(check_state="not_checked", engine_version=None))
        session.execute(update(Submission).values(error_count=0, warning_count=0))


def test_what_was_not_checked_is_checked(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    sent(cast.chi, visit(TWO))
    forget(cast)

    result = run()

    assert result.exit_code == 0, result.output
    assert "Checked 2; 1 have findings." in result.output
    assert brief(findings_of(cast.services, ONE)) == AGE
    assert counts_of(cast.services, ONE) == (1, 0)
    assert {state_of(cast.services, ONE), state_of(cast.services, TWO)} == {"checked"}


def test_checking_again_changes_nothing(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    before = [found.id for found in findings_of(cast.services, ONE)]

    run()

    assert [found.id for found in findings_of(cast.services, ONE)] == before
    assert counts_of(cast.services, ONE) == (1, 0)


def test_what_is_no_longer_found_goes_and_what_has_changed_is_written_anew(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD, twice="9"))
    with cast.services.database.write() as session:
        session.execute(update(Finding).where(Finding.rule == "calculate").values(code="of-an-older-engine"))
        session.execute(update(Finding).where(Finding.rule == "constraint").values(detail="In older words."))

    run()

    assert brief(findings_of(cast.services, ONE)) == [*AGE, ("warning", "calculate", "/data/twice")]
    assert "In older words." not in {found.detail for found in findings_of(cast.services, ONE)}


def test_dismissed_finding_stays_dismissed(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    (found,) = findings_of(cast.services, ONE)
    cast.bob.patch(f"{LIST}/{ONE}/findings/{found.id}", json={"dismissed": True, "reason": "Đúng"})
    with cast.services.database.write() as session:
        session.execute(update(Finding).values(detail="In older words."))

    run()

    (found,) = findings_of(cast.services, ONE)
    assert (found.dismissed_reason, found.dismissed_by_id) == ("Đúng", cast.bob.id)
    assert counts_of(cast.services, ONE) == (0, 0)


def test_edit_that_was_not_checked_takes_over_what_was_dismissed_before(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    (found,) = findings_of(cast.services, ONE)
    cast.bob.patch(f"{LIST}/{ONE}/findings/{found.id}", json={"dismissed": True, "reason": "Đúng"})
    sent(cast.chi, visit(TWO, members=TOO_OLD, replaces=ONE))
    with cast.services.database.write() as session:
        of_edit = SubmissionVersion.instance_id == TWO
        session.execute(update(SubmissionVersion).where(of_edit).values(check_state="not_checked"))
        session.execute(delete(Finding).where(Finding.dismissed_at.is_not(None), Finding.id != found.id))

    run()

    (carried,) = findings_of(cast.services, TWO)
    assert carried.dismissed_reason == "Đúng"


@pytest.mark.parametrize(
    ("words", "count"),
    [(["--project", "1"], 1), (["--project", "2"], 0), (["--form", "visit"], 1), (["--form", "other"], 0)],
)
def test_scope_limits_what_is_checked(cast: Cast, run: Run, words: list[str], count: int) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    forget(cast)

    run(*words)

    assert len(findings_of(cast.services, ONE)) == count


def test_check_that_fails_leaves_what_is_there_and_is_told(cast: Cast, run: Run) -> None:
    sent(cast.chi, visit(ONE, members=TOO_OLD))
    kind = "BLOB" if cast.services.database.is_sqlite else "BYTEA"
    with cast.services.database.write() as session:
        # Another draft's content under the same id cannot come to be: only a form of an older server reads so.
        session.connection().exec_driver_sql(f"UPDATE form_version SET md5 = 'x', xml = CAST('<html/>' AS {kind})")

    result = run()

    assert result.exit_code != 0
    assert "1 could not be checked" in result.output
    assert brief(findings_of(cast.services, ONE)) == AGE
