"""The official Python client signs in for somebody with a second factor: with an API password, and not without."""

from pathlib import Path

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from server.accounts.api_passwords import create_api_password
from server.accounts.sign_in import load_actor
from server.config import Settings
from tests.accounts.authenticator_app import set_up_app
from tests.accounts.people import MAI, make_mai
from tests.cast import PASSWORD, Cast
from tests.live_server import live_server


def test_pyodk_works_on_with_an_api_password(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    mai = make_mai(cast)
    assert cast.alice.post(f"/v1/projects/1/assignments/viewer/{mai}").status_code == 200
    set_up_app(cast.services, mai)
    with cast.services.database.write() as session:
        api_password = create_api_password(session, load_actor(session, mai), "pyodk")
    config = tmp_path / "config.toml"
    with live_server(settings, tmp_path, workers=1) as server:
        lines = f'[central]\nbase_url = "{server.url}"\nusername = "{MAI}"\npassword = '
        config.write_text(f'{lines}"{PASSWORD}"')
        with pytest.raises(PyODKError) as refused:
            Client(config_path=config, cache_path=tmp_path / "first.toml").open()
        config.write_text(f'{lines}"{api_password}"')
        with Client(config_path=config, cache_path=tmp_path / "second.toml") as client:
            projects = [project.name for project in client.projects.list()]

    assert refused.value.is_central_error(401.11)
    assert "API password" in str(refused.value)
    assert projects == ["Rà soát hộ nghèo"]
