"""Published definitions: the current one and those before it. Versions never change once they are published."""

from flask import Response

from server.api.form_documents import send_workbook, write_fields, write_form_xml
from server.api.form_shapes import (
    ExtendedVersionShape,
    FieldShape,
    FieldsQuery,
    FormShape,
    FormView,
    VersionWithNotesShape,
)
from server.api.routes import routes
from server.forms.find import find_version, published_version
from server.forms.listing import list_versions
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape

FORM = "/v1/projects/<int:project_id>/forms/<form_id>"
# A label may hold slashes, as dates do.
VERSION = f"{FORM}/versions/<path:version>"

_VERSION, _EXTENDED_VERSION, _VERSION_WITH_NOTES = FormShape(), ExtendedVersionShape(), VersionWithNotesShape()
_FIELDS, _FIELDS_QUERY = FieldShape(many=True), FieldsQuery()
_READ = needs("form.read")


def _shape(call: Call) -> FormShape:
    if not call.wants_extended:
        return _VERSION
    return _VERSION_WITH_NOTES if call.actor.can("form.update", *call.chain) else _EXTENDED_VERSION


@routes.route("GET", f"{FORM}.xml", _READ)
def get_xml(call: Call) -> Response:
    """Get the XForm that phones fill in."""
    return write_form_xml(call, published_version(call.form))


@routes.route("GET", f"{FORM}.xlsx", _READ)
def get_xlsx(call: Call) -> Response:
    """Get the .xlsx file that the form was made from."""
    return send_workbook(call, published_version(call.form), "xlsx")


@routes.route("GET", f"{FORM}.xls", _READ)
def get_xls(call: Call) -> Response:
    """Get the .xls file that the form was made from."""
    return send_workbook(call, published_version(call.form), "xls")


@routes.route("GET", f"{FORM}/fields", _READ, query=_FIELDS_QUERY, answer=_FIELDS)
def list_fields(call: Call) -> Response:
    """List the form's fields, depth first; with `odata=true` under the names that OData gives them."""
    return write_fields(call, published_version(call.form))


@routes.route("GET", f"{FORM}/versions", _READ, answer=_VERSION)
def list_all(call: Call) -> Response:
    """List what has been published, newest first."""
    views = [FormView(call.form, version) for version in list_versions(call.session, call.form)]
    return write_shape(_shape(call), views, many=True)


@routes.route("GET", VERSION, _READ, answer=_VERSION)
def get(call: Call, version: str) -> Response:
    """Get a published version's details; `___` stands for a blank label."""
    return write_shape(_shape(call), FormView(call.form, find_version(call.session, call.form, version)))


@routes.route("GET", f"{VERSION}.xml", _READ)
def get_version_xml(call: Call, version: str) -> Response:
    """Get the XForm of a version."""
    return write_form_xml(call, find_version(call.session, call.form, version))


@routes.route("GET", f"{VERSION}.xlsx", _READ)
def get_version_xlsx(call: Call, version: str) -> Response:
    """Get the .xlsx file that a version was made from."""
    return send_workbook(call, find_version(call.session, call.form, version), "xlsx")


@routes.route("GET", f"{VERSION}.xls", _READ)
def get_version_xls(call: Call, version: str) -> Response:
    """Get the .xls file that a version was made from."""
    return send_workbook(call, find_version(call.session, call.form, version), "xls")


@routes.route("GET", f"{VERSION}/fields", _READ, query=_FIELDS_QUERY, answer=_FIELDS)
def list_version_fields(call: Call, version: str) -> Response:
    """List the fields of a version."""
    return write_fields(call, find_version(call.session, call.form, version))
