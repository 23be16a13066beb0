"""What a page says when something cannot be done: to people a page in their language, to scripts the API's JSON."""

from urllib.parse import urlencode

from flask import Response, render_template, request

from server.errors import Problem, second_factor_required
from server.http.json import write_problem_json
from server.web.frame import page_response
from server.web.problem_words import words_of
from server.web.words import gettext

SECOND_FACTOR_PATH = "/account/second-factor"
# Whoever meets these needs no details: the heading says it all.
_PLAIN = frozenset({401, 403, 404, 405})


def write_problem(problem: Problem) -> Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return write_problem_json(problem)
    if problem.status == 401 and request.method == "GET":
        query = urlencode({"next": request.full_path.removesuffix("?")})
        return Response(status=303, headers={"Location": f"/sign-in?{query}"})
    if problem.code == second_factor_required().code and request.method == "GET":
        return Response(status=303, headers={"Location": SECOND_FACTOR_PATH})
    heading, advice = words_of(problem.status)
    content = render_template(
        "problem.html",
        heading=gettext(heading),
        advice=gettext(advice),
        problem=None if problem.status in _PLAIN else problem,
    )
    return page_response(content, status=problem.status)
