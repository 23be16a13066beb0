"""The findings of submission versions as rows: written with the version, carried over by edits, made anew.

Texts come from submissions and may be of any length; what identifies a finding stands in an index, which is why
paths are cut. A dismissed finding stays dismissed as long as the same rule is broken by the same answer.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from server.db import Database
from server.submissions.checking import Checked
from server.submissions.models import Finding, Submission, SubmissionVersion
from server.xform.findings import Finding as Found
from server.xform.findings import Level

FindingRow: TypeAlias = dict[str, Any]

# Postgres takes 2,700 bytes into an index.
MAX_PATH: Final = 600
MAX_TEXT: Final = 2_000
# A submission that breaks more rules than that was made for another form.
MAX_FINDINGS: Final = 300
_ORDER: Final = {Level.ERROR: 0, Level.WARNING: 1, Level.UNVERIFIABLE: 2, Level.INFO: 3}
_IDENTITY: Final = ("path", "rule", "code")
_ANSWER: Final = (*_IDENTITY, "value")
_CONTENT: Final = (*_ANSWER, "level", "generic_path", "expected", "expression", "offset", "messages", "detail")
_DISMISSAL: Final = ("dismissed_at", "dismissed_by_id", "dismissed_reason")

_FINDING, _SUBMISSION = cast("Table", Finding.__table__), cast("Table", Submission.__table__)
_VERSION = cast("Table", SubmissionVersion.__table__)
_ADD = insert(_FINDING)
_EARLIER = _VERSION.alias()
_PREVIOUS = (
    select(func.max(_EARLIER.c.id))
    .where(_EARLIER.c.submission_id == _VERSION.c.submission_id, _EARLIER.c.id < _VERSION.c.id)
    .scalar_subquery()
)
_HOLD = (
    select(_VERSION.c.form_id, _VERSION.c.check_state, _PREVIOUS.label("previous_id"))
    .join(_SUBMISSION, _SUBMISSION.c.id == _VERSION.c.submission_id)
    .where(_VERSION.c.id == bindparam("version_id"))
    .with_for_update(of=_SUBMISSION)
)
_DISMISSED = (
    select(*(_FINDING.c[name] for name in (*_ANSWER, *_DISMISSAL)))
    .where(
        _FINDING.c.submission_version_id.in_(bindparam("version_ids", expanding=True)),
        _FINDING.c.dismissed_at.is_not(None),
    )
    .order_by(_FINDING.c.submission_version_id)
)


def finding_rows(checked: Checked) -> list[FindingRow]:
    """What the database will hold of a check, but for the version that it belongs to."""
    return [_row(found) for found in _bounded(checked.findings)] if checked.findings else []


def finding_summary(rows: Iterable[FindingRow]) -> dict[str, Any]:
    """What the submission says of its current version's findings."""
    return open_summary((row["level"], row["rule"]) for row in rows if row["dismissed_at"] is None)


