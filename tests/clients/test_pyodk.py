"""The official Python client drives a running server: its documented calls do what their documentation says.

Left out are `entities` and `entity_lists`: entity lists are not there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pyodk.client import Client
from pyodk.errors import PyODKError

from server.accounts.users import find_user_by_email, set_password
from server.db import Database
from server.permissions import COMMAND_LINE
from tests.cast import PASSWORD, Cast
from tests.exports.survey import FORM_ID, filled, survey_form
from tests.factories import new_id
from tests.forms.definitions import form_sheets, old_workbook, xform, xlsform
from tests.live_server import LiveServer, live_server
from tests.worlds import Backend

EMAIL = "alice@example.org"
PHOTOGRAPHED = [("text", "name", "Họ tên"), ("image", "photo", "Ảnh nhà")]


@pytest.fixture(scope="module")
def server(
    backend: Backend, gathered: tuple[str, Cast], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """One server for all tests: each has a project of its own."""
    settings = backend.world(gathered[0])
    database = Database(settings.database_url)
    with database.write() as session:
        set_password(session, COMMAND_LINE, find_user_by_email(session, EMAIL), PASSWORD)
    database.dispose()
    with live_server(settings, tmp_path_factory.mktemp("server"), workers=1) as server:
        yield server


@pytest.fixture
def config(server: LiveServer, tmp_path: Path) -> Path:
    """What people keep in their home folder as .pyodk_config.toml."""
    lines = ["[central]", f'base_url = "{server.url}"', f'username = "{EMAIL}"', f'password = "{PASSWORD}"']
    path = tmp_path / "config.toml"
    path.write_text("\n".join([*lines, "default_project_id = 1"]))
    return path


@pytest.fixture
def client(config: Path, tmp_path: Path) -> Iterator[Client]:
    with Client(config_path=config, cache_path=tmp_path / "cache.toml") as first:
        project = first.post("projects", json={"name": "Khảo sát"}).json()["id"]
        with Client(config_path=config, cache_path=tmp_path / "cache.toml", project_id=project) as client:
            yield client


def address(client: Client, path: str) -> str:
    """A path below the test's project, for what the library has no method for."""
    return f"projects/{client.project_id}/forms/{path}"


def saved(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def visit(instance_id: str, *, name: str = "Mai", photo: str = "", replaces: str = "") -> str:
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="visit" version="1"><name>{name}</name><photo>{photo}</photo>'
        f"<meta><instanceID>{instance_id}</instanceID>{deprecated}</meta></data>"
    )


def test_session_is_kept_and_used_again(client: Client, config: Path, tmp_path: Path) -> None:
    first = client.session.headers["Authorization"]

    with Client(config_path=config, cache_path=tmp_path / "cache.toml") as second:
        assert second.session.headers["Authorization"] == first
        assert second.get("users/current").json()["email"] == EMAIL


def test_session_that_has_ended_is_replaced(client: Client, config: Path, tmp_path: Path) -> None:
    ended = client.session.headers["Authorization"]
    assert client.delete("sessions/current").json() == {"success": True}

    with Client(config_path=config, cache_path=tmp_path / "cache.toml") as second:
        assert second.session.headers["Authorization"] != ended
        assert second.projects.get().id == 1


def test_projects_and_forms_are_listed(client: Client, tmp_path: Path) -> None:
    client.forms.create(saved(tmp_path, "visit.xlsx", xlsform()))

    project = client.projects.get()
    (form,) = client.forms.list()

    assert (project.id, project.name) == (client.project_id, "Khảo sát")
    assert project in client.projects.list()
    assert (form.xmlFormId, form.version, form.state) == ("visit", "1", "open")
    assert client.forms.get("visit") == form
    assert "<h:title>Thăm hộ</h:title>" in client.forms.get_xml("visit")


def test_form_is_created_from_every_kind_of_definition(client: Client, tmp_path: Path) -> None:
    client.forms.create(saved(tmp_path, "a.xlsx", xlsform(form_id="from-xlsx")))
    client.forms.create(saved(tmp_path, "b.xls", old_workbook(**form_sheets(form_id="from-xls"))))
    client.forms.create(saved(tmp_path, "c.xml", xform("from-xml")))
    client.forms.create(xlsform(form_id="from bytes"))
    client.forms.create(xlsform(form_id=None), form_id="biểu mẫu 1")

    names = [form.xmlFormId for form in client.forms.list()]
    assert sorted(names) == ["biểu mẫu 1", "from bytes", "from-xls", "from-xlsx", "from-xml"]
    assert client.forms.get("biểu mẫu 1").publishedAt is not None


def test_form_that_exists_is_told_by_its_code(client: Client) -> None:
    client.forms.create(xlsform())

    with pytest.raises(PyODKError) as refused:
        client.forms.create(xlsform())

    assert refused.value.is_central_error(409.3)


def test_form_is_updated_with_a_definition(client: Client) -> None:
    client.forms.create(xlsform())

    client.forms.update("visit", definition=xlsform(version="2"))

    assert client.forms.get("visit").version == "2"
    versions = client.get(address(client, "visit/versions")).json()
    assert [version["version"] for version in versions] == ["2", "1"]


