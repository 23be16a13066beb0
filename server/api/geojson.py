"""Places of submissions as GeoJSON, for maps."""

from flask import Response
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from server.api.exports import watched
from server.api.routes import routes
from server.api.shapes import Shape
from server.api.submissions import ITEM, LIST
from server.db import utc_now
from server.exports.form_filter import form_filter
from server.exports.geojson import feature_collection, prepare_geojson, stream_geojson
from server.exports.records import Selection
from server.http.access import needs
from server.http.call import Call
from server.http.json import JSON, write_json
from server.http.waiting import between_pages
from server.permissions import require
from server.submissions import find

_READ = needs("submission.read")


class GeoQuery(Shape):
    filter = fields.String(data_key="$filter", load_default="")
    limit = fields.Integer(load_default=None, validate=validate.Range(min=0))
    fieldpath = fields.String(data_key="fieldpath", load_default=None)


@routes.route("GET", f"{LIST}.geojson", _READ, transaction="own", query=GeoQuery())
def list_features(call: Call) -> Response:
    """Get the places of a form's submissions: of the field `fieldpath`, else of the first one outside of repeats."""
    require(call.actor, "submission.list", *call.chain)
    with call.services.database.read() as session:
        export = prepare_geojson(
            session, call.form, _selection(session, call), field_path=call.query["fieldpath"], limit=call.query["limit"]
        )
    pieces = stream_geojson(call.services.database, export)
    return Response(watched(pieces, call.form.form_id, between_pages(call.request)), content_type=JSON)


@routes.route("GET", f"{ITEM}.geojson", _READ)
def get_feature(call: Call, instance_id: str) -> Response:
    """Get the place of a submission, as a collection with at most one feature."""
    submission = find.find_submission(call.session, call.form, instance_id)
    version = submission.current_version
    return write_json(feature_collection(call.session, call.form, version, submission.instance_id))


@routes.route("GET", f"{ITEM}/versions/<version_id>.geojson", _READ)
def get_version_feature(call: Call, instance_id: str, version_id: str) -> Response:
    """Get the place that one version of a submission gives."""
    submission = find.find_submission(call.session, call.form, instance_id)
    version = find.find_version(call.session, submission, version_id)
    return write_json(feature_collection(call.session, call.form, version, version.instance_id))


def _selection(session: Session, call: Call) -> Selection:
    wanted = form_filter(session, call.form, call.query["filter"], utc_now())
    if wanted is None:
        return Selection(call.form.id)
    return Selection(call.form.id, with_deleted=wanted.asks_for_deleted, condition=wanted.condition)
