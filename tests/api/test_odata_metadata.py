"""`$metadata` of the OData service: a schema that holds together, and that every value of the feed keeps to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.cast import Caller, Cast
from tests.exports.survey import FORM, filled, survey_form
from tests.factories import new_id, publish, send

TABLES = ["Submissions", "Submissions.home.room", "Submissions.home.room.window", "Submissions.member"]
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
PATTERNS: Mapping[str, str] = {
    "Edm.Date": r"\d{4}-\d\d-\d\d",
    "Edm.DateTimeOffset": r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)",
}
CLASSES: Mapping[str, tuple[type, ...]] = {"Edm.Int64": (int,), "Edm.Decimal": (int, float), "Edm.Boolean": (bool,)}
Types = dict[str, ET.Element]


def types_of(document: ET.Element) -> Types:
    """Every type that the schemas define, by its full name."""
    kinds = ("EntityType", "ComplexType", "EnumType")
    schemas = list(document.iter(f"{EDM}Schema"))
    return {
        f"{schema.get('Namespace')}.{item.get('Name')}": item
        for schema in schemas
        for item in schema
        if item.tag.removeprefix(EDM) in kinds
    }


def metadata(caller: Caller, form: str = FORM) -> ET.Element:
    return ET.fromstring(caller.get(f"{form}.svc/$metadata").text)


@pytest.fixture
def surveyed(cast: Cast) -> None:
    publish(cast.bob, survey_form())
    for seed in range(30):
        assert send(cast.chi, filled(seed, new_id())).status_code == 201


def test_schema_names_only_what_it_defines(cast: Cast, surveyed: None) -> None:
    document = metadata(cast.vy)
    types = types_of(document)
    members = [item for kind in types.values() for item in kind if item.get("Type")]
    named = {re.sub(r"^Collection\((.*)\)$", r"\1", str(item.get("Type"))) for item in members}
    sets = {str(item.get("Name")): str(item.get("EntityType")) for item in document.iter(f"{EDM}EntitySet")}
    bindings = list(document.iter(f"{EDM}NavigationPropertyBinding"))

    assert {name for name in named if not name.startswith("Edm.")} <= set(types)
    assert list(sets) == TABLES
    assert set(sets.values()) <= set(types)
    assert [binding.get("Target") for binding in bindings] == [TABLES[1], TABLES[3], TABLES[2]]


def test_every_type_has_each_name_once_and_every_entity_a_key(cast: Cast, surveyed: None) -> None:
    for kind in types_of(metadata(cast.vy)).values():
        names = [item.get("Name") for item in kind if item.get("Name")]
        assert len(names) == len(set(names)) > 0
        if kind.tag == f"{EDM}EntityType":
            (key,) = kind.iter(f"{EDM}PropertyRef")
            (own,) = [item for item in kind if item.get("Name") == key.get("Name")]
            assert own.get("Nullable") == "false"


def is_of(kind: str, value: Any) -> bool:
    if kind.startswith("Edm.Geography"):
        return bool(value["type"] == kind.removeprefix("Edm.Geography")) and isinstance(value["coordinates"], list)
    if kind in CLASSES:
        return type(value) in CLASSES[kind]
    return isinstance(value, str) and re.fullmatch(PATTERNS.get(kind, ".*"), value, re.DOTALL) is not None


def columns_of(types: Types, kind: str, within: str = "") -> dict[str, str]:
    """The type of each property by its path, through complex types."""
    columns: dict[str, str] = {}
    for item in types[kind].iter(f"{EDM}Property"):
        path, of = f"{within}{item.get('Name')}", str(item.get("Type"))
        is_complex = of in types and types[of].tag == f"{EDM}ComplexType"
        columns |= columns_of(types, of, f"{path}/") if is_complex else {path: of}
    return columns


def values_of(row: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict) and "coordinates" not in value:
            yield from values_of(value, f"{within}{name}/")
        elif "@" not in name:
            yield within + name, value


@pytest.mark.parametrize("table", TABLES)
def test_every_value_is_of_the_type_that_the_schema_gives(cast: Cast, surveyed: None, table: str) -> None:
    types = types_of(metadata(cast.vy))
    (kind,) = [name for name in types if name.endswith(f".{table}")]
    columns = columns_of(types, kind)
    values = [found for row in cast.vy.get(f"{FORM}.svc/{table}").json["value"] for found in values_of(row)]

    assert {path for path, _ in values} == set(columns)
    assert any(value is not None for path, value in values if not path.startswith("_"))
    assert [(path, value) for path, value in values if value is not None and not is_of(columns[path], value)] == []
