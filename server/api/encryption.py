"""Project managed encryption: giving a project its key."""

from flask import Response
from marshmallow import fields

from server.api.project_shapes import ProjectShape
from server.api.routes import routes
from server.api.shapes import Shape
from server.encryption import new_key_pair
from server.errors import unexpected_value
from server.forms.encryption import enable_encryption, refuse_second_key
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_json


class NewKey(Shape):
    passphrase = fields.String(required=True)
    hint = fields.String(allow_none=True, load_default=None)


_PROJECT = ProjectShape()


@routes.route(
    "POST",
    "/v1/projects/<int:project_id>/key",
    needs("project.update"),
    transaction="own",
    body=NewKey(),
    answer=_PROJECT,
)
def enable(call: Call) -> Response:
    """Encrypt what phones send to this project from now on, with a key that only the passphrase opens.

    Nobody can read the answers when the passphrase is lost, and it cannot be undone.
    """
    passphrase = call.body["passphrase"]
    if not passphrase:
        raise unexpected_value("passphrase", "", "it must have at least one character")
    refuse_second_key(call.project)
    # Before the transaction, since it takes long.
    pair = new_key_pair(passphrase)
    with call.writing() as session:
        project = enable_encryption(session, call.actor, call.project.id, pair, call.body["hint"])
        return write_json(_PROJECT.dump(project))
