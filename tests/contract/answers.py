"""Which shape the answer to each operation has, plain and with `X-Extended-Metadata: true`.

What is not here answers `{"success": true}` where it changes something, and no JSON where it does not.
"""

from tests.contract import shapes
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.shapes import Shape, listed

_P, _F = "/v1/projects/{project}", "/v1/projects/{project}/forms/{form}"
_S, _D = f"{_F}/submissions/{{instance}}", f"{_F}/draft/submissions/{{draft_instance}}"
_V = f"{_S}/versions/{{edit}}"
_T = "/v1/test/{draft_token}/projects/{project}/forms/{form}/draft"

_ITEMS: dict[str, tuple[Shape, ...]] = {
    "POST /v1/sessions": (shapes.SESSION,),
    "POST /v1/users": (shapes.USER,),
    "GET /v1/users/current": (shapes.USER, shapes.CALLER),
    "GET /v1/users/{user}": (shapes.USER,),
    "PATCH /v1/users/{user}": (shapes.USER,),
    "GET /v1/roles/manager": (shapes.ROLE,),
    "POST /v1/projects": (shapes.PROJECT,),
    f"GET {_P}": (shapes.PROJECT, shapes.OWN_PROJECT),
    f"PUT {_P}": (shapes.PROJECT,),
    f"PATCH {_P}": (shapes.PROJECT,),
    f"POST {_P}/key": (shapes.PROJECT,),
    f"POST {_P}/app-users": (shapes.APP_USER,),
    f"GET {_P}/app-users/{{app_user}}": (shapes.APP_USER, shapes.KNOWN_APP_USER),
    f"PATCH {_P}/app-users/{{app_user}}": (shapes.KNOWN_APP_USER,),
    f"POST {_P}/forms": (shapes.FORM,),
    "GET /v1/form-links/{form_link}/form": (shapes.FORM,),
    f"GET {_F}": (shapes.FORM, shapes.NOTED_FORM),
    f"PATCH {_F}": (shapes.FORM,),
    f"GET {_F}/versions/{{version}}": (shapes.FORM_VERSION, shapes.NOTED_FORM_VERSION),
    f"GET {_F}/draft": (shapes.DRAFT,),
    f"POST {_F}/draft/attachments/{{file}}": (shapes.FORM_FILE,),
    f"POST {_F}/public-links": (shapes.PUBLIC_LINK,),
    f"GET {_F}/public-links/{{link}}": (shapes.PUBLIC_LINK, shapes.KNOWN_PUBLIC_LINK),
    f"PATCH {_F}/public-links/{{link}}": (shapes.KNOWN_PUBLIC_LINK,),
    f"POST {_F}/submissions": (shapes.SUBMISSION,),
    f"GET {_F}/submissions.geojson": (shapes.FEATURES,),
    f"GET {_S}": (shapes.SUBMISSION, shapes.SENT_SUBMISSION),
    f"PUT {_S}": (shapes.SUBMISSION,),
    f"PATCH {_S}": (shapes.SUBMISSION,),
    f"GET {_S}.geojson": (shapes.FEATURES,),
    f"POST {_S}/comments": (shapes.COMMENT,),
    f"GET {_S}/diffs": (shapes.by_key("^uuid:", listed(shapes.CHANGE)),),
    f"GET {_V}": (shapes.SUBMISSION_VERSION, shapes.SENT_VERSION),
    f"GET {_V}.geojson": (shapes.FEATURES,),
    f"POST {_F}/draft/submissions": (shapes.SUBMISSION,),
    f"GET {_D}": (shapes.SUBMISSION, shapes.SENT_SUBMISSION),
    f"POST {_T}/submissions": (shapes.SUBMISSION,),
    "GET /v1/config/analytics": (shapes.ANALYTICS,),
    "POST /v1/config/analytics": (shapes.ANALYTICS,),
    "GET /v1/config/login-appearance": (shapes.APPEARANCE,),
    "POST /v1/config/login-appearance": (shapes.APPEARANCE,),
    "POST /v1/config/logo": (shapes.LOGO,),
    "POST /v1/config/hero-image": (shapes.HERO_IMAGE,),
    "GET /v1/config/public": (shapes.PUBLIC_SETTINGS,),
    "GET /v1/analytics/preview": (shapes.REPORT,),
}
_LISTS: dict[str, tuple[Shape, ...]] = {
    "GET /v1/users": (shapes.USER,),
    "GET /v1/roles": (shapes.ROLE,),
    "GET /v1/assignments": (shapes.ASSIGNMENT, shapes.ACTOR_ASSIGNMENT),
    "GET /v1/assignments/admin": (shapes.ACTOR,),
    "GET /v1/projects": (shapes.PROJECT, shapes.COUNTED_PROJECT),
    f"GET {_P}/assignments": (shapes.ASSIGNMENT, shapes.ACTOR_ASSIGNMENT),
    f"GET {_P}/assignments/viewer": (shapes.ACTOR,),
    f"GET {_P}/assignments/forms": (shapes.FORM_ASSIGNMENT, shapes.FORM_ACTOR_ASSIGNMENT),
    f"GET {_P}/assignments/forms/app-user": (shapes.FORM_ASSIGNMENT, shapes.FORM_ACTOR_ASSIGNMENT),
    f"GET {_P}/app-users": (shapes.APP_USER, shapes.KNOWN_APP_USER),
    f"GET {_P}/actor-properties": (shapes.PROPERTY, shapes.PROPERTY_VALUES),
    f"GET {_P}/forms": (shapes.FORM, shapes.COUNTED_FORM),
    f"GET {_F}/attachments": (shapes.FORM_FILE,),
    f"GET {_F}/fields": (shapes.FIELD,),
    f"GET {_F}/versions": (shapes.FORM_VERSION, shapes.NOTED_FORM_VERSION),
    f"GET {_F}/versions/{{version}}/attachments": (shapes.FORM_FILE,),
    f"GET {_F}/versions/{{version}}/fields": (shapes.FIELD,),
    f"GET {_F}/draft/attachments": (shapes.FORM_FILE,),
    f"GET {_F}/draft/fields": (shapes.FIELD,),
    f"GET {_F}/assignments": (shapes.ASSIGNMENT, shapes.ACTOR_ASSIGNMENT),
    f"GET {_F}/assignments/app-user": (shapes.ACTOR,),
    f"GET {_F}/public-links": (shapes.PUBLIC_LINK, shapes.KNOWN_PUBLIC_LINK),
    f"GET {_F}/submissions": (shapes.SUBMISSION, shapes.SENT_SUBMISSION),
    f"GET {_F}/submissions/submitters": (shapes.ACTOR,),
    "GET /v1/projects/{project}/forms/{sealed}/submissions/keys": (shapes.KEY,),
    f"GET {_S}/audits": (shapes.AUDIT, shapes.FORM_AUDIT),
    f"GET {_S}/comments": (shapes.COMMENT, shapes.SIGNED_COMMENT),
    f"GET {_S}/attachments": (shapes.SUBMISSION_FILE,),
    f"GET {_S}/versions": (shapes.SUBMISSION_VERSION, shapes.SENT_VERSION),
    f"GET {_V}/attachments": (shapes.SUBMISSION_FILE,),
    f"GET {_F}/draft/submissions": (shapes.SUBMISSION, shapes.SENT_SUBMISSION),
    "GET /v1/projects/{project}/forms/{sealed}/draft/submissions/keys": (shapes.KEY,),
    f"GET {_D}/attachments": (shapes.SUBMISSION_FILE,),
    "GET /v1/audits": (shapes.AUDIT, shapes.NAMED_AUDIT),
}
_SHAPES = _ITEMS | {name: tuple(listed(shape) for shape in shown) for name, shown in _LISTS.items()}


def shape_of(operation: Operation, *, is_extended: bool = False) -> Shape | None:
    """None when the answer is no JSON."""
    found = _SHAPES.get(operation.name)
    if found is not None:
        return found[-1] if is_extended else found[0]
    return shapes.SUCCESS if operation.speaks_json and operation.changes_the_world else None


SHAPED = [operation for operation in OPERATIONS if shape_of(operation) is not None]


def named_shapes() -> set[str]:
    return set(_SHAPES)
