"""In whose words an export speaks: the names of the form, its labels, or both."""

from dataclasses import dataclass, replace
from typing import Self

from server.exports.choice import Labels
from server.exports.plan import ChoiceLabels, ExportPlan
from server.exports.tables import Column


@dataclass(frozen=True, slots=True)
class Wording:
    """`choice_labels` are texts in the chosen language."""

    labels: Labels
    language: str | None
    has_group_paths: bool
    choice_labels: ChoiceLabels

    @classmethod
    def of(cls, export: ExportPlan) -> Self:
        choice = export.choice
        return cls(choice.labels, choice.language, choice.group_paths, export.choice_labels)

    def by_names(self) -> Self:
        """The same, in the form's names."""
        return replace(self, labels="names")

    def has_labels(self, path: str) -> bool:
        """Whether the choices of the question at `path` are shown otherwise than by their names."""
        return self.labels != "names" and path in self.choice_labels

    def column(self, column: Column) -> str:
        name = "-".join(column.steps) if self.has_group_paths else column.field.name
        return self._shown(name, column.field.label(self.language))

    def option(self, path: str, value: str) -> str:
        """A choice of the question at `path`; what the form does not know is shown as it is."""
        return self._shown(value, self.choice_labels.get(path, {}).get(value, value))

    def _shown(self, name: str, label: str) -> str:
        if self.labels == "names" or label == name:
            return name
        return label if self.labels == "labels" else f"{label} ({name})"
