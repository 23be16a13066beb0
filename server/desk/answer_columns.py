"""One answer of the current version as a column, taken out by the database."""

from sqlalchemy import ColumnElement, Text, cast

from server.submissions.models import SubmissionVersion


def answer_column(path: str) -> ColumnElement[str]:
    """The answer's text; a repeat, or an answer of several choices, comes as JSON."""
    return cast(SubmissionVersion.answers[tuple(path.split("/")[1:])].as_string(), Text)
