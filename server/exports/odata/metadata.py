"""The documents that describe a service: its index, and its schema as CSDL 4.0.

Names of tables and of joining ids have dots and dashes, which CSDL does not foresee and ODK Central's clients expect.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from server.exports.filters import CONTAINS, NOW, PARTS, STARTS_WITH
from server.exports.odata.entity_model import ID, SYSTEM, EntityTable, Property, repeats_in
from server.exports.odata.system_values import SYSTEM_TYPES
from server.exports.odata.values import edm_type
from server.forms.odata_names import odata_name

_SUBMISSION: Final = "org.opendatakit.submission"
_CAPABILITIES: Final = "Org.OData.Capabilities.V1"
_OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not")
_STATUSES = ("notDecrypted", "missingEncryptedFormData")
_REVIEW_STATES = ("hasIssues", "edited", "rejected", "approved")


def service_document(root: EntityTable, address: str) -> dict[str, Any]:
    """`address` is that of the service: it ends with `.svc`."""
    tables = [{"name": table.name, "kind": "EntitySet", "url": table.name} for table in root.tables()]
    return {"@odata.context": f"{address}/$metadata", "value": tables}


def metadata_document(root: EntityTable, form_id: str) -> bytes:
    return "\n".join(_document(root, odata_name(form_id) or "_")).encode()


def _document(root: EntityTable, form_name: str) -> Iterator[str]:
    namespace = f"org.opendatakit.user.{form_name}"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
    yield "<edmx:DataServices>"
    yield from _system_schema()
    yield f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="{namespace}">'
    for table in root.tables():
        yield from _entity_type(table, namespace)
    yield f'<EntityContainer Name="{form_name}">'
    for table in root.tables():
        yield from _entity_set(table, namespace)
    yield "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"


def _system_schema() -> Iterator[str]:
    yield f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="{_SUBMISSION}">'
    yield '<ComplexType Name="metadata">'
    for name, kind in SYSTEM_TYPES.items():
        yield f'<Property Name="{name}" Type="{kind}"/>'
    yield "</ComplexType>"
    yield _enumeration("Status", _STATUSES)
    yield _enumeration("ReviewState", _REVIEW_STATES)
    yield "</Schema>"


def _enumeration(name: str, members: Iterable[str]) -> str:
    """With numbers, which some clients ask for; values are written by name."""
    listed = "".join(f'<Member Name="{member}" Value="{number}"/>' for number, member in enumerate(members))
    return f'<EnumType Name="{name}">{listed}</EnumType>'


def _entity_type(table: EntityTable, namespace: str) -> Iterator[str]:
    yield f'<EntityType Name="{table.name}"><Key><PropertyRef Name="{ID}"/></Key>'
    yield f'<Property Name="{ID}" Type="Edm.String" Nullable="false"/>'
    if table.parent is None:
        yield f'<Property Name="{SYSTEM}" Type="{_SUBMISSION}.metadata"/>'
    else:
        yield f'<Property Name="{table.parent.key_name}" Type="Edm.String"/>'
    yield from _properties(table.properties, table.steps, namespace)
    yield "</EntityType>"
    yield from _complex_types(table.properties, table.steps, namespace)


def _properties(properties: Iterable[Property], steps: tuple[str, ...], namespace: str) -> Iterator[str]:
    for item in properties:
        if item.table is not None:
            kind = f"Collection({namespace}.{item.table.name})"
            yield f'<NavigationProperty Name="{item.name}" Type="{kind}"/>'
        elif item.field.has_children:
            yield f'<Property Name="{item.name}" Type="{namespace}.{".".join((*steps, item.name))}"/>'
        else:
            scale = ' Scale="variable"' if item.field.type == "decimal" else ""
            yield f'<Property Name="{item.name}" Type="{edm_type(item.field)}"{scale}/>'


def _complex_types(properties: Iterable[Property], steps: tuple[str, ...], namespace: str) -> Iterator[str]:
    for item in properties:
        if item.table is None and item.field.has_children:
            inside = (*steps, item.name)
            yield f'<ComplexType Name="{".".join(inside)}">'
            yield from _properties(item.properties, inside, namespace)
            yield "</ComplexType>"
            yield from _complex_types(item.properties, inside, namespace)


def _entity_set(table: EntityTable, namespace: str) -> Iterator[str]:
    yield f'<EntitySet Name="{table.name}" EntityType="{namespace}.{table.name}">'
    for repeat in repeats_in(table.properties):
        if repeat.table is not None:
            path = "/".join(repeat.table.steps[len(table.steps) :])
            yield f'<NavigationPropertyBinding Path="{path}" Target="{repeat.table.name}"/>'
    yield from _capabilities()
    yield "</EntitySet>"


def _capabilities() -> Iterator[str]:
    level = f"{_CAPABILITIES}.ConformanceLevelType/Minimal"
    yield f'<Annotation Term="{_CAPABILITIES}.ConformanceLevel" EnumMember="{level}"/>'
    yield f'<Annotation Term="{_CAPABILITIES}.BatchSupported" Bool="false"/>'
    yield _restrictions("CountRestrictions", Countable="true")
    functions = "".join(f"<String>{name}</String>" for name in (*_OPERATORS, NOW, *PARTS, CONTAINS, STARTS_WITH))
    yield f'<Annotation Term="{_CAPABILITIES}.FilterFunctions"><Collection>{functions}</Collection></Annotation>'
    yield _restrictions("FilterRestrictions", Filterable="true", RequiresFilter="false")
    yield _restrictions("SortRestrictions", Sortable="true")
    yield _restrictions("ExpandRestrictions", Expandable="true")


def _restrictions(term: str, **values: str) -> str:
    record = "".join(f'<PropertyValue Property="{name}" Bool="{value}"/>' for name, value in values.items())
    return f'<Annotation Term="{_CAPABILITIES}.{term}"><Record>{record}</Record></Annotation>'
