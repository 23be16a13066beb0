"""The description of this API for programs."""

from flask import Response

from server.api.routes import routes
from server.http.access import anyone
from server.http.call import Call
from server.http.json import write_json
from server.http.openapi import described_routes, openapi_document
from server.http.routes import declared_routes


@routes.route("GET", "/v1/openapi.json", anyone("it says nothing about this server's data"), transaction="own")
def show_document(call: Call) -> Response:  # noqa: ARG001 -- every view takes the call
    """Get this description of the API in OpenAPI 3.1."""
    return write_json(openapi_document(described_routes(declared_routes())))
