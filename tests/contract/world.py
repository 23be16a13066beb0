"""A server on which there is one of everything, so that each operation of the API has something to work on."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.xform.relabel import with_public_key
from tests.cast import Cast
from tests.encrypting_phone import send_encrypted
from tests.factories import household, household_form, new_id, publish, send
from tests.forms.definitions import XLSX, xform, xlsform
from tests.phone import file_part, send_parts, xml_part

World = dict[str, str]
PASSWORD = "con ngựa, cái pin, kim ghim"
PROJECT = "/v1/projects/1"
FORM = f"{PROJECT}/forms/visit"
PHOTO, FILE = "nhà.jpg", "points.csv"
POINTS = b"name,label\np1,Ch\xe1\xbb\xa3\n"
QUESTIONS = (
    ("text", "name", "Họ tên"),
    ("image", "photo", "Ảnh nhà"),
    ("geopoint", "place", "Nơi"),
    ("select_one_from_file points.csv", "point", "Điểm"),
)


def visit(instance_id: str, *, version: str = "1", replaces: str | None = None, name: str = "Mai") -> bytes:
    """One filled visit."""
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="visit" version="{version}"><name>{name}</name><photo>{PHOTO}</photo>'
        "<place>21.03 105.85 12 5</place><point>p1</point>"
        f"<meta><instanceID>{instance_id}</instanceID>{deprecated}<instanceName>{name}</instanceName></meta></data>"
    ).encode()


def prepare(cast: Cast) -> World:
    """Fill the cast's world; gives what its things are called."""
    people = _people(cast)
    return {
        "project": "1",
        "form": "visit",
        "sealed": "household",
        "version": "1",
        "file": FILE,
        "photo": PHOTO,
        "password": PASSWORD,
        "phone_token": str(cast.chi.key),
        **people,
        **_forms(cast, people["app_user"]),
        **_submissions(cast),
        **_draft(cast),
        **_sealed(cast),
        **_settings(cast),
    }


def _done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json if answer.is_json else None


def _people(cast: Cast) -> World:
    new = {"email": "eva@example.org", "password": PASSWORD}
    user = _done(cast.alice.post("/v1/users", json=new))["id"]
    watcher = _done(cast.alice.post("/v1/users", json={"email": "hung@example.org"}))["id"]
    _done(cast.alice.post(f"/v1/assignments/viewer/{watcher}"))
    _done(cast.bob.post(f"{PROJECT}/actor-properties", json={"name": "region"}))
    phone = {"displayName": "Máy 2", "properties": {"region": "Bắc"}}
    app_user = _done(cast.bob.post(f"{PROJECT}/app-users", json=phone))["id"]
    for caller in (cast.dee, cast.vy, cast.cuong, cast.quan, cast.bob, cast.alice):
        _done(caller.put("/v1/user-preferences/site/kept", json={"propertyValue": {"a": 1}}))
    for caller in (cast.vy, cast.cuong, cast.bob, cast.alice):
        _done(caller.put("/v1/user-preferences/project/1/kept", json={"propertyValue": True}))
    return {
        "email": new["email"],
        "user": str(user),
        "watcher": str(watcher),
        "viewer": str(cast.vy.id),
        "app_user": str(app_user),
    }


def _forms(cast: Cast, app_user: str) -> World:
    forms = f"{PROJECT}/forms"
    _done(cast.bob.post(f"{forms}?ignoreWarnings=true", data=xlsform(*QUESTIONS), content_type=XLSX))
    _done(cast.bob.post(f"{FORM}/draft/attachments/{FILE}", data=POINTS, content_type="text/csv"))
    _done(cast.bob.post(f"{FORM}/draft/publish", headers={"X-Action-Notes": "first"}))
    publish(cast.bob, xform("old"))
    _done(cast.bob.delete(f"{forms}/old"))
    trashed = _done(cast.bob.get(f"{forms}?deleted=true"))[0]["id"]
    _done(cast.bob.post(f"{FORM}/assignments/app-user/{app_user}"))
    link = _done(
        cast.bob.post(f"{FORM}/public-links", json={"displayName": "Mọi người", "properties": {"region": "Nam"}})
    )
    form_link = _done(cast.bob.get(FORM))["enketoId"]
    return {"trashed_form": str(trashed), "link": str(link["id"]), "form_link": form_link}


def _submissions(cast: Cast) -> World:
    instance, edit, trashed = new_id(), new_id(), new_id()
    _done(send(cast.chi, visit(instance), (PHOTO, b"\xff\xd8 photo")))
    _done(send(cast.chi, visit(trashed)))
    item = f"{FORM}/submissions/{instance}"
    edited = visit(edit, replaces=instance, name="Lan")
    _done(cast.bob.put(item, data=edited, content_type="application/xml"))
    _done(cast.bob.post(f"{item}/comments", json={"body": "Xem lại"}))
    _done(cast.bob.patch(item, json={"reviewState": "hasIssues"}))
    _done(cast.bob.delete(f"{FORM}/submissions/{trashed}"))
    return {"instance": instance, "edit": edit, "trashed": trashed}


def _draft(cast: Cast) -> World:
    _done(cast.bob.post(f"{FORM}/draft?ignoreWarnings=true", data=xlsform(*QUESTIONS, version="2"), content_type=XLSX))
    instance = new_id()
    parts = xml_part(visit(instance, version="2")), file_part(PHOTO, b"\xff\xd8 trial", "image/jpeg")
    _done(send_parts(cast.bob, *parts, path=f"{FORM}/draft/submission"))
    return {"draft_instance": instance, "draft_token": _done(cast.bob.get(f"{FORM}/draft"))["draftToken"]}


def _sealed(cast: Cast) -> World:
    """A form with a key of its own, whose submissions come encrypted."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    text = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    xml = with_public_key(household_form(), b64encode(text).decode(), "s1")
    publish(cast.bob, xml)
    _done(cast.bob.post(f"{PROJECT}/forms/household/draft"))
    for path in (None, f"{PROJECT}/forms/household/draft/submission"):
        instance_id = new_id()
        _done(send_encrypted(cast.bob, xml, household(instance_id, version="s1"), instance_id, path=path))
    return {}


def _settings(cast: Cast) -> World:
    config = "/v1/config"
    _done(cast.alice.post(f"{config}/analytics", json={"enabled": False}))
    _done(cast.alice.post(f"{config}/login-appearance", json={"title": "Khảo sát"}))
    for picture in ("logo", "hero-image"):
        _done(cast.alice.post(f"{config}/{picture}", data=b"\x89PNG picture", content_type="image/png"))
    return {}
