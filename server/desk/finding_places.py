"""Where in the form a finding is, in the words of its reader: the question, and which filling of a repeat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.desk.answers import Answer, Section, path_in_form
from server.submissions.models import Finding


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """`label` of the question or group; `within` is the label of the filling around it, '' outside of repeats.

    `answer` is None when the finding is about a group.
    """

    label: str
    within: str
    answer: Answer | None

    @property
    def title(self) -> str:
        return f"{self.within} › {self.label}" if self.within else self.label


def find_places(answers: Section | None, findings: Sequence[Finding]) -> dict[int, FindingPlace]:
    """By the number of the finding; without those about what the form does not have."""
    places = {} if answers is None else dict(_places(answers, ""))
    paths = {finding.id: path_in_form(finding) for finding in findings}
    return {number: places[path] for number, path in paths.items() if path in places}


def _places(section: Section, within: str) -> Iterator[tuple[str, FindingPlace]]:
    for item in section.items:
        if isinstance(item, Section):
            yield item.path, FindingPlace(item.label, within, None)
            yield from _places(item, item.label if item.is_filling else within)
        else:
            yield item.path, FindingPlace(item.label, within, item)
