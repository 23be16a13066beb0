"""What answers look like, as JSON Schema in our own words: the fields that clients may rely on, and what may be null.

An answer may have more fields than are written here, never fewer.
"""

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
SOME_TEXT: Shape = {"type": "string", "minLength": 1}
WHOLE: Shape = {"type": "integer"}
COUNT: Shape = {"type": "integer", "minimum": 0}
# Ids stay small numbers, as those of a database that counts from 1.
ID: Shape = {"type": "integer", "minimum": 1, "maximum": 100_000}
FLAG: Shape = {"type": "boolean"}
OBJECT: Shape = {"type": "object"}
MOMENT: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
MD5: Shape = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
# Base64 without characters that would have to be escaped in a path.
TOKEN: Shape = {"type": "string", "pattern": "^[A-Za-z0-9!$_-]{64}$"}


def one_of(*values: Any) -> Shape:
    return {"enum": list(values)}


def maybe(shape: Shape) -> Shape:
    """The field is there and may be null."""
    return {"anyOf": [shape, {"type": "null"}]}


def listed(shape: Shape, *, least: int = 1) -> Shape:
    """The prepared world has something in every list, so that its shape is seen."""
    return {"type": "array", "items": shape, "minItems": least}


def record(*, also: Shape | None = None, **fields: Shape) -> Shape:
    """An object with all of these fields and, of another record, `also` its own."""
    properties = {**(also or {}).get("properties", {}), **fields}
    return {"type": "object", "properties": properties, "required": list(properties)}


def by_key(keys: str, shape: Shape) -> Shape:
    """An object whose keys are data."""
    return {"type": "object", "propertyNames": {"pattern": keys}, "additionalProperties": shape}


SUCCESS = record(success=one_of(True))
CHANGES = {"createdAt": MOMENT, "updatedAt": maybe(MOMENT), "deletedAt": maybe(MOMENT)}
ACTOR = record(id=ID, type=one_of("user", "field_key", "public_link", "singleUse"), displayName=SOME_TEXT, **CHANGES)
VERBS = listed({"type": "string", "pattern": r"^[a-z_]+(\.[a-z_]+)+$"})

SESSION = record(createdAt=MOMENT, expiresAt=MOMENT, token=TOKEN, csrf=TOKEN)
USER = record(also=ACTOR, type=one_of("user"), email=SOME_TEXT, lastLoginAt=maybe(MOMENT))
PREFERENCES = record(site=OBJECT, projects=by_key(r"^\d+$", OBJECT))
CALLER = record(also=USER, verbs=VERBS, preferences=PREFERENCES)
ROLE = record(id=ID, name=SOME_TEXT, system=SOME_TEXT, verbs=VERBS, createdAt=MOMENT, updatedAt=maybe(MOMENT))
ASSIGNMENT = record(actorId=ID, roleId=ID)
ACTOR_ASSIGNMENT = record(actor=ACTOR, roleId=ID)
FORM_ASSIGNMENT = record(also=ASSIGNMENT, xmlFormId=SOME_TEXT)
FORM_ACTOR_ASSIGNMENT = record(also=ACTOR_ASSIGNMENT, xmlFormId=SOME_TEXT)
PROPERTIES = maybe(by_key("^[A-Za-z0-9_-]+$", TEXT))
APP_USER = record(also=ACTOR, type=one_of("field_key"), token=maybe(TOKEN), projectId=ID)
KNOWN_APP_USER = record(also=APP_USER, createdBy=maybe(ACTOR), lastUsed=maybe(MOMENT), properties=PROPERTIES)
PUBLIC_LINK = record(also=ACTOR, type=one_of("public_link"), token=maybe(TOKEN), once=FLAG)
KNOWN_PUBLIC_LINK = record(also=PUBLIC_LINK, createdBy=ACTOR, properties=PROPERTIES)
PROPERTY = record(name=SOME_TEXT)
PROPERTY_VALUES = record(also=PROPERTY, values=listed(TEXT))

PROJECT = record(id=ID, name=SOME_TEXT, description=maybe(TEXT), archived=maybe(FLAG), keyId=maybe(ID), **CHANGES)
COUNTED_PROJECT = record(
    also=PROJECT,
    appUsers=COUNT,
    forms=COUNT,
    datasets=COUNT,
    lastSubmission=maybe(MOMENT),
    lastEntity=maybe(MOMENT),
)
OWN_PROJECT = record(also=COUNTED_PROJECT, verbs=VERBS)

