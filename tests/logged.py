"""What the log has of an action."""

from typing import Any

from sqlalchemy import select

from server.audit import Audit
from server.http.call import Services


def rows_of(services: Services, action: str) -> list[Audit]:
    """The rows of one action, oldest first."""
    with services.database.read() as session:
        return list(session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.id)))


def details_of(services: Services, action: str) -> list[dict[str, Any]]:
    return [row.details for row in rows_of(services, action)]
