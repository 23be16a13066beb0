import pytest

from tests.cast import Answer, Caller, Cast
from tests.logged import details_of

PNG = b"\x89PNG\r\n\x1a\n and what makes a picture"
PICTURES = ["logo", "hero-image"]


def upload(caller: Caller, key: str, content: bytes = PNG, kind: str = "image/png") -> Answer:
    return caller.post(f"/v1/config/{key}", data=content, content_type=kind)


def test_what_is_not_set_is_not_found(cast: Cast) -> None:
    keys = ["analytics", "login-appearance", "logo", "hero-image", "nonsense", "public/logo", "public/analytics"]

    assert [cast.alice.get(f"/v1/config/{key}").status_code for key in keys] == [404] * len(keys)
    assert cast.alice.post("/v1/config/nonsense", json={}).json["code"] == 404.1


def test_the_choice_about_reports_is_kept_and_shown_to_administrators(cast: Cast) -> None:
    value = {"enabled": True, "email": "lan@example.org", "organization": "Sở"}

    answer = cast.alice.post("/v1/config/analytics", json=value)

    assert answer.status_code == 200
    assert answer.json == {"key": "analytics", "value": value, "setAt": answer.json["setAt"]}
    assert cast.alice.get("/v1/config/analytics").json == answer.json


def test_a_setting_is_replaced_and_not_merged(cast: Cast) -> None:
    cast.alice.post("/v1/config/login-appearance", json={"title": "A", "description": "B"})
    cast.alice.post("/v1/config/login-appearance", json={"title": "C"})

    assert cast.alice.get("/v1/config/login-appearance").json["value"] == {"title": "C"}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("analytics", {}, 400.3),
        ("analytics", {"enabled": "yes"}, 400.11),
        ("analytics", {"enabled": True, "email": 5}, 400.11),
        ("login-appearance", {"title": ["x"]}, 400.11),
    ],
)
def test_a_value_of_another_shape_is_refused(cast: Cast, key: str, value: dict[str, object], code: float) -> None:
    assert cast.alice.post(f"/v1/config/{key}", json=value).json["code"] == code


@pytest.mark.parametrize("key", PICTURES)
def test_a_picture_is_given_back_as_it_was_sent(cast: Cast, key: str) -> None:
    set_answer = upload(cast.alice, key)
    assert set_answer.json == {"key": key, "blobExists": True, "setAt": set_answer.json["setAt"]}

    for answer in (cast.alice.get(f"/v1/config/{key}"), cast.nobody.get(f"/v1/config/public/{key}")):
        assert (answer.data, answer.mimetype) == (PNG, "image/png")


def test_a_picture_that_the_client_has_is_not_sent_again(cast: Cast) -> None:
    upload(cast.alice, "logo")
    with cast.nobody.get("/v1/config/public/logo") as first:
        tag = first.headers["ETag"]

    answer = cast.nobody.get("/v1/config/public/logo", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_a_new_picture_takes_the_place_of_the_old(cast: Cast) -> None:
    upload(cast.alice, "logo")
    upload(cast.alice, "logo", b"<svg/>", "image/svg+xml")

    answer = cast.nobody.get("/v1/config/public/logo")

    assert (answer.data, answer.mimetype) == (b"<svg/>", "image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_no_picture_is_refused(cast: Cast) -> None:
    assert upload(cast.alice, "logo", b"").json["code"] == 400.2


def test_the_public_settings_are_those_that_are_set_without_the_private_one(cast: Cast) -> None:
    assert cast.nobody.get("/v1/config/public").json == {}
    cast.alice.post("/v1/config/analytics", json={"enabled": False})
    cast.alice.post("/v1/config/login-appearance", json={"title": "Rà soát"})
    upload(cast.alice, "hero-image")

    shown = cast.nobody.get("/v1/config/public").json

    assert sorted(shown) == ["hero-image", "login-appearance"]
    assert shown["login-appearance"]["value"] == {"title": "Rà soát"}
    assert shown["hero-image"]["blobExists"] is True
    assert cast.nobody.get("/v1/config/public/login-appearance").json == shown["login-appearance"]


def test_unset_is_as_never_set_and_may_be_done_twice(cast: Cast) -> None:
    upload(cast.alice, "logo")

    answers = [cast.alice.delete("/v1/config/logo") for _ in range(2)]

    assert [answer.json for answer in answers] == [{"success": True}] * 2
    assert cast.alice.get("/v1/config/logo").status_code == 404


def test_the_log_has_what_was_set(cast: Cast) -> None:
    cast.alice.post("/v1/config/analytics", json={"enabled": False})
    upload(cast.alice, "logo")
    cast.alice.delete("/v1/config/logo")

    assert details_of(cast.services, "config.set") == [
        {"key": "analytics", "value": {"enabled": False}},
        {"key": "logo", "value": {"blobExists": True}},
        {"key": "logo", "value": None},
    ]


def test_the_preview_of_the_report_has_the_choice_and_no_figures(cast: Cast) -> None:
    assert cast.alice.get("/v1/analytics/preview").json["config"] == {"enabled": False}
    cast.alice.post("/v1/config/analytics", json={"enabled": True, "email": "lan@example.org"})

    shown = cast.alice.get("/v1/analytics/preview").json

    assert shown == {"config": {"enabled": True, "email": "lan@example.org"}, "system": {}, "projects": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/config/analytics"),
        ("GET", "/v1/config/logo"),
        ("POST", "/v1/config/analytics"),
        ("POST", "/v1/config/login-appearance"),
        ("POST", "/v1/config/logo"),
        ("DELETE", "/v1/config/hero-image"),
        ("GET", "/v1/analytics/preview"),
    ],
)
def test_only_administrators_set_and_read(cast: Cast, method: str, path: str) -> None:
    assert cast.nobody.send(method, path, json={"enabled": True}).status_code == 401
    for who in (cast.dee, cast.bob, cast.chi):
        assert who.send(method, path, json={"enabled": True}).json["code"] == 403.1
