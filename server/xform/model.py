"""A form's logic, compiled: its tree of nodes, each with the rules that hold for it.

An expression that cannot be compiled does not stop the form: it is kept as a fault, its rule is skipped for
submissions, and `form_check` reports it. The model is immutable once built and shared by threads.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from server.xform.itext import Itext, Message
from server.xform.table_files import TableSource
from server.xform.tables import Table
from server.xpath.compile import Compiled
from server.xpath.datatypes import Reader
from server.xpath.errors import ExpressionError
from server.xpath.membership import Membership
from server.xpath.values import Kind

_META_TIMES: dict[tuple[str, ...], str] = {("meta", "timeStart"): "start", ("meta", "timeEnd"): "end"}
LAST_SAVED = "jr://instance/last-saved"


@dataclass(slots=True)
class Rule:
    """One expression of the form. `constant` is there for true() and false(), `fault` when it cannot be compiled.

    Nobody changes one; it is not frozen only because a form has hundreds, and that would take a third of making them.
    """

    kind: str
    expression: str
    compiled: Compiled | None = None
    constant: bool | None = None
    fault: ExpressionError | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a select offers: values written in the form, by label, and perhaps rows of a list.

    `label` is the column of the list that holds the label, or the id of the label when `label_is_text_id`.
    """

    static: Mapping[str, Message]
    rows: Membership | None = None
    label: str = ""
    label_is_text_id: bool = False
    expression: str = ""
    fault: ExpressionError | None = None
    repeated: tuple[str, ...] = ()
    is_open: bool = False  # the values cannot be known here, as with search()


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a range question offers."""

    start: float
    end: float
    step: float


@dataclass(frozen=True, slots=True)
class Control:
    """A question of the body."""

    kind: str
    choices: Choices | None = None
    range: Range | None = None


@dataclass(slots=True)
class FormNode:
    """A node of the primary instance, generic: one for all instances of a repeat.

    `names` is its generic path, the root included. `is_doubled` says that it is there twice, though it is no repeat,
    `is_instantiated` that it is there outside of templates. `is_multiple` says that the answer is a list of values with
    blanks between them, `is_repeatable` that its calculation gives the same value whenever and wherever it is made.
    `calculated_kind` is there when the phone keeps what it calculated as it is, since the type says no more than text.
    """

    names: tuple[str, ...]
    parent: "FormNode | None" = None
    children: dict[str, "FormNode"] = field(default_factory=dict)
    attributes: dict[str, "FormNode"] = field(default_factory=dict)
    datatype: str = ""
    default: str = ""
    is_repeat: bool = False
    is_doubled: bool = False
    is_instantiated: bool = False
    is_bound: bool = False
    is_multiple: bool = False
    is_repeatable: bool = False
    control: Control | None = None
    relevant: Rule | None = None
    required: Rule | None = None
    constraint: Rule | None = None
    calculate: Rule | None = None
    calculated_kind: Kind | None = None
    readonly: Rule | None = None
    count: Rule | None = None
    reader: Reader | None = None
    preload: str = ""
    preload_parameter: str = ""
    is_action_target: bool = False
    required_message: Message | None = None
    constraint_message: Message | None = None

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def records_time_of(self) -> str:
        """Either "start" or "end" if the phone itself writes here when filling in began or ended, else blank."""
        if self.preload == "timestamp" and self.preload_parameter in ("start", "end"):
            return self.preload_parameter
        return _META_TIMES.get(self.names[1:], "")

    @property
    def path(self) -> str:
        return "/" + "/".join(self.names)

    @property
    def repeat_around(self) -> "FormNode | None":
        """The innermost repeat that holds the node, itself included."""
        node: FormNode | None = self
        while node is not None and not node.is_repeat:
            node = node.parent
        return node

    def rules(self) -> Iterator[Rule]:
        rules = (self.relevant, self.required, self.constraint, self.calculate, self.readonly, self.count)
        return (rule for rule in rules if rule is not None)

    def walk(self) -> Iterator["FormNode"]:
        """The node and all below it, attributes included, in document order."""
        ahead: list[FormNode] = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead.extend(reversed((*node.attributes.values(), *node.children.values())))


@dataclass(frozen=True, slots=True)
class InstanceDeclaration:
    """A secondary instance of the form: a table in its XML, or an address."""

    name: str
    address: str = ""
    table: Table | None = None

    @property
    def file_name(self) -> str:
        return self.address.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FormModel:
    """A compiled form and the files that it came with."""

    form_id: str
    version: str
    root: FormNode
    nodes: Mapping[tuple[str, ...], FormNode]
    instances: Mapping[str, InstanceDeclaration]
    itext: Itext
    files: Mapping[str, TableSource]
    faults: Sequence["StructuralFault"]

    def node(self, names: tuple[str, ...]) -> FormNode | None:
        return self.nodes.get(names)


@dataclass(frozen=True, slots=True)
class StructuralFault:
    """Something in the form's XML that leads nowhere; `code` as in the findings of the form check."""

    code: str
    path: str
    rule: str
    detail: str
    expression: str = ""
