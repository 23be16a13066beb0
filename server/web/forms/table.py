"""The submissions of a form as a table. All that was chosen is in its address, so that a view is kept as a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Response
from werkzeug.datastructures import MultiDict

from server.desk.lines import count_lines
from server.desk.table import list_rows, offered_sorts
from server.http.access import needs
from server.http.call import Call
from server.permissions import require
from server.web.forms.cells import cell_text
from server.web.frame import language_of
from server.web.pages import routes
from server.web.review.address import Address, read_address, read_key
from server.web.review.desk import open_desk
from server.web.shell import FORM, show
from server.web.view_links import view_links
from server.xform.fields import Field, questions_outside_repeats

_ROWS: Final = 50
# What a table shows before anybody has chosen: the first questions that people were asked.
_FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class TableView:
    """What the address says: the filter, the columns and the language of labels."""

    filter: Address
    columns: list[str]
    language: str

    def query(self, **changes: str | int) -> str:
        """The address of this view, with some parts put in."""
        parts: list[tuple[str, str | int]] = [*(self.filter.given | changes).items()]
        parts += [("columns", path) for path in self.columns]
        parts += [("language", self.language)] if self.language else []
        return "?" + urlencode(parts)

    @property
    def order(self) -> str:
        return self.filter.given.get("order", "")

    def turned(self, name: str) -> str:
        """The address of the same rows sorted by this, rising; falling when they rise already."""
        return self.query(order=f"-{name}" if self.order == name else name)

    def aria_sort(self, name: str) -> str:
        """What a header says of the order; blank for a column that the rows are not sorted by."""
        return {name: "ascending", f"-{name}": "descending"}.get(self.order, "")


@routes.route("GET", f"{FORM}/table", needs("submission.read"))
def show_table(call: Call) -> Response:
    """Show a page of the table."""
    require(call.actor, "submission.list", *call.chain)
    args = call.request.args
    view = read_table_view(args)
    desk = open_desk(call, view.filter, view.language or language_of(call.request))
    offered = questions_outside_repeats(desk.labels.fields)
    questions = _chosen(offered, view.columns)
    counts = count_lines(desk)
    sorts = offered_sorts(desk, counts.total)
    return show(
        call,
        "forms/table.html",
        tab="table",
        view=view,
        given=view.filter.given,
        counts=counts,
        sorts=sorts,
        languages=desk.labels.definition.languages,
        language_name=desk.labels.language,
        offered=offered,
        questions=questions,
        label=desk.labels.question,
        table=list_rows(
            desk, questions, sort=view.order, offered=sorts, after=read_key(args.get("after")), limit=_ROWS
        ),
        saved=view_links(call, "table", view.query()),
        is_later="after" in args,
        cell_text=cell_text,
    )


def read_table_view(args: MultiDict[str, str]) -> TableView:
    """Whatever its state when the address names none: a table is no list of work."""
    filter_ = read_address(MultiDict({"state": "all"} | args.to_dict()))
    return TableView(filter_, args.getlist("columns"), args.get("language", ""))


def _chosen(offered: Sequence[Field], paths: Sequence[str]) -> list[Field]:
    chosen = [field for field in offered if field.path in set(paths)]
    return (
        chosen or [field for field in offered if field.labels and not field.is_binary][:_FIRST] or [*offered[:_FIRST]]
    )
