"""Choosing the question that says where a submission was made, and giving what is there already its areas anew."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server import audit
from server.db import Database, utc_now
from server.errors import unexpected_value
from server.forms.definitions import definition_of
from server.forms.find import published_version
from server.forms.hold import hold_form
from server.forms.models import Form, FormVersion
from server.jobs import queue
from server.jobs.worker import JobRun
from server.permissions import Actor
from server.submissions.models import Submission, SubmissionVersion
from server.submissions.search_terms import area_in, area_path
from server.xform.fields import Field, questions_outside_repeats

KIND: Final = "areas"
_AT_ONCE: Final = 500
_SET = (
    update(Submission)
    .where(Submission.id == bindparam("number"), Submission.current_version_id == bindparam("version"))
    .values(area=bindparam("new_area"))
)


def area_questions(fields: Sequence[Field]) -> list[Field]:
    """Those that may say it: one choice out of a list, once in a submission."""
    return [
        field
        for field in questions_outside_repeats(fields)
        if field.choice_list is not None and not field.has_several_values
    ]


def choose_area(session: Session, actor: Actor, form: Form, path: str | None) -> None:
    """Take this question of the published version, or with None the one that the rule finds; raise 400.8 for others.

    What has been sent before follows in the background.
    """
    hold_form(session, form)
    if path == form.area_path:
        return
    if path is not None and path not in {
        field.path for field in area_questions(definition_of(session, published_version(form)).fields)
    }:
        raise unexpected_value("area", path, "it must be a question with one choice, outside of repeats")
    form.area_path = path
    form.updated_at = utc_now()
    queue.enqueue(session, KIND, {"form": form.id})
    audit.record(session, actor, "form.update", form, data={"areaQuestion": path})


def renew_areas(database: Database, run: JobRun) -> dict[str, Any]:
    """The job: read the area of each submission anew. Every part asks for the choice again, which may have changed."""
    last, done = 0, 0
    while True:
        with database.write() as session:
            form = session.get(Form, run.payload["form"])
            found = [] if form is None else _renew_some(session, form, last)
            if form is not None and not found:
                # So that a page which was seen meanwhile is known to be out of date.
                form.updated_at = utc_now()
        if not found:
            return {"submissions": done}
        last, done = found[-1], done + len(found)
        run.report(done, None)


def _renew_some(session: Session, form: Form, last: int) -> list[int]:
    """The numbers of those that follow `last`, none at the end."""
    statement = (
        select(Submission.id, SubmissionVersion.id, SubmissionVersion.form_version_id, SubmissionVersion.answers)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(Submission.form_id == form.id, Submission.id > last)
        .order_by(Submission.id)
        .limit(_AT_ONCE)
    )
    rows = session.execute(statement).all()
    paths: dict[int | None, str | None] = {}
    for version_id in {row.form_version_id for row in rows}:
        paths[version_id] = area_path(session, form, version_id and session.get(FormVersion, version_id))
    if rows:
        changes = [
            {"number": number, "version": version_id, "new_area": area_in(answers, paths[form_version_id])}
            for number, version_id, form_version_id, answers in rows
        ]
        session.connection().execute(_SET, changes)
    return [row[0] for row in rows]
