"""HEAD and POST submission, as ODK Collect asks for them: multipart in, a message out."""

from collections.abc import Callable

from flask import Response
from sqlalchemy.orm import Session

from server.http.access import needs, signed_in
from server.http.call import Call
from server.openrosa.multipart import received_parts
from server.openrosa.protocol import ACCEPTED, routes, write_message, write_xml
from server.submissions.arrival import Sender, read_arrival
from server.submissions.destination import Destination, draft_destination, find_destination
from server.submissions.intake import receive
from server.xform.instance import InstanceHead

_BY_XML = signed_in("the form is known only from the XML: intake asks for submission.create on that form")
_TEST = needs("draft.test", "submission.create")


def _announce(call: Call) -> Response:
    """Say how large one POST may be; Collect splits its files accordingly."""
    response = write_xml(b"", 204)
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(call.services.settings.max_upload)
    return response


@routes.route("HEAD", "/v1/projects/<int:project_id>/submission", _BY_XML)
def announce_limit(call: Call) -> Response:
    """Ask how large a submission may be."""
    return _announce(call)


@routes.route("HEAD", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submission", _TEST)
def announce_draft_limit(call: Call) -> Response:
    """Ask how large a submission to a draft may be."""
    return _announce(call)


@routes.route("POST", "/v1/projects/<int:project_id>/submission", _BY_XML, transaction="own")
def post_submission(call: Call) -> Response:
    """Send a submission with its files, in one POST or in several with the same XML."""
    return _receive(call, lambda session, head: find_destination(session, call.actor, call.project, head))


@routes.route("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submission", _TEST, transaction="own")
def post_draft_submission(call: Call) -> Response:
    """Send a submission to a draft under test; it is kept apart from real ones."""
    return _receive(call, lambda session, head: draft_destination(session, call.form, head))


def _receive(call: Call, find: Callable[[Session, InstanceHead], Destination]) -> Response:
    services = call.services
    with received_parts(call.request, services.storage, services.settings.max_upload) as parts:
        arrival = read_arrival(parts, sender_of(call))
        with services.database.read() as session:
            destination = find(session, arrival.head)
        wait = services.settings.check_wait_seconds
        receive(services.database, services.storage, call.actor, destination, arrival, wait=wait)
    return write_message(ACCEPTED, status=201)


def sender_of(call: Call) -> Sender:
    return Sender(device_id=call.request.args.get("deviceID"), user_agent=call.request.headers.get("User-Agent"))