def open_summary(findings: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The same, made of the level and the rule of each finding that nobody has dismissed."""
    levels: list[str] = []
    rules: set[str] = set()
    for level, rule in findings:
        levels.append(level)
        rules.add(rule)
    return {
        "error_count": levels.count("error"),
        "warning_count": levels.count("warning"),
        "broken_rules": f" {' '.join(sorted(rules))} " if rules else None,
    }


def breaks(rule: str) -> ColumnElement[bool]:
    """That a submission has a finding of this rule that nobody has dismissed."""
    return Submission.broken_rules.contains(f" {rule} ", autoescape=True)


def breaks_any() -> ColumnElement[bool]:
    """That a submission has a finding that nobody has dismissed."""
    return Submission.broken_rules.is_not(None)


def add_findings(session: Session, form_id: int, version_id: int, rows: Iterable[FindingRow]) -> None:
    whole = [row | {"form_id": form_id, "submission_version_id": version_id} for row in rows]
    if whole:
        session.execute(_ADD, whole)


def with_dismissals(session: Session, version_ids: Iterable[int], rows: list[FindingRow]) -> list[FindingRow]:
    """The rows, dismissed where one of the versions has the same finding about the same answer dismissed."""
    if not rows:
        return rows
    dismissed = {
        tuple(found[:4]): dict(zip(_DISMISSAL, found[4:], strict=True))
        for found in session.execute(_DISMISSED, {"version_ids": list(version_ids)})
    }
    return [row | dismissed.get(tuple(row[name] for name in _ANSWER), {}) for row in rows]


def replace_findings(session: Session, version_id: int, checked: Checked) -> None:
    """Put what a check made anew says in place of what is there; the submission shows it if the version is current."""
    version = session.execute(_HOLD, {"version_id": version_id}).one_or_none()
    if version is None:
        # Purged, or thrown away with its draft, since the check began.
        return
    sources = [version_id]
    if version.check_state == "not_checked" and version.previous_id is not None:
        # Nobody can have looked at it yet: what was decided about the version before it still holds.
        sources.append(version.previous_id)
    rows = with_dismissals(session, sources, finding_rows(checked))
    add_findings(session, version.form_id, version_id, _without_known(session, version_id, rows))
    state = {"check_state": checked.state, "engine_version": checked.engine_version}
    session.execute(update(_VERSION).where(_VERSION.c.id == version_id).values(state))
    shown = _SUBMISSION.c.current_version_id == version_id
    session.execute(update(_SUBMISSION).where(shown).values(finding_summary(rows)))


def _without_known(session: Session, version_id: int, rows: list[FindingRow]) -> list[FindingRow]:
    """Those rows that are not there yet; what is there and no longer found is removed."""
    there = select(_FINDING.c.id, *(_FINDING.c[name] for name in _CONTENT))
    known = {
        tuple(row[name] for name in _IDENTITY): row
        for row in session.execute(there.where(_FINDING.c.submission_version_id == version_id)).mappings()
    }
    new = []
    for row in rows:
        found = known.get(tuple(row[name] for name in _IDENTITY))
        if found is not None and all(found[name] == row[name] for name in _CONTENT):
            del known[tuple(row[name] for name in _IDENTITY)]
        else:
            new.append(row)
    if known:
        session.execute(delete(_FINDING).where(_FINDING.c.id.in_([row["id"] for row in known.values()])))
    return new


def keep_late(database: Database, version_id: int, checked: Checked) -> None:
    """Keep what came of a check after its submission had been kept without."""
    with database.write() as session:
        replace_findings(session, version_id, checked)


def _bounded(findings: tuple[Found, ...]) -> list[Found]:
    """Each path, rule and code once; of too many the gravest, in the order of the form, and one that says so."""
    by_identity = {(found.path, found.rule, found.code): found for found in map(_cut, reversed(findings))}
    unique = list(reversed(by_identity.values()))
    if len(unique) <= MAX_FINDINGS:
        return unique
    gravest = sorted(range(len(unique)), key=lambda place: _ORDER[unique[place].level])[: MAX_FINDINGS - 1]
    path = f"/{unique[0].path.split('/')[1]}"
    detail = f"There are {len(unique)} findings. Only the {MAX_FINDINGS - 1} gravest are kept."
    note = Found("too-many-findings", Level.INFO, path, path, "structure", detail)
    return [*(unique[place] for place in sorted(gravest)), note]


def _cut(found: Found) -> Found:
    return replace(found, path=found.path[:MAX_PATH], generic_path=found.generic_path[:MAX_PATH])


def _row(found: Found) -> FindingRow:
    return {
        "code": found.code,
        "level": str(found.level),
        "rule": found.rule,
        "path": found.path,
        "generic_path": found.generic_path,
        "value": found.value[:MAX_TEXT],
        "expected": found.expected[:MAX_TEXT],
        "expression": found.expression[:MAX_TEXT],
        "offset": found.offset,
        "messages": {language: text[:MAX_TEXT] for language, text in found.messages.items()},
        "detail": found.detail[:MAX_TEXT],
        **dict.fromkeys(_DISMISSAL),
    }
