"""Who has no right to a form gets nothing of it, whatever they ask for."""

from collections.abc import Callable

import pytest

from tests.cast import Caller, Cast
from tests.factories import publish
from tests.forms.definitions import XML, xform

FORMS = "/v1/projects/1/forms"
VISIT = f"{FORMS}/visit"
OPENROSA = {"X-OpenRosa-Version": "1.0"}
READ = [
    "",
    ".xml",
    ".xlsx",
    ".xls",
    "/fields",
    "/attachments",
    "/attachments/map.png",
    "/manifest",
    "/versions",
    "/versions/1",
    "/versions/1.xml",
    "/versions/1.xlsx",
    "/versions/1.xls",
    "/versions/1/fields",
    "/versions/1/attachments",
    "/versions/1/attachments/map.png",
    "/draft",
    "/draft.xml",
    "/draft.xlsx",
    "/draft.xls",
    "/draft/fields",
    "/draft/attachments",
    "/draft/attachments/map.png",
    "/draft/formList",
    "/draft/manifest",
]
CHANGE = [
    ("PATCH", VISIT),
    ("DELETE", VISIT),
    ("POST", FORMS),
    ("POST", f"{FORMS}/1/restore"),
    ("POST", f"{VISIT}/draft"),
    ("DELETE", f"{VISIT}/draft"),
    ("POST", f"{VISIT}/draft/publish"),
    ("POST", f"{VISIT}/draft/attachments/map.png"),
    ("DELETE", f"{VISIT}/draft/attachments/map.png"),
]


@pytest.fixture(autouse=True)
def form(cast: Cast) -> None:
    """A form with a published version and a draft, both with a file."""
    publish(cast.bob, xform(media=["map.png"]))
    cast.bob.post(f"{VISIT}/draft", data=xform(version="2", media=["map.png"]), content_type=XML)
    cast.bob.post(f"{VISIT}/draft/attachments/map.png", data=b"PNG")


def _ask(caller: Caller, method: str, path: str) -> int:
    return caller.send(method, path, headers=OPENROSA, buffered=True).status_code


@pytest.mark.parametrize("rest", READ)
def test_strangers_read_nothing_of_a_form(cast: Cast, rest: str) -> None:
    statuses = [_ask(caller, "GET", f"{VISIT}{rest}") for caller in (cast.dee, cast.quan, cast.nobody)]

    assert statuses == [403, 403, 401]


@pytest.mark.parametrize(("method", "path"), CHANGE)
def test_strangers_change_nothing_of_a_form(cast: Cast, method: str, path: str) -> None:
    statuses = [_ask(caller, method, path) for caller in (cast.dee, cast.quan, cast.nobody)]

    assert statuses == [403, 403, 401]


@pytest.mark.parametrize(("method", "path"), CHANGE)
def test_those_who_read_or_fill_in_change_nothing(cast: Cast, method: str, path: str) -> None:
    assert [_ask(caller, method, path) for caller in (cast.vy, cast.cuong, cast.chi)] == [403, 403, 403]


@pytest.mark.parametrize("rest", READ)
def test_form_of_another_project_is_not_reached_through_ones_own(cast: Cast, rest: str) -> None:
    assert _ask(cast.quan, "GET", f"/v1/projects/2/forms/visit{rest}") == 404


@pytest.mark.parametrize("rest", ["/draft.xml", "/draft/formList", "/draft/manifest", "/draft/attachments/map.png"])
def test_test_link_opens_its_own_draft_and_no_other(cast: Cast, rest: str) -> None:
    cast.bob.post(FORMS, data=xform("other", media=["map.png"]), content_type=XML)
    token = cast.bob.get(f"{VISIT}/draft").json["draftToken"]
    testing = f"/v1/test/{token}/projects/1/forms"

    statuses = [_ask(cast.nobody, "GET", f"{testing}/{form_id}{rest}") for form_id in ("visit", "other")]

    assert statuses == [200, 403]


@pytest.mark.parametrize("rest", ["", ".xml", "/manifest", "/draft", "/versions", "/draft/fields"])
def test_test_link_opens_nothing_but_what_a_phone_needs(cast: Cast, rest: str) -> None:
    token = cast.bob.get(f"{VISIT}/draft").json["draftToken"]

    assert _ask(cast.nobody, "GET", f"/v1/test/{token}/projects/1/forms/visit{rest}") == 403


@pytest.mark.parametrize("how", ["publish", "delete the draft", "delete the form", "make one up"])
def test_test_link_is_dead_without_its_draft(cast: Cast, how: str) -> None:
    token = cast.bob.get(f"{VISIT}/draft").json["draftToken"]
    steps: dict[str, Callable[[], object]] = {
        "publish": lambda: cast.bob.post(f"{VISIT}/draft/publish"),
        "delete the draft": lambda: cast.bob.delete(f"{VISIT}/draft"),
        "delete the form": lambda: cast.bob.delete(VISIT),
        "make one up": lambda: None,
    }
    steps[how]()
    shown = "x" * 64 if how == "make one up" else token

    assert _ask(cast.nobody, "GET", f"/v1/test/{shown}/projects/1/forms/visit/draft.xml") in {401, 404}


def test_phone_may_try_the_draft_with_its_own_key(cast: Cast) -> None:
    assert cast.chi.get(f"{VISIT}/draft.xml").data == xform(version="2", media=["map.png"])