FORM = record(
    projectId=ID,
    xmlFormId=SOME_TEXT,
    name=maybe(TEXT),
    version=TEXT,
    hash=MD5,
    state=one_of("open", "closing", "closed"),
    enketoId=maybe(SOME_TEXT),
    keyId=maybe(ID),
    publishedAt=maybe(MOMENT),
    createdAt=MOMENT,
    updatedAt=maybe(MOMENT),
    webformsEnabled=FLAG,
)
COUNTED_FORM = record(
    also=FORM,
    submissions=COUNT,
    reviewStates=record(received=COUNT, hasIssues=COUNT, edited=COUNT),
    lastSubmission=maybe(MOMENT),
    createdBy=maybe(ACTOR),
    excelContentType=maybe(SOME_TEXT),
    entityRelated=FLAG,
    publicLinks=COUNT,
)
NOTED_FORM = record(also=COUNTED_FORM, publishNotes=maybe(TEXT))
DRAFT = record(also=FORM, draftToken=TOKEN)
FORM_VERSION = record(also=FORM, publishedAt=MOMENT)
NOTED_FORM_VERSION = record(
    also=FORM_VERSION, publishedBy=maybe(ACTOR), excelContentType=maybe(SOME_TEXT), publishNotes=maybe(TEXT)
)
FORM_FILE = record(
    name=SOME_TEXT,
    type=one_of("image", "audio", "video", "file"),
    exists=FLAG,
    blobExists=FLAG,
    datasetExists=FLAG,
    updatedAt=maybe(MOMENT),
    size=COUNT,
    hash=MD5,
)
FIELD = record(name=SOME_TEXT, path={"type": "string", "pattern": "^/"}, type=SOME_TEXT)

_VERSION = {
    "instanceId": SOME_TEXT,
    "instanceName": maybe(TEXT),
    "submitterId": maybe(ID),
    "deviceId": maybe(TEXT),
    "userAgent": maybe(TEXT),
    "createdAt": MOMENT,
    "current": FLAG,
}
SUBMISSION = record(
    instanceId=SOME_TEXT,
    submitterId=maybe(ID),
    deviceId=maybe(TEXT),
    userAgent=maybe(TEXT),
    reviewState=one_of(None, "edited", "hasIssues", "rejected", "approved"),
    currentVersion=record(**_VERSION),
    **CHANGES,
)
SENT_SUBMISSION = record(also=SUBMISSION, submitter=ACTOR)
SUBMISSION_VERSION = record(**_VERSION, formVersion=TEXT)
SENT_VERSION = record(also=SUBMISSION_VERSION, submitter=ACTOR)
SUBMISSION_FILE = record(name=SOME_TEXT, exists=FLAG)
COMMENT = record(body=SOME_TEXT, actorId=ID, createdAt=MOMENT)
SIGNED_COMMENT = record(also=COMMENT, actor=ACTOR)
CHANGE = record(new=maybe(TEXT), old=maybe(TEXT), path=listed({"type": ["string", "integer"]}))
KEY = record(id=ID, public=SOME_TEXT, managed=FLAG, hint=maybe(TEXT))
FEATURES = record(
    type=one_of("FeatureCollection"),
    features=listed(
        record(
            type=one_of("Feature"),
            id=SOME_TEXT,
            geometry=record(type=one_of("Point"), coordinates=listed({"type": "number"}, least=2)),
            properties=record(fieldpath={"type": "string", "pattern": "^/"}),
        )
    ),
)
AUDIT = record(
    action={"type": "string", "pattern": r"^[a-z_]+(\.[a-z_]+)*$"},
    actorId=maybe(ID),
    acteeId=maybe(SOME_TEXT),
    details=maybe(OBJECT),
    notes=maybe(TEXT),
    loggedAt=MOMENT,
)
NAMED_AUDIT = record(also=AUDIT, actor=maybe(ACTOR), actee=maybe(OBJECT))
FORM_AUDIT = record(also=AUDIT, actor=maybe(ACTOR), actee=FORM)

ANALYTICS = record(key=one_of("analytics"), setAt=MOMENT, value=record(enabled=FLAG))
APPEARANCE = record(key=one_of("login-appearance"), setAt=MOMENT, value=record(title=TEXT))
LOGO = record(key=one_of("logo"), setAt=MOMENT, blobExists=one_of(True))
HERO_IMAGE = record(key=one_of("hero-image"), setAt=MOMENT, blobExists=one_of(True))
PUBLIC_SETTINGS = record(**{"login-appearance": APPEARANCE, "logo": LOGO, "hero-image": HERO_IMAGE})
REPORT = record(config=OBJECT, system=OBJECT, projects={"type": "array"})
PROBLEM = record(message=SOME_TEXT, code={"type": "number", "minimum": 400, "maximum": 600})
