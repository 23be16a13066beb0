"""The rows of a question's list of choices, in a file or in the form's XML, by what stands in their other columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from server.db import Database
from server.forms.models import FormVersion
from server.storage import ObjectStore
from server.submissions.compiled_forms import compiled_form
from server.submissions.file_choices import choices_of
from server.xform.errors import FormError
from server.xform.fields import Field
from server.xform.form_compiler import FormStructureError
from server.xform.model import FormModel
from server.xform.table_cache import shared_tables
from server.xform.table_files import TableError
from server.xform.tables import ITEM, ROOT, Table

_ROWS: Final = (ROOT, ITEM)


@dataclass(frozen=True, slots=True)
class ChoiceRows:
    """A list with the names of the columns that hold its values and its labels."""

    table: Table
    value_column: str
    label_column: str

    def naming(self, text: str) -> Iterator[str]:
        """The values of the rows that have this text in another column."""
        columns = (self.table.columns_at(_ROWS) or frozenset()) - {self.value_column, self.label_column}
        for column in columns:
            for row in self.table.find(_ROWS, column, text) or ():
                yield from (str(cell.value()) for cell in row.named(self.value_column)[:1])


def choice_rows(database: Database, storage: ObjectStore, version: FormVersion, field: Field) -> ChoiceRows | None:
    """None where the question's choices are in no list, or in a file that cannot be read."""
    try:
        model = compiled_form(database, storage, version)
        choices, table = choices_of(model, field), _table(model, field.choice_list or "")
    except (FormStructureError, FormError, TableError):
        return None
    if choices is None or choices.rows is None or table is None:
        return None
    return ChoiceRows(table, choices.rows.column, choices.label)


def _table(model: FormModel, name: str) -> Table | None:
    """The list with the name of a file or of an instance in the form's XML."""
    source, instance = model.files.get(name), model.instances.get(name)
    if source is not None:
        return shared_tables.table(source)
    return None if instance is None else instance.table
