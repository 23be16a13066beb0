"""The start page: what runs here and where to go next; on a server that nobody can sign in to, how to begin."""

from importlib.metadata import version

from flask import Response

from server.accounts.first_admin import has_users
from server.http.access import anyone
from server.http.call import Call
from server.http.routes import Routes
from server.web.page import write_page
from server.web.problem_page import write_problem

routes = Routes("web", write_problem)
# The page that makes the first administrator.
FIRST_ADMIN = "/first-administrator"


@routes.route("GET", "/", anyone("it says only that Transect runs here"), transaction="own")
def show_start(call: Call) -> Response:
    """Say what runs here, to people who have only the address."""
    with call.services.database.read() as session:
        if not has_users(session):
            return Response(status=303, headers={"Location": FIRST_ADMIN})
    return write_page("start", api=call.base_url, version=version("transect"))
