"""Backups over the API."""

from flask import Response
from marshmallow import fields

from server import audit
from server.api.routes import routes
from server.api.shapes import Shape
from server.backup.make import Contents, make_backup
from server.db import utc_now
from server.http.access import needs
from server.http.call import Call
from server.http.files import disposition


class BackupOrder(Shape):
    passphrase = fields.String(load_default="")


@routes.route("POST", "/v1/backup", needs("backup.run"), transaction="own", body=BackupOrder())
def download_backup(call: Call) -> Response:
    """Download a backup of the database, as it is now, encrypted with the passphrase or with an empty one.

    The zip holds every row and the list of objects, not the objects: copy those beside it. `transect restore` reads it.
    """
    with call.writing() as session:
        audit.record(session, call.actor, "backup")
    services = call.services
    pieces = make_backup(services.database, services.storage, passphrase=call.body["passphrase"], contents=Contents())
    response = Response(pieces, content_type="application/zip")
    response.headers["Content-Disposition"] = disposition(f"transect-backup-{utc_now():%Y%m%dT%H%M%SZ}.zip")
    return response
