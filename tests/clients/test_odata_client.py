"""An OData client that knows nothing of this server reads `$metadata`, and every table while submissions come in."""

from collections.abc import Iterator

import pytest
import requests
from odata import ODataService

from tests.cast import Cast
from tests.exports.survey import FORM, filled, survey_form
from tests.factories import new_id, publish, send
from tests.live_server import LiveServer, live_server

PAGE = 7
TABLES = ["Submissions", "Submissions.home.room", "Submissions.home.room.window", "Submissions.member"]


@pytest.fixture
def server(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    publish(cast.bob, survey_form())
    for seed in range(30):
        send_one(cast, seed)
    cast.services.database.dispose()
    with live_server(cast.services.settings, tmp_path_factory.mktemp("server"), workers=1) as server:
        yield server


@pytest.fixture
def service(cast: Cast, server: LiveServer) -> ODataService:
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {cast.vy.token}", "Prefer": f"odata.maxpagesize={PAGE}"})
    return ODataService(f"{server.url}{FORM}.svc/", session=session, reflect_entities=True, quiet_progress=True)


def send_one(cast: Cast, seed: int) -> None:
    assert send(cast.chi, filled(seed, new_id())).status_code == 201


def ids_there(cast: Cast, table: str) -> list[str]:
    return [row["__id"] for row in cast.vy.get(f"{FORM}.svc/{table}").json["value"]]


def test_client_learns_the_tables_their_columns_and_how_they_hang_together(service: ODataService) -> None:
    assert list(service.entities) == TABLES
    root, room, _, _ = service.entities.values()

    columns = {item["name"]: item["type"] for item in root.__odata_schema__["properties"]}
    assert list(columns)[:4] == ["__id", "__system", "start", "name"]
    assert (columns["start"], columns["name"], columns["age"]) == ("Edm.DateTimeOffset", "Edm.String", "Edm.Int64")
    assert {item["name"]: item["type"] for item in room.__odata_schema__["properties"]} == {
        "__id": "Edm.String", "__Submissions-id": "Edm.String", "kind": "Edm.String", "size": "Edm.Decimal",
    }  # fmt: skip
    (windows,) = room.__odata_schema__["navigation_properties"]
    assert windows["name"] == "window"
    assert windows["type"].endswith(".Submissions.home.room.window)")


@pytest.mark.parametrize("table", TABLES)
def test_client_reads_every_row_once_while_submissions_come_in(cast: Cast, service: ODataService, table: str) -> None:
    expected = ids_there(cast, table)
    found = []
    for number, row in enumerate(service.query(service.entities[table])):
        found.append(row.__odata__["__id"])
        if number % 5 == 0:
            send_one(cast, 1000 + number)

    assert len(expected) > 3 * PAGE
    assert found == expected
    assert len(ids_there(cast, table)) > len(expected)


def test_client_filters_and_sorts_by_what_it_has_learned(cast: Cast, service: ODataService) -> None:
    root = service.entities["Submissions"]
    ages = [row["age"] for row in cast.vy.get(f"{FORM}.svc/Submissions").json["value"]]
    expected = sorted(age for age in ages if age is not None and age > 2)

    found = service.query(root).filter(root.age > 2).order_by(root.age.asc()).all()

    assert expected
    assert [row.age for row in found] == expected
