"""`__system`: what the server knows of a submission, with the types that the metadata gives."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from server.db import moment_text
from server.exports.records import Record

# By name.
SYSTEM_TYPES: Final[Mapping[str, str]] = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "deletedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": "org.opendatakit.submission.Status",
    "reviewState": "org.opendatakit.submission.ReviewState",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}


def system_values(record: Record) -> dict[str, Any]:
    """All of them, by name and in that order."""
    return {
        "submissionDate": moment_text(record.submitted_at),
        "updatedAt": _moment(record.updated_at),
        "deletedAt": _moment(record.deleted_at),
        "submitterId": None if record.submitter_id is None else str(record.submitter_id),
        "submitterName": record.submitter_name,
        "attachmentsPresent": record.files_present,
        "attachmentsExpected": record.files_expected,
        "status": "notDecrypted" if record.is_encrypted else None,
        "reviewState": record.review_state,
        "deviceId": record.device_id,
        "edits": record.edits,
        "formVersion": record.form_version,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)
