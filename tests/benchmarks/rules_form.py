"""A form of 200 questions that is full of logic, and a submission of it of 6 kB: what the form engine is measured with.

210 expressions that are no constants and 35 lists of choices: plain questions, a household of five members, and
region, district and village from a file of 5,000 rows.
"""

from collections.abc import Mapping
from functools import partial

from server.xform.table_files import TableSource

MEMBERS = 5
VILLAGES = 5_000
_PLAIN, _SELECTS, _IN_MEMBER = 150, 32, 15
_CHOICES = ("yes", "no", "other")


def villages_csv(rows: int = VILLAGES) -> bytes:
    """Fifty villages to a district, ten districts to a region."""
    lines = ["name,label,district,region", *(f"v{row},Thôn {row},d{row // 50},r{row // 500}" for row in range(rows))]
    return "\n".join(lines).encode()


def files(rows: int = VILLAGES) -> Mapping[str, TableSource]:
    return {"villages.csv": TableSource("villages.csv", f"rules-{rows}", partial(villages_csv, rows))}


def _plain_bind(number: int) -> str:
    """A rule or two for each question: compared with constants, with the question before, or calculated."""
    path, before = f"/data/g{number // 10}/q{number}", f"/data/g{max(number - 1, 0) // 10}/q{max(number - 1, 0)}"
    rules = {
        0: 'type="int" constraint=". &gt;= 0 and . &lt; 200"',
        1: f'type="string" relevant="{before} &gt; 5 or {before} = \'\'"',
        2: 'type="string" constraint="string-length(.) &lt; 40" required="true()"',
        3: f'type="string" calculate="concat(\'x-\', {before})"',
        4: f'type="int" relevant="selected(/data/s0, \'yes\') and {before} != \'\'" constraint=". &lt;= 100"',
        5: f"type=\"string\" calculate=\"if({before} &gt; 10, 'big', 'small')\"",
    }
    return f'<bind nodeset="{path}" {rules[number % 6]}/>'


def _select_bind(number: int) -> str:
    rule = f" relevant=\"/data/s{number - 1} = 'yes'\"" if number % 2 else ""
    return f'<bind nodeset="/data/s{number}" type="string"{rule}/>'


def _member_bind(number: int) -> str:
    rules = (
        'type="int" constraint=". &gt;= 0 and . &lt;= 120"',
        'type="string" relevant="../m0 &gt; 15"',
        'type="string" calculate="concat(../m1, \' \', position(..))"',
    )
    return f'<bind nodeset="/data/member/m{number}" {rules[number % 3]}/>'


def form_xml() -> bytes:
    groups = "".join(
        f"<g{start // 10}>{''.join(f'<q{number}/>' for number in range(start, start + 10))}</g{start // 10}>"
        for start in range(0, _PLAIN, 10)
    )
    selects = "".join(f"<s{number}/>" for number in range(_SELECTS))
    member = "".join(f"<m{number}/>" for number in range(_IN_MEMBER))
    items = "".join(f"<item><name>{name}</name><label>{name}</label></item>" for name in _CHOICES)
    binds = [
        *map(_plain_bind, range(_PLAIN)),
        *map(_select_bind, range(_SELECTS)),
        *map(_member_bind, range(_IN_MEMBER)),
        '<bind nodeset="/data/members" type="int" calculate="count(/data/member)"/>',
        '<bind nodeset="/data/total" type="int" calculate="sum(/data/member/m0)"/>',
    ]
    body = [f'<input ref="/data/g{number // 10}/q{number}"><label>q</label></input>' for number in range(_PLAIN)]
    body += [_select(f"/data/s{number}", "instance('choices')/root/item") for number in range(_SELECTS)]
    villages = "instance('villages')/root/item"
    body += [
        _select("/data/region", villages, "region"),
        _select("/data/district", f"{villages}[region = /data/region]", "district"),
        _select("/data/village", f"{villages}[district = /data/district and region = /data/region]"),
    ]
    inner = "".join(f'<input ref="/data/member/m{number}"><label>m</label></input>' for number in range(_IN_MEMBER))
    body.append(f'<group ref="/data/member"><repeat nodeset="/data/member">{inner}</repeat></group>')
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        '<h:title>Rules</h:title><model><instance><data id="rules" version="1">'
        f"{groups}{selects}<region/><district/><village/><member>{member}</member><members/><total/>"
        "<meta><instanceID/></meta></data></instance>"
        f'<instance id="choices"><root>{items}</root></instance><instance id="villages" src="jr://file-csv/villages.csv"/>'
        f"{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>"
    ).encode()


def _select(path: str, nodeset: str, value: str = "name") -> str:
    itemset = f'<itemset nodeset="{nodeset}"><value ref="{value}"/><label ref="label"/></itemset>'
    return f'<select1 ref="{path}"><label>s</label>{itemset}</select1>'


def _plain_answer(number: int) -> str:
    return {0: "17", 1: f"answer {number}", 2: "Nông Văn", 3: "x-Nông Văn", 4: "42", 5: "big"}[number % 6]


def submission_xml(members: int = MEMBERS) -> bytes:
    """One without findings."""
    groups = "".join(
        f"<g{start // 10}>"
        + "".join(f"<q{number}>{_plain_answer(number)}</q{number}>" for number in range(start, start + 10))
        + f"</g{start // 10}>"
        for start in range(0, _PLAIN, 10)
    )
    selects = "".join(f"<s{number}>yes</s{number}>" for number in range(_SELECTS))
    return (
        f'<data id="rules" version="1">{groups}{selects}<region>r2</region><district>d25</district>'
        f"<village>v1260</village>{''.join(map(_member, range(1, members + 1)))}<members>{members}</members>"
        f"<total>{30 * members}</total><meta><instanceID>uuid:rules</instanceID></meta></data>"
    ).encode()


def _member(position: int) -> str:
    cells = {0: "30", 1: "Lan", 2: f"Lan {position}"}
    inner = "".join(f"<m{number}>{cells[number % 3]}</m{number}>" for number in range(_IN_MEMBER))
    return f"<member>{inner}</member>"
