"""Settings of the whole site: the sign-in page, who needs a second factor, and the choice about usage reports."""

from typing import Any

from flask import Response
from marshmallow import fields, validate

from server.api.routes import routes
from server.api.shapes import Moment, Shape
from server.blobs import record_blob
from server.content_types import content_type_of
from server.errors import missing_parameter
from server.http.access import anyone, needs
from server.http.bodies import staged_body
from server.http.call import Call
from server.http.files import send_blob
from server.http.json import write_json, write_shape, write_success
from server.site_settings import (
    ANALYTICS,
    LOGIN_APPEARANCE,
    PICTURES,
    SECOND_FACTOR,
    SECOND_FACTOR_ROLES,
    SiteSetting,
    find_setting,
    public_settings,
    set_picture,
    set_value,
    unset,
)

_ANY = '/v1/config/<any(analytics, "login-appearance", logo, "hero-image", "second-factor"):key>'
_PICTURE = '/v1/config/<any(logo, "hero-image"):key>'
_PUBLIC = "/v1/config/public"
_SHOWN_AT_SIGN_IN = anyone("the sign-in page shows it")
_READ, _SET = needs("config.read"), needs("config.set")
_LONGEST_TEXT = validate.Length(max=10_000)


class AnalyticsShape(Shape):
    enabled = fields.Boolean(required=True, truthy={True}, falsy={False})
    email = fields.String(validate=_LONGEST_TEXT)
    organization = fields.String(validate=_LONGEST_TEXT)


class LoginAppearanceShape(Shape):
    title = fields.String(validate=_LONGEST_TEXT)
    description = fields.String(validate=_LONGEST_TEXT)


class SecondFactorShape(Shape):
    roles = fields.List(fields.String(validate=validate.OneOf(SECOND_FACTOR_ROLES)), required=True)


class ValueSettingShape(Shape):
    key = fields.String()
    value = fields.Dict()
    set_at = Moment()


class PictureSettingShape(Shape):
    key = fields.String()
    blob_exists = fields.Function(lambda setting: setting.sha256 is not None)
    set_at = Moment()


class PublicSettingsShape(Shape):
    login_appearance = fields.Nested(ValueSettingShape, data_key="login-appearance")
    logo = fields.Nested(PictureSettingShape)
    hero_image = fields.Nested(PictureSettingShape, data_key="hero-image")


class PreviewShape(Shape):
    config = fields.Nested(AnalyticsShape)
    system = fields.Dict()
    projects = fields.List(fields.Dict())


_ANALYTICS, _APPEARANCE = AnalyticsShape(), LoginAppearanceShape()
_SECOND_FACTOR = SecondFactorShape()
_VALUE, _PICTURE_SETTING, _PREVIEW = ValueSettingShape(), PictureSettingShape(), PreviewShape()


@routes.route("GET", _PUBLIC, _SHOWN_AT_SIGN_IN, answer=PublicSettingsShape())
def show_public(call: Call) -> Response:
    """Show what is set for the sign-in page; of pictures only that they are there."""
    return write_json({key: _described(setting) for key, setting in public_settings(call.session).items()})


@routes.route("GET", f'{_PUBLIC}/<any("login-appearance", logo, "hero-image"):key>', _SHOWN_AT_SIGN_IN)
def get_public(call: Call, key: str) -> Response:
    """Get one setting of the sign-in page: its JSON, or the picture itself."""
    return _write(call, find_setting(call.session, key))


@routes.route("GET", _ANY, _READ)
def get_setting(call: Call, key: str) -> Response:
    """Get one setting: its JSON, or the picture itself."""
    return _write(call, find_setting(call.session, key))


@routes.route("POST", f"/v1/config/{ANALYTICS}", _SET, body=_ANALYTICS, answer=_VALUE)
def set_analytics(call: Call) -> Response:
    """Keep the choice about usage reports. Whatever it is, this server sends none."""
    return write_shape(_VALUE, set_value(call.session, call.actor, ANALYTICS, call.body))


@routes.route("POST", f"/v1/config/{LOGIN_APPEARANCE}", _SET, body=_APPEARANCE, answer=_VALUE)
def set_appearance(call: Call) -> Response:
    """Set the title and description of the sign-in page, both at once: what is left out is unset."""
    return write_shape(_VALUE, set_value(call.session, call.actor, LOGIN_APPEARANCE, call.body))


@routes.route("POST", f"/v1/config/{SECOND_FACTOR}", _SET, body=_SECOND_FACTOR, answer=_VALUE)
def set_second_factor(call: Call) -> Response:
    """Set whose users can do nothing before they have a second factor: by the system names of roles."""
    return write_shape(_VALUE, set_value(call.session, call.actor, SECOND_FACTOR, call.body))


@routes.route("POST", _PICTURE, _SET, transaction="own", answer=_PICTURE_SETTING)
def upload_picture(call: Call, key: str) -> Response:
    """Set a picture; the body is the file, its type is the Content-Type."""
    services = call.services
    with staged_body(call.request, services.storage, services.settings.max_upload) as staged:
        if not staged.size:
            raise missing_parameter("body")
        services.storage.put(staged)
        with call.writing() as session:
            sha256, kind = record_blob(session, staged), content_type_of(key, call.request.headers.get("Content-Type"))
            setting = set_picture(session, call.actor, key, sha256=sha256, content_type=kind)
            return write_shape(_PICTURE_SETTING, setting)


@routes.route("DELETE", _ANY, _SET)
def unset_setting(call: Call, key: str) -> Response:
    """Unset a setting."""
    unset(call.session, call.actor, key)
    return write_success()


@routes.route("GET", "/v1/analytics/preview", needs("analytics.read"), answer=_PREVIEW)
def preview_report(call: Call) -> Response:
    """Show what a usage report would hold: the choice that is set, and no figures, since none are gathered."""
    chosen = call.session.get(SiteSetting, ANALYTICS)
    choice: dict[str, Any] = (chosen.value if chosen else None) or {"enabled": False}
    return write_shape(_PREVIEW, {"config": choice, "system": {}, "projects": []})


def _described(setting: SiteSetting) -> object:
    return (_PICTURE_SETTING if setting.key in PICTURES else _VALUE).dump(setting)


def _write(call: Call, setting: SiteSetting) -> Response:
    if setting.blob is None:
        return write_json(_described(setting))
    kind = setting.content_type
    return send_blob(call.request, call.services.storage, setting.blob, name=setting.key, content_type=kind)
