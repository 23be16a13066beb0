"""Where submissions were filled in: one question's places as GeoJSON, a feature for each submission.

Without a named question it is the first one for places outside of repeats, in that version of the form that was filled
in; then each feature says which it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Database
from server.errors import unexpected_value
from server.exports.records import PAGE, Selection
from server.forms.definitions import fields_of
from server.forms.models import Form, FormVersion
from server.submissions.models import Submission, SubmissionVersion
from server.xform.fields import REPEAT, Field
from server.xform.geometry import GEO_TYPES, geometry
from server.xform.instance import answer_text

_HEAD, _TAIL = b'{"type":"FeatureCollection","features":[', b"]}"


@dataclass(frozen=True, slots=True)
class GeoExport:
    """`fields` has the question to read by the number of the form version; None is for versions that nobody knows."""

    selection: Selection
    fields: Mapping[int | None, Field | None]
    names_field: bool
    limit: int | None = None


def prepare_geojson(
    session: Session, form: Form, selection: Selection, *, field_path: str | None = None, limit: int | None = None
) -> GeoExport:
    """Raise 400.8 when no version of the form has a question for places at `field_path`."""
    versions = session.scalars(select(FormVersion).where(FormVersion.form_id == form.id)).all()
    found: dict[int | None, Field | None] = {
        version.id: _chosen(fields_of(session, version), field_path) for version in versions
    }
    if field_path is not None and not any(found.values()):
        reason = "it must be the path of a geopoint, geotrace or geoshape field of this form"
        raise unexpected_value("fieldpath", field_path, reason)
    newest = form.current_version_id or form.draft_version_id
    found[None] = found.get(newest)
    return GeoExport(selection, found, names_field=field_path is None, limit=limit)


def stream_geojson(database: Database, export: GeoExport) -> Iterator[bytes]:
    """All features, page by page; submissions without a place are left out."""
    with database.read() as session:
        yield _HEAD
        separator = b""
        for page in _pages(session, export):
            features = [orjson.dumps(feature) for feature in page]
            if features:
                yield separator + b",".join(features)
                separator = b","
        yield _TAIL


def feature_collection(session: Session, form: Form, version: SubmissionVersion, instance_id: str) -> dict[str, Any]:
    """One version of one submission, as a collection with its feature or with none."""
    export = prepare_geojson(session, form, Selection(form.id))
    answers = session.scalars(select(SubmissionVersion.answers).where(SubmissionVersion.id == version.id)).one()
    feature = _feature(export, instance_id, version.form_version_id, answers)
    return {"type": "FeatureCollection", "features": [] if feature is None else [feature]}


def _chosen(fields: Sequence[Field], path: str | None) -> Field | None:
    if path is not None:
        return next((field for field in fields if field.path == path and field.type in GEO_TYPES), None)
    repeats = tuple(f"{field.path}/" for field in fields if field.type == REPEAT)
    return next((field for field in fields if field.type in GEO_TYPES and not field.path.startswith(repeats)), None)


def _pages(session: Session, export: GeoExport) -> Iterator[Iterator[dict[str, Any]]]:
    """The features of each page; as many submissions as the limit allows are looked at."""
    page = (
        select(Submission.id, Submission.instance_id, SubmissionVersion.form_version_id, SubmissionVersion.answers)
        .join(SubmissionVersion, Submission.current_version_id == SubmissionVersion.id)
        .where(export.selection.where())
        .order_by(Submission.id.desc())
    )
    statement, left = page, export.limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        rows = session.connection().execute(statement.limit(size)).all()
        yield (
            feature
            for _, instance_id, version_id, answers in rows
            if (feature := _feature(export, instance_id, version_id, answers)) is not None
        )
        if len(rows) < size:
            return
        left = None if left is None else left - size
        statement = page.where(Submission.id < rows[-1].id)


def _feature(
    export: GeoExport, instance_id: str, form_version_id: int | None, answers: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    field = export.fields.get(form_version_id)
    if field is None or answers is None:
        return None
    texts = _texts(answers, field.path.strip("/").split("/"))
    shapes = [shape for text in texts if (shape := geometry(field.type, text)) is not None]
    if not shapes:
        return None
    # A question in a repeat has several answers, and a feature one geometry.
    whole = shapes[0] if len(shapes) == 1 else {"type": "GeometryCollection", "geometries": shapes}
    properties = {"fieldpath": field.path} if export.names_field else None
    return {"type": "Feature", "id": instance_id, "geometry": whole, "properties": properties}


def _texts(answer: Any, steps: Sequence[str]) -> Iterator[str]:
    """The answers at the end of the steps, through every repeat on the way."""
    if isinstance(answer, list):
        for item in answer:
            yield from _texts(item, steps)
    elif not steps:
        yield answer_text(answer)
    elif isinstance(answer, dict) and steps[0] in answer:
        yield from _texts(answer[steps[0]], steps[1:])
