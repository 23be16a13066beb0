from pathlib import Path

import pytest

from server.config import SettingsError, load_settings

PUBLIC = "https://survey.example.org"


def settings_with(tmp_path: Path, **given: str) -> dict[str, str]:
    """The environment of a server, as `load_settings` reads it."""
    return {"TRANSECT_DATA_DIR": str(tmp_path), **{f"TRANSECT_{name}": value for name, value in given.items()}}


@pytest.mark.parametrize(
    "url",
    ["smtp://mail.example.org", "smtps://user:p%40ss@mail.example.org:465", "smtp://localhost?from=a@example.org"],
)
def test_mail_server_is_taken(tmp_path: Path, url: str) -> None:
    assert load_settings(settings_with(tmp_path, MAIL_URL=url, PUBLIC_URL=PUBLIC)).mail_url == url


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail:port", "smtp://mail:99999"]
)
def test_mail_server_that_is_none_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="TRANSECT_MAIL_URL"):
        load_settings(settings_with(tmp_path, MAIL_URL=url, PUBLIC_URL=PUBLIC))


def test_mail_needs_the_address_that_links_begin_with(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TRANSECT_PUBLIC_URL"):
        load_settings(settings_with(tmp_path, MAIL_URL="smtp://mail.example.org"))


def test_password_of_the_mail_server_is_masked(tmp_path: Path) -> None:
    environment = settings_with(tmp_path, MAIL_URL="smtp://user:secret@mail.example.org", PUBLIC_URL=PUBLIC)

    assert "secret" not in str(load_settings(environment).described())
    with pytest.raises(SettingsError) as refusal:
        load_settings(settings_with(tmp_path, MAIL_URL="http://user:secret@mail.example.org", PUBLIC_URL=PUBLIC))
    assert "secret" not in str(refusal.value)
