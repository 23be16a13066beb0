from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.models import User
from server.config import SettingsError, load_settings
from server.first_start import ADMIN, how_to_begin, prepare_first_start
from server.http.call import Services

FORMS = Path(__file__).resolve().parents[2] / "forms"
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["transect"]
    return found


def test_a_first_start_leads_to_a_working_administrator_and_phone(app: Flask, services: Services) -> None:
    lines = prepare_first_start(services, FORMS, ORIGIN).lines

    password = next(line for line in lines if line.startswith("Password:")).split()[1]
    client = app.test_client()
    assert client.post("/v1/sessions", json={"email": ADMIN, "password": password}).status_code == 200
    path = f"{lines[-1].removeprefix(ORIGIN)}/formList"
    form_list = client.get(path, headers={"X-OpenRosa-Version": "1.0"}).text
    for form_id in ("vn_hh_poverty_review", "vn_em53_household", "vn_commune_infra"):
        assert f"<formID>{form_id}</formID>" in form_list


def test_the_example_forms_come_with_all_their_media(app: Flask, services: Services) -> None:
    lines = prepare_first_start(services, FORMS, ORIGIN).lines

    path = f"{lines[-1].removeprefix(ORIGIN)}/forms/vn_hh_poverty_review/attachments"
    attachments = app.test_client().get(path).json
    assert attachments
    assert all(attachment["exists"] for attachment in attachments)


def test_a_second_start_changes_nothing_and_still_tells_the_phones_url(services: Services) -> None:
    first = prepare_first_start(services, None, ORIGIN).lines

    second = prepare_first_start(services, FORMS, ORIGIN).lines

    assert second[-1] == first[-1]
    assert not any("Password" in line for line in second)
    with services.database.read() as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_whoever_serves_without_a_first_start_is_told_how_to_begin(app: Flask, services: Services) -> None:
    (line,) = how_to_begin(services, ORIGIN)

    path = app.test_client().get("/").headers["Location"]
    form = {"code": line.rpartition(" ")[2], "email": ADMIN, "name": "Lan", "password": "mận hậu Bắc Hà 2026"}
    assert f"{ORIGIN}/" in line
    assert app.test_client().post(path, data=form).status_code == 303
    assert how_to_begin(services, ORIGIN) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRANSECT_PUBLIC_URL", "survey.example.org"),
        ("TRANSECT_MAX_UPLOAD", "100 MB"),
        ("TRANSECT_LOGIN_THROTTLE", "yes"),
        ("TRANSECT_TRUSTED_PROXIES", "-1"),
        ("TRANSECT_TIME_ZONE", "Asia/Atlantis"),
        ("TRANSECT_TIME_ZONE", "../etc/passwd"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({"TRANSECT_DATA_DIR": str(tmp_path), name: value})


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    environment = {"TRANSECT_DATA_DIR": str(tmp_path)}

    first, second = load_settings(environment), load_settings(environment)

    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
