"""The choices of a question that stand in a file which was uploaded with the form, by value and label.

Files are read as the form engine reads them, and shared with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.db import Database
from server.forms.models import FormVersion
from server.storage import ObjectStore
from server.submissions.compiled_forms import compiled_form
from server.xform.errors import FormError
from server.xform.fields import Field
from server.xform.form_compiler import FormStructureError
from server.xform.model import Choices, FormModel
from server.xform.table_cache import shared_tables
from server.xform.table_files import TableError
from server.xform.tables import ITEM, ROOT, Table


@dataclass(frozen=True, slots=True)
class FileChoices:
    """A list in a file, with the names of the columns that hold its values and its labels."""

    table: Table
    value_column: str
    label_column: str

    def label(self, value: str) -> str:
        """'' where the list has no such value, or no label for it."""
        return self.table.cell(self.label_column, self.value_column, value)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """All values with their labels."""
        root = self.table.root
        for row in root.named(ITEM) if root is not None else ():
            cells = (*row.named(self.value_column)[:1], *row.named(self.label_column)[:1])
            if len(cells) == 2:
                yield str(cells[0].value()), str(cells[1].value())


def file_choices(database: Database, storage: ObjectStore, version: FormVersion, field: Field) -> FileChoices | None:
    """None where the question's choices are in no file, or in one that cannot be read: its values have no labels then.

    Whoever uploads such a file hears of it from the form check.
    """
    try:
        return _list_of(compiled_form(database, storage, version), field)
    except (FormStructureError, FormError, TableError):
        return None


def choices_of(model: FormModel, field: Field) -> Choices | None:
    """What the question offers; None where it is no select."""
    node = model.node((model.root.name, *field.path.split("/")[1:]))
    return node.control.choices if node is not None and node.control is not None else None


def _list_of(model: FormModel, field: Field) -> FileChoices | None:
    choices = choices_of(model, field)
    source = model.files.get(field.choice_list or "")
    if choices is None or choices.rows is None or choices.label_is_text_id or source is None:
        return None
    table = shared_tables.table(source)
    has_rows = table.columns_at((ROOT, ITEM)) is not None
    return FileChoices(table, choices.rows.column, choices.label) if has_rows else None
