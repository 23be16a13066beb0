"""What a page says when something cannot be done: to people a page in their language, to scripts the API's JSON."""

from urllib.parse import urlencode

from flask import Response, render_template, request

from server.errors import Problem
from server.http.json import write_problem_json
from server.web.frame import language_of, page_response, words_for

_WORDS = {
    401: ("You are signed in no longer", "Sign in in another tab, come back here, load the page and send it again."),
    403: ("You may not do this", "Ask an administrator for a role with this right, or sign in as somebody else."),
    404: ("Not here", "The address is wrong, or what was here has been deleted. Begin at the list of projects."),
}
_OTHER = ("That did not work", "Try again. If it happens again, send the words below to your administrator.")


def write_problem(problem: Problem) -> Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return write_problem_json(problem)
    if problem.status == 401 and request.method == "GET":
        query = urlencode({"next": request.full_path.removesuffix("?")})
        return Response(status=303, headers={"Location": f"/sign-in?{query}"})
    words = words_for(language_of(request))
    heading, advice = _WORDS.get(problem.status, _OTHER)
    detail = None if problem.status in _WORDS else problem.message
    content = render_template(
        "problem.html", heading=words.say(heading), advice=words.say(advice), detail=detail, **words.context()
    )
    return page_response(content, status=problem.status)