def test_form_is_updated_with_files(client: Client, tmp_path: Path) -> None:
    points = saved(tmp_path, "points.csv", b"name,label\n1,x\n")
    question = ("select_one_from_file points.csv", "point", "Điểm")
    client.forms.create(xlsform(question), attachments=[points])
    points.write_bytes(b"name,label\n2,y\n")

    client.forms.update("visit", attachments=[points], version_updater=lambda version: f"{version}.1")
    client.forms.update("visit", attachments=[points])

    assert client.get(address(client, "visit/attachments/points.csv")).content == b"name,label\n2,y\n"
    assert client.get(address(client, "visit/versions/1/attachments/points.csv")).content == b"name,label\n1,x\n"
    labels = [version["version"] for version in client.get(address(client, "visit/versions")).json()]
    assert labels[1:] == ["1.1", "1"]


def test_submission_is_created_with_its_files_and_read(client: Client, tmp_path: Path) -> None:
    client.forms.create(xlsform(*PHOTOGRAPHED))
    photo, instance_id = saved(tmp_path, "nhà 1.jpg", b"\xff\xd8 photo"), new_id()

    created = client.submissions.create(
        visit(instance_id, photo=photo.name), form_id="visit", device_id="kiosk", attachments=[photo]
    )

    assert (created.instanceId, created.deviceId, created.reviewState) == (instance_id, "kiosk", None)
    assert [(file.name, file.exists) for file in created.attachments or []] == [("nhà 1.jpg", True)]
    (listed,) = client.submissions.list("visit")
    assert listed.instanceId == client.submissions.get(instance_id, "visit").instanceId == instance_id
    assert (
        client.get(address(client, f"visit/submissions/{instance_id}/attachments/nhà 1.jpg")).content
        == b"\xff\xd8 photo"
    )


def test_submission_is_edited_reviewed_and_commented(client: Client) -> None:
    client.forms.create(xlsform(*PHOTOGRAPHED))
    one, two = new_id(), new_id()
    client.submissions.create(visit(one), form_id="visit")

    client.submissions.edit(one, visit(two, name="Lan", replaces=one), form_id="visit", comment="Sửa tên")
    assert client.submissions.get(one, "visit").reviewState == "edited"
    client.submissions.review(one, "approved", form_id="visit", comment="Được")
    comment = client.submissions.add_comment(one, "Xong", form_id="visit")

    assert client.submissions.get(one, "visit").reviewState == "approved"
    assert comment.body == "Xong"
    assert [found.body for found in client.submissions.list_comments(one, "visit")] == ["Xong", "Được", "Sửa tên"]
    assert "<name>Lan</name>" in client.get(address(client, f"visit/submissions/{one}.xml")).text


def test_instance_ids_of_any_characters_are_found(client: Client) -> None:
    client.forms.create(xlsform(*PHOTOGRAPHED))
    odd = "hộ: 1 (a*b) 'c' é%20+?"
    client.submissions.create(visit(odd), form_id="visit")

    client.submissions.review(odd, "hasIssues", form_id="visit")

    assert client.submissions.get(odd, "visit").reviewState == "hasIssues"


def test_app_users_are_created_with_their_forms(client: Client) -> None:
    client.forms.create(xlsform())
    client.forms.create(xlsform(form_id="other"))

    (user,) = client.projects.create_app_users(display_names=["Máy 1"], forms=["visit"])
    again = client.projects.create_app_users(display_names=["Máy 1"], forms=["visit"])

    assert list(again) == []
    # As the documentation's example writes it into the QR codes: the token as it is.
    url = f"{client.session.base_url}key/{user.token}/projects/{client.project_id}/formList"
    listed = requests.get(url, headers={"X-OpenRosa-Version": "1.0"}, timeout=10)
    assert "<formID>visit</formID>" in listed.text
    assert "<formID>other</formID>" not in listed.text


def test_tables_are_read_whole_in_part_and_with_their_repeats(client: Client, tmp_path: Path) -> None:
    client.forms.create(saved(tmp_path, "survey.xml", survey_form()))
    ids = [new_id() for _ in range(6)]
    for seed, instance_id in enumerate(ids):
        client.submissions.create(filled(seed, instance_id).decode(), form_id=FORM_ID)

    def table(name: str = "Submissions", **options: Any) -> Any:
        return client.submissions.get_table(FORM_ID, table_name=name, **options)

    rooms = table("Submissions.home.room")["value"]
    assert [row["__id"] for row in table()["value"]] == ids[::-1]
    assert {room["__Submissions-id"] for room in rooms} <= set(ids)
    part = table(skip=1, top=2, count=True, select="__id,home/crops")
    assert part["@odata.count"] == 6
    assert [row["__id"] for row in part["value"]] == ids[4:2:-1]
    assert set(part["value"][0]) == {"__id", "home"}
    assert [room for row in table(expand="*")["value"] for room in map(without_repeats, row["home"]["room"])] == [
        without_repeats(room) for room in rooms
    ]
    (mine,) = table(filter=f"__id eq '{ids[2]}'")["value"]
    assert mine["__id"] == ids[2]
    assert {type(row["home"]["gps"]) for row in table(wkt=True)["value"]} <= {str, type(None)}
    with pytest.raises(PyODKError) as refused:
        table(filter="nothing eq 1")
    assert refused.value.is_central_error(400.8)


def without_repeats(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("window")}


def test_wrong_password_is_told_by_its_code(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace(PASSWORD, "wrong"))

    with pytest.raises(PyODKError) as refused:
        Client(config_path=config, cache_path=tmp_path / "other.toml").open()

    assert refused.value.is_central_error(401.2)
