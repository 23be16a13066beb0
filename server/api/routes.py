"""The API's routes object, to which the modules of this package add their operations."""

from server.http.json import write_problem_json
from server.http.routes import Routes

routes = Routes("api", write_problem_json)
