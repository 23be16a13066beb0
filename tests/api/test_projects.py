import pytest

from tests.cast import Cast
from tests.factories import household, household_form, make_draft, publish, send
from tests.logged import details_of, rows_of

PROJECTS = "/v1/projects"
EXTENDED = {"X-Extended-Metadata": "true"}
SHAPE = {"id", "name", "description", "archived", "keyId", "createdAt", "updatedAt", "deletedAt"}
FIGURES = {"appUsers", "forms", "lastSubmission", "datasets", "lastEntity"}


def test_list_shows_what_the_caller_may_see(cast: Cast) -> None:
    callers = (cast.alice, cast.bob, cast.vy, cast.cuong, cast.quan, cast.dee, cast.chi, cast.nobody)

    lists = [[project["id"] for project in caller.get(PROJECTS).json] for caller in callers]

    assert lists == [[1, 2], [1], [1], [1], [2], [], [], []]


def test_list_is_by_name_with_archived_projects_last(cast: Cast) -> None:
    cast.alice.patch(f"{PROJECTS}/1", json={"name": "aaa", "archived": True})
    cast.alice.post(PROJECTS, json={"name": "zzz"})
    cast.alice.post(PROJECTS, json={"name": "Éa"})

    assert [project["name"] for project in cast.alice.get(PROJECTS).json] == ["Somebody else's", "zzz", "Éa", "aaa"]


def test_administrator_creates_a_project(cast: Cast) -> None:
    answer = cast.alice.post(PROJECTS, json={"name": " Mới ", "description": "**Mô tả**"})

    assert answer.status_code == 200
    assert set(answer.json) == SHAPE
    assert (answer.json["name"], answer.json["description"], answer.json["archived"]) == ("Mới", "**Mô tả**", False)
    assert cast.alice.get(f"{PROJECTS}/{answer.json['id']}").json == answer.json
    assert details_of(cast.services, "project.create")[-1]["data"]["name"] == "Mới"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400.3),
        ({"name": ""}, 400.8),
        ({"name": " \t"}, 400.8),
        ({"name": "x" * 256}, 400.8),
        ({"name": None}, 400.11),
        ({"name": ["x"]}, 400.11),
        ({"name": "x", "description": 7}, 400.11),
    ],
)
def test_project_that_cannot_be_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    assert cast.alice.post(PROJECTS, json=body).json["code"] == code
    assert len(cast.alice.get(PROJECTS).json) == 2


def test_project_is_shown_plain(cast: Cast) -> None:
    for caller in (cast.alice, cast.bob, cast.vy, cast.cuong):
        assert set(caller.get(f"{PROJECTS}/1").json) == SHAPE


def test_extended_project_tells_figures_and_verbs(cast: Cast) -> None:
    publish(cast.bob)
    make_draft(cast.bob, household_form("other"))
    send(cast.chi, household())
    sent_at = cast.bob.get(f"{PROJECTS}/1/forms/household/submissions").json[0]["createdAt"]

    project = cast.vy.get(f"{PROJECTS}/1", headers=EXTENDED).json

    assert set(project) == SHAPE | FIGURES | {"verbs"}
    assert (project["appUsers"], project["forms"], project["lastSubmission"]) == (1, 2, sent_at)
    assert (project["datasets"], project["lastEntity"]) == (0, None)
    assert "submission.list" in project["verbs"]
    assert "form.update" not in project["verbs"]


