"""The start page: what runs here and where to go next."""

from flask import Response

from server.http.access import anyone
from server.http.call import Call
from server.http.json import write_problem_json
from server.http.routes import Routes

routes = Routes("web", write_problem_json)


@routes.route("GET", "/", anyone("it says only that Transect runs here"), transaction="own")
def show_start(call: Call) -> Response:
    return Response("Transect", content_type="text/plain")
