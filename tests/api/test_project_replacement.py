"""PUT on a project: its details, and the states and assignments of all its forms, at once."""

import pytest

from tests.cast import Cast
from tests.factories import household_form, publish

PROJECT = "/v1/projects/1"
FORMS = f"{PROJECT}/forms"


@pytest.fixture(autouse=True)
def _forms(cast: Cast) -> None:
    publish(cast.bob)
    publish(cast.bob, household_form("other"))


def states(cast: Cast) -> dict[str, str]:
    return {form["xmlFormId"]: form["state"] for form in cast.bob.get(FORMS).json}


def assignments(cast: Cast, form_id: str = "household") -> list[tuple[int, int]]:
    return [(row["actorId"], row["roleId"]) for row in cast.bob.get(f"{FORMS}/{form_id}/assignments").json]


def test_what_is_left_out_of_the_details_is_set_to_nothing(cast: Cast) -> None:
    cast.bob.patch(PROJECT, json={"description": "x", "archived": True})

    answer = cast.bob.put(PROJECT, json={"name": "New"})

    assert (answer.json["name"], answer.json["description"], answer.json["archived"]) == ("New", None, False)
    assert states(cast) == {"household": "open", "other": "open"}


def test_all_details_can_be_given(cast: Cast) -> None:
    answer = cast.bob.put(PROJECT, json={"name": "New", "description": "d", "archived": True})

    assert (answer.json["name"], answer.json["description"], answer.json["archived"]) == ("New", "d", True)


def test_states_and_assignments_of_all_forms_are_set_at_once(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}/household/assignments/viewer/{cast.dee.id}")
    cast.bob.post(f"{FORMS}/other/assignments/viewer/{cast.dee.id}")
    wanted = [{"actorId": cast.chi.id, "roleId": 2}, {"actorId": cast.cuong.id, "roleId": 7}]
    forms = [
        {"xmlFormId": "household", "state": "closing", "assignments": wanted},
        {"xmlFormId": "other", "state": "closed"},
    ]

    answer = cast.bob.put(PROJECT, json={"name": "New", "forms": forms})

    assert answer.status_code == 200
    assert "forms" not in answer.json
    assert states(cast) == {"household": "closing", "other": "closed"}
    assert assignments(cast) == [(cast.chi.id, 2), (cast.cuong.id, 7)]
    assert assignments(cast, "other") == [(cast.dee.id, 8)]


def test_empty_list_takes_all_assignments_away(cast: Cast) -> None:
    cast.bob.post(f"{FORMS}/household/assignments/viewer/{cast.dee.id}")
    forms = [{"xmlFormId": "household", "assignments": []}, {"xmlFormId": "other"}]

    assert cast.bob.put(PROJECT, json={"name": "New", "forms": forms}).status_code == 200

    assert assignments(cast) == []
    assert states(cast) == {"household": "open", "other": "open"}


@pytest.mark.parametrize(
    "names", [[], ["household"], ["household", "other", "third"], ["household", "third"], ["household"] * 2]
)
def test_other_forms_than_there_are_are_refused(cast: Cast, names: list[str]) -> None:
    forms = [{"xmlFormId": name, "state": "closed"} for name in names]

    answer = cast.bob.put(PROJECT, json={"name": "New", "forms": forms})

    assert answer.status_code == 501
    assert answer.json["code"] == 501.1
    assert states(cast) == {"household": "open", "other": "open"}
    assert cast.bob.get(PROJECT).json["name"] == "Rà soát hộ nghèo"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "ajar"}, 400.8),
        ({"assignments": [{"actorId": 999, "roleId": 2}]}, 400.8),
        ({"assignments": [{"actorId": 5, "roleId": 4}]}, 400.8),
        ({"assignments": [{"actorId": 5, "roleId": 1}]}, 403.1),
        ({"assignments": [{"actorId": 10**30, "roleId": 1}]}, 400.11),
        ({"assignments": [{"actorId": 5}]}, 400.3),
        ({"assignments": {}}, 400.11),
    ],
)
def test_fault_in_one_form_undoes_everything(cast: Cast, change: dict[str, object], code: float) -> None:
    forms = [{"xmlFormId": "other", "state": "closed"}, {"xmlFormId": "household", **change}]

    answer = cast.bob.put(PROJECT, json={"name": "New", "forms": forms})

    assert answer.json["code"] == code
    assert states(cast) == {"household": "open", "other": "open"}
    assert cast.bob.get(PROJECT).json["name"] == "Rà soát hộ nghèo"


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"name": "x", "forms": 7}, {"name": "x", "forms": [7]}, {"name": "x", "archived": 2}]
)
def test_body_of_another_kind_is_refused(cast: Cast, body: dict[str, object]) -> None:
    assert cast.bob.put(PROJECT, json=body).status_code == 400
