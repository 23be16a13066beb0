"""The start page: what runs here and where to go next."""

from importlib.metadata import version

from flask import Response

from server.http.access import anyone
from server.http.call import Call
from server.http.routes import Routes
from server.web.page import write_page
from server.web.problem_page import write_problem

routes = Routes("web", write_problem)


@routes.route("GET", "/", anyone("it says only that Transect runs here"), transaction="own")
def show_start(call: Call) -> Response:
    """Say what runs here, to people who have only the address."""
    return write_page("start", api=call.base_url, version=version("transect"))