def test_extended_list_tells_figures_of_each_project(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    first, second = cast.alice.get(PROJECTS, headers=EXTENDED).json

    assert set(first) == set(second) == SHAPE | FIGURES
    assert (first["appUsers"], first["forms"]) == (1, 1)
    assert first["lastSubmission"] is not None
    assert (second["appUsers"], second["forms"], second["lastSubmission"]) == (0, 0, None)


def test_figures_leave_out_what_is_gone_and_what_testers_sent(cast: Cast) -> None:
    publish(cast.bob)
    cast.bob.delete(f"{PROJECTS}/1/forms/household")
    cast.bob.delete(f"{PROJECTS}/1/app-users/{cast.chi.id}")

    project = cast.bob.get(f"{PROJECTS}/1", headers=EXTENDED).json

    assert (project["appUsers"], project["forms"], project["lastSubmission"]) == (0, 0, None)


def test_list_carries_forms_on_demand(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household())

    first, second = cast.alice.get(f"{PROJECTS}?forms=true").json

    assert set(first) == SHAPE | {"formList"}
    assert [form["xmlFormId"] for form in first["formList"]] == ["household"]
    assert first["formList"] == cast.bob.get(f"{PROJECTS}/1/forms", headers=EXTENDED).json
    assert first["formList"][0]["reviewStates"] == {"received": 1, "hasIssues": 0, "edited": 0}
    assert second["formList"] == []


def test_form_lists_show_only_what_the_caller_may_list(cast: Cast) -> None:
    publish(cast.bob)

    assert [project["formList"] for project in cast.quan.get(f"{PROJECTS}?forms=true").json] == [[]]


def test_list_carries_datasets_on_demand(cast: Cast) -> None:
    (project,) = cast.bob.get(f"{PROJECTS}?datasets=true").json

    assert project["datasetList"] == []


def test_flag_that_is_none_is_refused(cast: Cast) -> None:
    assert cast.bob.get(f"{PROJECTS}?forms=perhaps").json["code"] == 400.11


def test_details_are_changed_one_by_one(cast: Cast) -> None:
    cast.bob.patch(f"{PROJECTS}/1", json={"description": "x"})
    answer = cast.bob.patch(f"{PROJECTS}/1", json={"archived": True, "id": 7})

    assert set(answer.json) == SHAPE
    assert (answer.json["id"], answer.json["name"]) == (1, "Rà soát hộ nghèo")
    assert (answer.json["description"], answer.json["archived"]) == ("x", True)
    assert answer.json["updatedAt"] is not None
    assert [row["data"] for row in details_of(cast.services, "project.update")] == [
        {"description": "x"},
        {"archived": True},
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [({"name": ""}, 400.8), ({"name": None}, 400.11), ({"archived": "yes"}, 400.11), ({"description": []}, 400.11)],
)
def test_change_that_cannot_be_is_refused(cast: Cast, body: dict[str, object], code: float) -> None:
    assert cast.bob.patch(f"{PROJECTS}/1", json=body).json["code"] == code


def test_notes_of_the_client_go_into_the_log(cast: Cast) -> None:
    cast.bob.patch(
        f"{PROJECTS}/1", json={"description": "x"}, headers={"X-Action-Notes": "theo%20c%C3%B4ng%20v%C4%83n"}
    )

    assert [row.notes for row in rows_of(cast.services, "project.update")] == ["theo công văn"]


def test_deleted_project_cannot_be_reached(cast: Cast) -> None:
    publish(cast.bob)

    assert cast.bob.delete(f"{PROJECTS}/1").json == {"success": True}

    assert cast.alice.get(f"{PROJECTS}/1").json["code"] == 404.1
    assert [project["id"] for project in cast.alice.get(PROJECTS).json] == [2]
    assert cast.alice.get(f"{PROJECTS}/1/forms").json["code"] == 404.1
    assert send(cast.chi, household()).status_code == 404
    assert len(details_of(cast.services, "project.delete")) == 1


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("GET", "/1"), ("PATCH", "/1"), ("PUT", "/1"), ("DELETE", "/1")]
)
def test_others_see_and_change_nothing(cast: Cast, method: str, path: str) -> None:
    options = {"json": {"name": "x"}}

    assert [caller.send(method, PROJECTS + path, **options).json["code"] for caller in (cast.dee, cast.quan)] == [
        403.1
    ] * 2
    assert cast.nobody.send(method, PROJECTS + path, **options).json["code"] == 401.2


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_readers_change_nothing(cast: Cast, method: str) -> None:
    callers = (cast.vy, cast.cuong, cast.chi)

    assert [caller.send(method, f"{PROJECTS}/1", json={"name": "x"}).json["code"] for caller in callers] == [403.1] * 3


@pytest.mark.parametrize("project", ["99", "x", "9" * 30, "0", "1%00"])
def test_unknown_project_is_not_found(cast: Cast, project: str) -> None:
    assert cast.alice.get(f"{PROJECTS}/{project}").json["code"] == 404.1
