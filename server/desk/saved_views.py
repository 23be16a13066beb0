"""Names that people give to what they look at again and again: their own, and those that are shared with everybody.

A view is the query of a page's address and nothing else; what it means, the page decides whenever it is opened.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from server.errors import not_found, unexpected_value
from server.forms.hold import hold_form
from server.forms.models import Form, Project
from server.permissions import Actor, require
from server.submissions.models import SavedView

MOST_OWN: Final = 30
MOST_SHARED: Final = 60
LONGEST_NAME: Final = 80
# Servers take lines of 4,094 bytes, and the path needs some of them.
LONGEST_QUERY: Final = 3000
_SHARE: Final = "form.update"


@dataclass(frozen=True, slots=True)
class Views:
    """A form's views as one user may see and change them: one's own, and for who may share them, those shared."""

    session: Session
    actor: Actor
    project: Project
    form: Form

    @property
    def may_share(self) -> bool:
        return self.actor.can(_SHARE, self.project, self.form)

    def may_change(self, view: SavedView) -> bool:
        return view.actor_id == self.actor.id or (view.is_shared and self.may_share)

    def of_page(self, page: str) -> list[SavedView]:
        """By name."""
        statement = select(SavedView).where(
            SavedView.form_id == self.form.id,
            SavedView.page == page,
            or_(SavedView.actor_id == self.actor.id, SavedView.is_shared),
        )
        found = self.session.scalars(statement.options(joinedload(SavedView.actor)))
        # Sorted here, since the databases do not agree on how letters follow each other.
        return sorted(found, key=lambda view: (view.name.casefold(), view.id))

    def save(self, page: str, name: str, query: str, *, is_shared: bool) -> SavedView:
        """Keep a view, in place of the caller's own that had this name on this page.

        Raise 400.8 for a name or query that is too long and for too many views, 403.1 for who may not share.
        """
        assert self.actor.id is not None, "who may look at submissions is a user"
        name = _checked(name)
        if len(query) > LONGEST_QUERY:
            raise unexpected_value("query", "(long)", f"it may have {LONGEST_QUERY} characters; choose fewer columns")
        hold_form(self.session, self.form)
        view = self._named(self.actor.id, page, name)
        if view is None:
            self._check_room(SavedView.actor_id == self.actor.id, MOST_OWN)
        self._check_share(view, is_shared=is_shared)
        if view is None:
            view = SavedView(form_id=self.form.id, page=page, actor_id=self.actor.id, name=name)
            self.session.add(view)
        view.query, view.is_shared = query, is_shared
        self.session.flush()
        return view

    def change(self, number: int, name: str, *, is_shared: bool) -> None:
        """Rename a view, and share it or no longer; raise 400.8 for a name that its owner has given to another."""
        name = _checked(name)
        hold_form(self.session, self.form)
        view = self._find(number)
        other = self._named(view.actor_id, view.page, name)
        if other is not None and other is not view:
            raise unexpected_value("viewName", name, "another view has this name")
        self._check_share(view, is_shared=is_shared)
        view.name, view.is_shared = name, is_shared

    def delete(self, number: int) -> None:
        self.session.delete(self._find(number))

    def _find(self, number: int) -> SavedView:
        """Raise 404.1 for one that the caller may not change."""
        view = self.session.get(SavedView, number)
        if view is None or view.form_id != self.form.id or not self.may_change(view):
            raise not_found()
        return view

    def _named(self, actor_id: int, page: str, name: str) -> SavedView | None:
        statement = select(SavedView).where(
            SavedView.form_id == self.form.id,
            SavedView.actor_id == actor_id,
            SavedView.page == page,
            SavedView.name == name,
        )
        return self.session.scalars(statement).one_or_none()

    def _check_share(self, view: SavedView | None, *, is_shared: bool) -> None:
        if is_shared and (view is None or not view.is_shared):
            require(self.actor, _SHARE, self.project, self.form)
            self._check_room(SavedView.is_shared.is_(True), MOST_SHARED)

    def _check_room(self, condition: ColumnElement[bool], most: int) -> None:
        statement = select(func.count()).select_from(SavedView).where(SavedView.form_id == self.form.id, condition)
        if (self.session.scalar(statement) or 0) >= most:
            raise unexpected_value("views", most, f"a form has {most} of these at most; delete one first")


def _checked(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME:
        raise unexpected_value("viewName", name, f"it must have 1 to {LONGEST_NAME} characters")
    return plain
