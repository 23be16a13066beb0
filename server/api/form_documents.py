"""The documents of a form version: its XForm, the workbook it was made from, its fields."""

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.api.form_shapes import shown_field
from server.blobs import Blob
from server.errors import not_found
from server.forms.convert import CONTENT_TYPES, Kind
from server.forms.definitions import fields_of
from server.forms.models import FormVersion
from server.http.call import Call
from server.http.files import send_blob
from server.http.json import write_json


def write_form_xml(call: Call, version: FormVersion) -> Response:
    """Exactly the bytes that the hash is of; 304 when the client has them."""
    response = Response(content_type="application/xml")
    response.set_etag(version.md5)
    if call.request.if_none_match.contains_weak(version.md5):
        response.status_code = 304
        return response
    response.set_data(form_xml(call.session, version))
    return response


def form_xml(session: Session, version: FormVersion) -> bytes:
    return session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()


def send_workbook(call: Call, version: FormVersion, kind: Kind) -> Response:
    """The workbook as it was uploaded; 404.1 when the version came as XML, or as the other kind of workbook."""
    blob = call.session.get(Blob, version.xlsform_sha256) if version.xlsform_sha256 else None
    if blob is None or version.xlsform_type != CONTENT_TYPES[kind]:
        raise not_found()
    name = f"{call.form.form_id}.{kind}"
    return send_blob(call.request, call.services.storage, blob, name=name, content_type=CONTENT_TYPES[kind])


def write_fields(call: Call, version: FormVersion) -> Response:
    as_odata = call.query["odata"]
    return write_json([shown_field(field, as_odata=as_odata) for field in fields_of(call.session, version)])
