"""A household survey of 70 questions with a repeat of four members, and as many filled ones as a benchmark wants."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

FORM_ID = "big_household"
VERSION = "2026010101"
MEMBERS = 4

# One line for each group: its name (none for the top, `*` marks the repeat), then its questions by type.
_SURVEY = """
:dateTime start end;date today;string deviceid
location:select region district;string village;geopoint gps;int hh_number;date visit_date;string interviewer;\
select consent language;binary dwelling_photo;string landmark
housing:select roof wall floor;int rooms;select tenure water;int water_minutes;select toilet electricity fuel;\
multiple assets;select internet;int phone_count;decimal land_area;select garden;multiple crops livestock;\
int n_cattle n_goats n_chickens livestock_total
*members:string member_name;select sex;int age;select relation;date birth_date;\
select marital education in_school occupation literate;multiple disability;select insured;int adult
economy:select income_main;decimal income_month spend_food spend_other;select savings;decimal debt;multiple shocks;\
int meals days_hungry bednets;select malaria;decimal clinic_km;select clinic_transport;int clinic_minutes;\
select vaccinated;string comments;int n_members;decimal spend_total
"""
_WORDS = (
    "gần", "chợ", "trường", "sông", "cũ", "nhà", "ruộng", "đường", "suối", "near", "the", "market", "school", "river",
    "old", "church", "road", "well", "tree", "north", "big", "house", "field", "repaired", "roof", "visited", "family",
)  # fmt: skip
_CHOICES = ("yes", "no", "rice", "maize", "borehole", "charcoal", "thatch", "tertiary", "other", "bicycle")

Group = tuple[str, bool, list[tuple[str, str]]]


def _groups() -> list[Group]:
    groups: list[Group] = []
    for line in _SURVEY.strip().splitlines():
        name, _, kinds = line.partition(":")
        questions = [(kind.split()[0], question) for kind in kinds.split(";") for question in kind.split()[1:]]
        groups.append((name.strip("*"), name.startswith("*"), questions))
    return groups


GROUPS = _groups()


def form_xml() -> bytes:
    instance, binds, body = [], [], []
    for name, repeats, questions in GROUPS:
        path = f"/data/{name}" if name else "/data"
        inner = "".join(f"<{question}/>" for _, question in questions)
        instance.append(f"<{name}>{inner}</{name}>" if name else inner)
        controls = []
        for kind, question in questions:
            bind_type = "string" if kind in {"select", "multiple"} else kind
            binds.append(f'<bind nodeset="{path}/{question}" type="{bind_type}"/>')
            control = "select" if kind == "multiple" else "input"
            items = "".join(f"<item><label>{word}</label><value>{word}</value></item>" for word in _CHOICES)
            label = f"<label>{question}</label>{items if kind == 'multiple' else ''}"
            controls.append(f'<{control} ref="{path}/{question}">{label}</{control}>')
        shown = "".join(controls)
        body.append(f'<repeat nodeset="{path}">{shown}</repeat>' if repeats else shown)
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<h:title>Big household</h:title><model><instance><data id="{FORM_ID}" version="{VERSION}">'
        f"{''.join(instance)}<meta><instanceID/></meta></data></instance>{''.join(binds)}</model></h:head>"
        f"<h:body>{''.join(body)}</h:body></h:html>"
    ).encode()


def instances(count: int, *, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """instanceID and XML of each; the same ones every time."""
    rng = random.Random(seed)
    for number in range(count):
        instance_id = f"uuid:{uuid.UUID(int=rng.getrandbits(128), version=4)}"
        parts = [f'<data id="{FORM_ID}" version="{VERSION}">']
        for name, repeats, questions in GROUPS:
            for _ in range(MEMBERS if repeats else 1):
                inner = "".join(
                    f"<{question}>{_answer(rng, kind, number)}</{question}>" for kind, question in questions
                )
                parts.append(f"<{name}>{inner}</{name}>" if name else inner)
        parts.append(f"<meta><instanceID>{instance_id}</instanceID></meta></data>")
        yield instance_id, "".join(parts).encode()


def _answer(rng: random.Random, kind: str, number: int) -> str:
    match kind:
        case "select":
            return rng.choice(_CHOICES)
        case "multiple":
            return " ".join(rng.sample(_CHOICES, rng.randint(1, 4)))
        case "int":
            return str(rng.randint(0, 60))
        case "decimal":
            return f"{rng.uniform(0, 500):.2f}"
        case "geopoint":
            return f"{rng.uniform(8, 23):.7f} {rng.uniform(102, 109):.7f} {rng.uniform(0, 2000):.1f} 4.5"
        case "date":
            return (date(1950, 1, 1) + timedelta(days=rng.randint(0, 26500))).isoformat()
        case "dateTime":
            return (datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(seconds=97 * number)).isoformat("T", "milliseconds")
        case "binary":
            return ""
    return " ".join(rng.choices(_WORDS, k=rng.randint(2, 8)))
