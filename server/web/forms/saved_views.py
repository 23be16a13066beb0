"""Saving what a page of submissions shows under a name, and putting those names in order."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from flask import Response
from werkzeug.datastructures import MultiDict

from server.desk.saved_views import LONGEST_NAME
from server.errors import Problem, unexpected_value
from server.http.access import needs
from server.http.call import Call
from server.web.fault_words import fault_words
from server.web.forms.table import read_table_view
from server.web.pages import routes
from server.web.review.address import read_address
from server.web.shell import FORM, FORM_LIMIT, field, see, show
from server.web.tabs import form_base
from server.web.view_links import views_of

_VIEWS: Final = f"{FORM}/views"
_VIEW: Final = f"{_VIEWS}/<int:view_id>"
_LOOK: Final = needs("submission.list")
_LONGEST: Final = 10_000
# By the name of the page: what its own reader of addresses makes of a query, written anew.
_PAGES: Final[Mapping[str, Callable[[MultiDict[str, str]], str]]] = {
    "review": lambda args: read_address(args).query(),
    "table": lambda args: read_table_view(args).query(),
}


@routes.route("GET", _VIEWS, _LOOK)
def show_views(call: Call) -> Response:
    """List the views that the caller may open, to be renamed, shared and deleted."""
    return _page(call)


@routes.route("POST", _VIEWS, _LOOK, form_limit=FORM_LIMIT)
def save_view(call: Call) -> Response:
    """Keep `query` of `page` under `name`, and lead back to what it shows."""
    page = field(call, "page")
    if page not in _PAGES:
        raise unexpected_value("page", page, f"known are {', '.join(_PAGES)}")
    query = _PAGES[page](MultiDict(parse_qsl(field(call, "query", _LONGEST).removeprefix("?"))))
    try:
        views_of(call).save(page, field(call, "name"), query, is_shared=bool(field(call, "share")))
    except Problem as problem:
        return _refused(call, problem)
    return see(f"{form_base(call.form)}/{page}{query}")


@routes.route("POST", _VIEW, _LOOK, form_limit=FORM_LIMIT)
def change_view(call: Call, view_id: int) -> Response:
    """Rename a view; with `share` everybody sees it."""
    try:
        views_of(call).change(view_id, field(call, "name"), is_shared=bool(field(call, "share")))
    except Problem as problem:
        return _refused(call, problem)
    return see(f"{form_base(call.form)}/views")


@routes.route("POST", f"{_VIEW}/delete", _LOOK, form_limit=FORM_LIMIT)
def delete_view(call: Call, view_id: int) -> Response:
    """Delete a view; what it showed stays as it is."""
    views_of(call).delete(view_id)
    return see(f"{form_base(call.form)}/views")


def _refused(call: Call, problem: Problem) -> Response:
    if problem.status != 400:
        raise problem
    return _page(call, fault=fault_words(problem))


def _page(call: Call, *, fault: str = "") -> Response:
    views = views_of(call)
    return show(
        call,
        "forms/saved_views.html",
        status=400 if fault else 200,
        pages=[(page, views.of_page(page)) for page in _PAGES],
        views=views,
        longest=LONGEST_NAME,
        fault=fault,
    )
