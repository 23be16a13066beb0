import pytest

from tests.cast import Cast

ROLES = "/v1/roles"


def test_everybody_may_read_the_roles(cast: Cast) -> None:
    answers = [caller.get(ROLES) for caller in (cast.nobody, cast.dee, cast.chi, cast.alice)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    assert [(role["id"], role["system"]) for role in answers[0].json] == [
        (1, "admin"), (2, "app-user"), (3, "pwreset"), (5, "manager"),
        (6, "formview"), (7, "formfill"), (8, "viewer"), (9, "pub-link"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["5", "manager"])
def test_role_is_found_by_number_and_by_name(cast: Cast, name: str) -> None:
    role = cast.nobody.get(f"{ROLES}/{name}").json

    assert set(role) == {"id", "name", "system", "verbs", "createdAt", "updatedAt"}
    assert (role["id"], role["system"], role["name"]) == (5, "manager", "Project Manager")
    assert role["verbs"] == sorted(role["verbs"])


@pytest.mark.parametrize("name", ["4", "99", "king", "9" * 40, "\u0663", "0x1", "-1"])
def test_unknown_role_is_not_found(cast: Cast, name: str) -> None:
    assert cast.nobody.get(f"{ROLES}/{name}").json["code"] == 404.1


def verbs(cast: Cast, role: str) -> set[str]:
    return set(cast.nobody.get(f"{ROLES}/{role}").json["verbs"])


def test_collectors_fill_in_and_read_no_answers(cast: Cast) -> None:
    assert verbs(cast, "formfill") == {"project.read", "form.list", "form.read", "submission.create"}
    assert verbs(cast, "app-user") == verbs(cast, "pub-link") == {"form.read", "submission.create"}


def test_viewers_read_and_change_nothing(cast: Cast) -> None:
    assert {verb.rpartition(".")[2] for verb in verbs(cast, "viewer")} == {"read", "list"}


def test_managers_do_everything_inside_a_project_and_nothing_outside(cast: Cast) -> None:
    manager = verbs(cast, "manager")

    assert verbs(cast, "viewer") < manager < verbs(cast, "admin")
    assert {"field_key.update", "public_link.update", "actor_property.update", "session.end"} <= manager
    assert not {verb for verb in manager if verb.startswith(("user.", "audit.", "config."))}
    assert "project.create" not in manager
