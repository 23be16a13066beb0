"""The exports of a form that have been asked for, made or not."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from server.db import utc_now
from server.exports.models import Export
from server.forms.models import Form


def list_exports(session: Session, form: Form, limit: int) -> Sequence[Export]:
    """Those whose time is not over, the newest first, with their jobs and files at hand."""
    statement = (
        select(Export)
        .where(Export.form_id == form.id, Export.expires_at > utc_now())
        .options(joinedload(Export.job), joinedload(Export.blob))
        .order_by(Export.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).all()
