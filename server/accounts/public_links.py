"""Public links: keys to one form for people who have no account."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from server import audit
from server.accounts.actor_properties import changed_properties
from server.accounts.assignments import assign
from server.accounts.models import ActorRow, PublicLink
from server.accounts.tokens import new_token
from server.accounts.users import new_actor
from server.errors import not_found
from server.permissions import ROLES_BY_SYSTEM, Actee, Actor


class LinkedForm(Actee, Protocol):
    """What a link needs to know of its form."""

    @property
    def id(self) -> int: ...

    @property
    def project_id(self) -> int: ...


_ROLE = ROLES_BY_SYSTEM["pub-link"]


def create_public_link(
    session: Session,
    actor: Actor,
    form: LinkedForm,
    display_name: str,
    *,
    is_once: bool = False,
    properties: Mapping[str, str | None] | None = None,
) -> PublicLink:
    """Create a link that may read this form and send to it; `is_once` is for the browser that shows it to keep."""
    values = changed_properties(session, form.project_id, {}, properties or {})
    row = new_actor(session, "public_link", display_name)
    link = PublicLink(
        actor=row,
        project_id=form.project_id,
        form_id=form.id,
        token=new_token(),
        is_once=is_once,
        created_by_id=actor.id,
        properties=values,
    )
    session.add(link)
    session.flush()
    audit.record(session, actor, "public_link.create", row, displayName=row.display_name, once=is_once)
    if values:
        audit.record(session, actor, "public_link.property.set", row, properties=values)
    assign(session, actor, _ROLE, row, form)
    return link


def list_public_links(session: Session, form_id: int) -> Sequence[PublicLink]:
    """The form's links with their makers: those with a key first, the newest first."""
    statement = _links_of(form_id).order_by(
        PublicLink.token.is_(None), ActorRow.created_at.desc(), PublicLink.actor_id.desc()
    )
    return session.scalars(statement).unique().all()


def find_public_link(session: Session, form_id: int, actor_id: int) -> PublicLink:
    """The form's link; raise 404.1 when it is deleted or another form's."""
    link = session.scalar(_links_of(form_id).where(PublicLink.actor_id == actor_id))
    if link is None:
        raise not_found()
    return link


def count_public_links(session: Session, form_ids: Iterable[int]) -> dict[int, int]:
    """Links that can be used, by the form's number; a form without any is left out."""
    statement = (
        select(PublicLink.form_id, func.count())
        .where(PublicLink.form_id.in_(list(form_ids)), PublicLink.token.is_not(None))
        .group_by(PublicLink.form_id)
    )
    return dict(session.execute(statement).all())


def _links_of(form_id: int) -> Select[PublicLink]:
    return (
        select(PublicLink)
        .join(PublicLink.actor)
        .options(joinedload(PublicLink.created_by))
        .where(PublicLink.form_id == form_id, ActorRow.deleted_at.is_(None))
    )
