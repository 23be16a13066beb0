"""`__system`: what the server knows of a submission, with the types that the metadata gives."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from server.db import moment_text
from server.exports.records import Record

# By name: the type, and where the value is.
SYSTEM_VALUES: Final[Mapping[str, tuple[str, Callable[[Record], Any]]]] = {
    "submissionDate": ("Edm.DateTimeOffset", lambda record: _moment(record.submitted_at)),
    "updatedAt": ("Edm.DateTimeOffset", lambda record: _moment(record.updated_at)),
    "deletedAt": ("Edm.DateTimeOffset", lambda record: _moment(record.deleted_at)),
    "submitterId": ("Edm.String", lambda record: None if record.submitter_id is None else str(record.submitter_id)),
    "submitterName": ("Edm.String", lambda record: record.submitter_name),
    "attachmentsPresent": ("Edm.Int64", lambda record: record.files_present),
    "attachmentsExpected": ("Edm.Int64", lambda record: record.files_expected),
    "status": ("org.opendatakit.submission.Status", lambda record: "notDecrypted" if record.is_encrypted else None),
    "reviewState": ("org.opendatakit.submission.ReviewState", lambda record: record.review_state),
    "deviceId": ("Edm.String", lambda record: record.device_id),
    "edits": ("Edm.Int64", lambda record: record.edits),
    "formVersion": ("Edm.String", lambda record: record.form_version),
}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)
