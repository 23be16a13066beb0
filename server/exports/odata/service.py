"""From a form and the options in an address to the feed that answers them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import Session

from server.errors import not_found, not_implemented
from server.exports.answer_names import answer_names
from server.exports.conditions import filter_of
from server.exports.filters import Filter, read_filter
from server.exports.odata.address import read_address
from server.exports.odata.entities import Layout
from server.exports.odata.entity_model import EntityTable, build_model
from server.exports.odata.feed import Feed
from server.exports.odata.order import read_order
from server.exports.odata.page_token import read_token
from server.exports.odata.pages import TableOrder
from server.exports.odata.row_filter import row_condition, split_filter
from server.exports.odata.search import search_condition
from server.exports.odata.selected import read_select
from server.exports.records import Selection
from server.forms.definitions import fields_of
from server.forms.find import draft_version, published_version
from server.forms.models import Form
from server.submissions.models import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """OData's parameters of these names, as they were sent."""

    filter: str = ""
    search: str = ""
    orderby: str = ""
    select: str = ""
    expand: str = ""
    skiptoken: str = ""
    top: int | None = None
    skip: int = 0
    count: bool = False
    wkt: bool = False


def service_model(session: Session, form: Form, *, is_draft: bool) -> EntityTable:
    """The tables of the form's newest version; raise 404.1 when there is none."""
    return build_model(fields_of(session, draft_version(form) if is_draft else published_version(form)))


def prepare_feed(
    session: Session, form: Form, path: str, options: Options, *, service: str, now: datetime, is_draft: bool
) -> Feed:
    """`service` is the address that ends with `.svc`, `path` what stands behind it.

    Raise 404.1 when the form has nothing there, 400.8 and 501.1 for options that cannot be met.
    """
    version = draft_version(form) if is_draft else published_version(form)
    fields = fields_of(session, version)
    address = read_address(path, build_model(fields))
    answers = answer_names(session, fields)
    of_submissions, of_rows = _filters(options.filter, address.table)
    wanted = None if of_submissions is None else filter_of(of_submissions, options.filter, now, answers)
    conditions = [] if wanted is None else [wanted.condition]
    if options.search.strip():
        conditions.append(search_condition(session, form.id, options.search))
    if address.instance_id is not None:
        conditions += [Submission.form_id == form.id, Submission.instance_id == address.instance_id]
    with_deleted = wanted is not None and wanted.asks_for_deleted
    selection = Selection(form.id, is_draft, with_deleted, and_(*conditions) if conditions else None)
    order = read_order(options.orderby, answers)
    feed = Feed(
        form_id=form.id,
        table=address.table,
        order=TableOrder(selection, address.table.path, order),
        layout=_layout(options, address.table),
        context=f"{service}/$metadata#{address.table.name}",
        skip=options.skip,
        top=options.top,
        end=read_token(options.skiptoken, address.table.name, order) if options.skiptoken else None,
        is_counted=options.count,
        row_id=address.row_id,
        parent_id=address.parent_id,
        condition=None if of_rows is None else row_condition(of_rows, options.filter, now, address.table),
    )
    if address.is_one and feed.order.count(session) == 0:
        raise not_found()
    return feed


def _filters(text: str, table: EntityTable) -> tuple[Filter | None, Filter | None]:
    """The condition on submissions, and that on the rows of a repeat."""
    if not text.strip():
        return None, None
    expression = read_filter(text)
    return (expression, None) if table.parent is None else split_filter(expression)


def _layout(options: Options, table: EntityTable) -> Layout:
    expand = options.expand.strip()
    if expand not in ("", "*"):
        raise not_implemented("$expand of single repeats (only * is)")
    if expand and options.select.strip():
        raise not_implemented("$select together with $expand")
    return Layout(read_select(options.select, table), with_rows=bool(expand), as_wkt=options.wkt)
