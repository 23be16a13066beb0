"""What has to be sent with an operation, so that it can succeed: a body, or headers."""

from collections.abc import Callable
from typing import Any

from tests.contract.operations import Operation
from tests.contract.world import PASSWORD, POINTS, QUESTIONS, World, visit
from tests.factories import new_id
from tests.forms.definitions import XLSX, xform, xlsform
from tests.phone import CONTENT_TYPE, encoded, xml_part

Options = dict[str, Any]
OPENROSA = {"X-OpenRosa-Version": "1.0"}


def options(operation: Operation, world: World) -> Options:
    """Body and headers for the test client."""
    found = _SENDS.get(operation.name)
    if found is not None:
        return found(world)
    speaks_openrosa = operation.path.endswith(("/formList", "/manifest", "/submission"))
    return {"headers": OPENROSA} if speaks_openrosa else {}


def _json(**body: Any) -> Callable[[World], Options]:
    return lambda _: {"json": body}


def _file(content: bytes, content_type: str) -> Callable[[World], Options]:
    return lambda _: {"data": content, "content_type": content_type}


def _xml(version: str) -> Callable[[World], Options]:
    return lambda _: {"data": visit(new_id(), version=version), "content_type": "application/xml"}


def _parts(version: str) -> Callable[[World], Options]:
    return lambda _: {
        "data": encoded(xml_part(visit(new_id(), version=version))),
        "content_type": CONTENT_TYPE,
        "headers": OPENROSA,
    }


def _edit(world: World) -> Options:
    xml = visit(new_id(), replaces=world["edit"], name="Hoa")
    return {"data": xml, "content_type": "application/xml"}


_PROJECT = "/v1/projects/{project}"
_FORM = f"{_PROJECT}/forms/{{form}}"
_ITEM = f"{_FORM}/submissions/{{instance}}"
_DRAFT_ITEM = f"{_FORM}/draft/submissions/{{draft_instance}}"
_TEST = "/v1/test/{draft_token}/projects/{project}/forms/{form}/draft"
_PHOTO = _file(b"\xff\xd8 new", "image/jpeg")
_DRAFT = {
    "data": xlsform(*QUESTIONS, version="3"),
    "content_type": XLSX,
    "query_string": {"ignoreWarnings": "true"},
}
_SENDS: dict[str, Callable[[World], Options]] = {
    "POST /v1/sessions": lambda world: {"json": {"email": world["email"], "password": PASSWORD}},
    "POST /v1/users": _json(email="moi@example.org"),
    "PATCH /v1/users/{user}": _json(displayName="Eva Nông"),
    "PUT /v1/users/{user}/password": _json(new="cái cây, con sông, ngọn núi"),
    "POST /v1/users/reset/initiate": lambda world: {"json": {"email": world["email"]}},
    "PUT /v1/user-preferences/site/order": _json(propertyValue="latest"),
    "PUT /v1/user-preferences/project/{project}/order": _json(propertyValue=["a", 1, None]),
    "POST /v1/projects": _json(name="Mới"),
    f"PUT {_PROJECT}": _json(name="Khác"),
    f"PATCH {_PROJECT}": _json(archived=True),
    f"POST {_PROJECT}/key": _json(passphrase="bí mật", hint="như mọi khi"),
    f"POST {_PROJECT}/app-users": _json(displayName="Máy 3"),
    f"PATCH {_PROJECT}/app-users/{{app_user}}": _json(properties={"region": "Trung"}),
    f"POST {_PROJECT}/actor-properties": _json(name="supervisor"),
    f"POST {_PROJECT}/forms": _file(xform("new"), "application/xml"),
    f"PATCH {_FORM}": _json(state="closing"),
    f"POST {_FORM}/draft": lambda _: _DRAFT,
    f"POST {_FORM}/draft/attachments/{{file}}": _file(POINTS, "text/csv"),
    f"POST {_FORM}/public-links": _json(displayName="Chợ", once=True),
    f"PATCH {_FORM}/public-links/{{link}}": _json(properties={"region": None}),
    f"POST {_FORM}/submissions": _xml("1"),
    f"PUT {_ITEM}": _edit,
    f"PATCH {_ITEM}": _json(reviewState="approved"),
    f"POST {_ITEM}/comments": _json(body="Tốt"),
    f"POST {_ITEM}/attachments/{{photo}}": _PHOTO,
    f"POST {_FORM}/draft/submissions": _xml("2"),
    f"POST {_DRAFT_ITEM}/attachments/{{photo}}": _PHOTO,
    f"POST {_PROJECT}/submission": _parts("1"),
    f"POST {_FORM}/draft/submission": _parts("2"),
    f"POST {_TEST}/submissions": _xml("2"),
    f"POST {_TEST}/submission": _parts("2"),
    "POST /v1/config/analytics": _json(enabled=True, email="eva@example.org"),
    "POST /v1/config/login-appearance": _json(title="Rà soát", description="2026"),
    "POST /v1/config/logo": _file(b"\x89PNG new", "image/png"),
    "POST /v1/config/hero-image": _file(b"\x89PNG new", "image/png"),
    "POST /v1/backup": _json(passphrase="bí mật"),
}
