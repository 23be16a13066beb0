"""All rows of a database, for comparing two of them."""

from typing import Any

from sqlalchemy import select

from server.backup.tables import all_tables
from server.http.call import Services


def all_rows(services: Services) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table, in the order of their keys."""
    with services.database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in all_tables()
        }
