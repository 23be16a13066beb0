"""The saved views of a page, as it lists them."""

from dataclasses import dataclass

from server.desk.saved_views import LONGEST_NAME, Views
from server.http.call import Call


@dataclass(frozen=True, slots=True)
class ViewLink:
    """`sharer` is who shares it with everybody; None for a view of one's own that nobody else sees."""

    name: str
    query: str
    sharer: str | None


@dataclass(frozen=True, slots=True)
class ViewLinks:
    """`query` is what the page shows now, which can be saved under a name."""

    page: str
    query: str
    links: list[ViewLink]
    may_share: bool
    longest: int = LONGEST_NAME


def views_of(call: Call) -> Views:
    return Views(call.session, call.actor, call.project, call.form)


def view_links(call: Call, page: str, query: str) -> ViewLinks:
    views = views_of(call)
    links = [
        ViewLink(view.name, view.query, view.actor.display_name if view.is_shared else None)
        for view in views.of_page(page)
    ]
    return ViewLinks(page, query, links, views.may_share)
