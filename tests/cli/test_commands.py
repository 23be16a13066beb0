import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from server.accounts.models import AppUser, User
from server.accounts.second_factor import has_second_factor
from server.cli.main import commands
from server.config import Settings
from server.forms.models import Form
from tests.accounts.authenticator_app import set_up_app
from tests.cast import Cast
from tests.exports.survey import FORM_ID, filled, survey_form
from tests.factories import household_form, new_id, publish, send

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    environment = {
        "TRANSECT_DATA_DIR": str(settings.data_dir),
        "TRANSECT_DATABASE_URL": settings.database_url,
        "TRANSECT_STORAGE_URL": settings.storage_url,
        "TRANSECT_SECRET_KEY": settings.secret_key,
        "TRANSECT_PUBLIC_URL": "https://survey.example.org",
    }
    return lambda *words, **options: CliRunner(env=environment).invoke(commands, words, **options)


def test_a_user_is_created_with_the_password_from_standard_input(run: Run, cast: Cast) -> None:
    result = run("user", "create", "Lan@example.org", "--admin", input="vải thiều Lục Ngạn 1987\n")

    assert result.exit_code == 0, result.output
    answer = cast.nobody.post("/v1/sessions", json={"email": "lan@example.org", "password": "vải thiều Lục Ngạn 1987"})
    assert answer.status_code == 200


def test_a_weak_password_creates_nobody(run: Run, cast: Cast) -> None:
    result = run("user", "create", "lan@example.org", input="short\n")

    assert result.exit_code != 0
    with cast.services.database.read() as session:
        assert session.scalar(select(User.actor_id).where(User.email == "lan@example.org")) is None


def test_the_last_line_of_a_new_app_user_is_the_url_for_collect(run: Run, cast: Cast) -> None:
    result = run("app-user", "create", "Tổ 1", "--project", "1")

    url = result.output.strip().splitlines()[-1]
    assert re.fullmatch(r"https://survey\.example\.org/v1/key/[\w!$-]{64}/projects/1", url)
    path = url.removeprefix("https://survey.example.org")
    assert cast.nobody.get(f"{path}/formList", headers={"X-OpenRosa-Version": "1.0"}).status_code == 200


def test_an_app_user_of_a_project_that_is_not_there_is_refused(run: Run, cast: Cast) -> None:
    result = run("app-user", "create", "Tổ 1", "--project", "99")

    assert result.exit_code != 0
    with cast.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AppUser)) == 1


def test_a_form_is_published_with_the_media_beside_it(run: Run, cast: Cast, tmp_path: Path) -> None:
    villages = b'</instance><instance id="villages" src="jr://file-csv/villages.csv"/>'
    xml = household_form().replace(b"</instance>", villages, 1)
    (tmp_path / "household.xml").write_bytes(xml)
    (tmp_path / "household-media").mkdir()
    (tmp_path / "household-media" / "villages.csv").write_text("name,label\nv1,Bản Chu\n")

    result = run("publish", str(tmp_path), "--project", "1")

    assert result.exit_code == 0, result.output
    answer = cast.chi.get("/v1/projects/1/forms/household/attachments/villages.csv")
    assert answer.text == "name,label\nv1,Bản Chu\n"


def test_publishing_the_same_file_again_changes_nothing(run: Run, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "household.xml").write_bytes(household_form())
    run("publish", str(tmp_path / "household.xml"), "--project", "1")

    result = run("publish", str(tmp_path / "household.xml"), "--project", "1")

    assert "unchanged" in result.output
    versions = cast.bob.get("/v1/projects/1/forms/household/versions").json
    assert versions is not None
    assert len(versions) == 1


def test_a_form_that_cannot_be_used_is_named_and_the_others_are_published(run: Run, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<not-a-form/>")
    (tmp_path / "household.xml").write_bytes(household_form())

    result = run("publish", str(tmp_path), "--project", "1")

    assert result.exit_code != 0
    assert "a.xml" in result.output
    with cast.services.database.read() as session:
        assert session.scalars(select(Form.form_id)).all() == ["household"]


def test_check_says_ready_and_shows_no_secret(run: Run, settings: Settings) -> None:
    result = run("check")

    assert result.exit_code == 0, result.output
    assert "Ready." in result.output
    assert settings.secret_key not in result.output


def test_check_fails_when_the_store_cannot_be_used(run: Run, settings: Settings) -> None:
    result = run("check", env={"TRANSECT_STORAGE_URL": "s3://nowhere?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=x"})

    assert result.exit_code != 0
    assert "FAILED  object storage" in result.output


def test_upgrading_twice_is_fine(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0


def test_a_reset_link_is_printed_for_a_server_without_mail(run: Run, cast: Cast) -> None:
    result = run("user", "reset-link", "dee@example.org")

    link = result.output.strip()
    assert link.startswith("https://survey.example.org/account/claim?token=")
    assert cast.nobody.get(link.removeprefix("https://survey.example.org")).status_code == 200


def test_a_form_is_exported_into_a_file(run: Run, cast: Cast, tmp_path: Path) -> None:
    publish(cast.bob, survey_form())
    send(cast.chi, filled(1, new_id()))
    file = tmp_path / "out.xlsx"

    result = run("export", FORM_ID, "--project", "1", "--format", "xlsx", "-o", str(file), "--approved-only")

    assert result.exit_code == 0, result.output
    assert file.read_bytes().startswith(b"PK")
    assert list(tmp_path.glob("*.part")) == []


def test_an_operator_takes_a_lost_second_factor_away(run: Run, cast: Cast) -> None:
    assert cast.bob.id is not None
    set_up_app(cast.services, cast.bob.id)

    result = run("user", "reset-second-factor", "bob@example.org")

    assert result.exit_code == 0, result.output
    with cast.services.database.read() as session:
        assert not has_second_factor(session, cast.bob.id)
    again = run("user", "reset-second-factor", "bob@example.org")
    assert (again.exit_code, again.output) == (1, "Error: bob@example.org has no second factor.\n")


def test_roles_are_asked_for_a_second_factor_and_let_go(run: Run, cast: Cast) -> None:
    assert run("user", "require-second-factor", "manager", "viewer").exit_code == 0
    assert [caller.get("/v1/projects/1").status_code for caller in (cast.bob, cast.vy, cast.cuong)] == [403, 403, 200]

    assert run("user", "require-second-factor", "nonsense").exit_code != 0
    assert run("user", "require-second-factor").exit_code == 0
    assert cast.bob.get("/v1/projects/1").status_code == 200
