"""Every failure that a client can see: one stable code, one HTTP status, one sentence.

Codes are those of ODK Central's API, so that its clients understand them; a code is never reused for something
else. The edges write a Problem as JSON, as OpenRosa XML or as a page.
"""

from collections.abc import Iterable
from typing import Any


class Problem(Exception):  # noqa: N818 -- it is the answer to a client, not only an error
    """A refusal with the code, message and details that the client gets; `status` is the code's whole part."""

    def __init__(self, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def status(self) -> int:
        return int(self.code.partition(".")[0])


def unparseable(kind: str, length: int, reason: str = "") -> Problem:
    message = f"Could not parse the given data ({length} chars) as {kind}."
    return Problem("400.1", f"{message} {reason}".strip(), {"format": kind, "rawLength": length})


def missing_parameter(field: str) -> Problem:
    return Problem("400.2", f"Required parameter {field} missing.", {"field": field})


def missing_parameters(expected: Iterable[str], got: Iterable[str] = ()) -> Problem:
    wanted, had = list(expected), list(got)
    message = f"Required parameters missing. Expected ({', '.join(wanted)}), got ({', '.join(had)})."
    return Problem("400.3", message, {"expected": wanted, "got": had})


def missing_part(field: str) -> Problem:
    return Problem("400.4", f"Required multipart POST field {field} missing.", {"field": field})


def bad_multipart(reason: str) -> Problem:
    return Problem("400.5", f"The upload could not be read: {reason}. Send it again.", {"reason": reason})


def unexpected_value(field: str, value: Any, reason: str) -> Problem:
    details = {"field": field, "value": value, "reason": reason}
    return Problem("400.8", f"Unexpected {field} value {value}; {reason}.", details)


def wrong_type(field: str, value: Any, expected: str) -> Problem:
    details = {"field": field, "value": value, "expected": expected}
    return Problem("400.11", f"Invalid input data type: expected ‘{field}’ to be {expected}.", details)


def field_type_conflict(path: str, before: str, now: str, *, row: int | None = None) -> Problem:
    """`row` is that of the field in the survey sheet."""
    message = (
        f"The field {path} was of type {before} in an earlier version and is of type {now} in this one. "
        "Rename the field, or give it the type that it had."
    )
    place = {} if row is None else {"sheet": "survey", "row": row}
    return Problem("400.17", message, {"path": path, "type": before, **place})


def xlsform_invalid(error: str, warnings: Iterable[str] = ()) -> Problem:
    details = {"error": error, "warnings": list(warnings)}
    return Problem("400.15", f"The given XLSForm file was not valid. {error}", details)


def form_has_warnings(
    xlsform: Iterable[str], workflow: Iterable[dict[str, Any]], form_check: Iterable[str] = ()
) -> Problem:
    warnings = {
        "xlsFormWarnings": list(xlsform) or None,
        "workflowWarnings": list(workflow) or None,
        "formCheckWarnings": list(form_check) or None,
    }
    details = {"warnings": warnings}
    message = "The form is valid but has warnings; look at them, and send it again with ignoreWarnings=true to keep it."
    return Problem("400.16", message, details)


def form_invalid(reason: str) -> Problem:
    return Problem("400.13", f"The form definition cannot be used: {reason}", {"reason": reason})


def form_has_errors(first: str, findings: list[dict[str, Any]]) -> Problem:
    """`first` tells one of the findings; each says by `code` what is wrong, and where (`path`, `expression`)."""
    others = len(findings) - 1
    more = f" There are {others} more errors; details.findings has them all." if others else ""
    problem = form_invalid(f"{first}{more}")
    problem.details = {"reason": problem.message, "findings": findings}
    return problem


def undecryptable() -> Problem:
    return Problem("400.12", "Could not perform decryption. Check the passphrase and try again.")


def unsafe_file_name(name: str) -> Problem:
    shown = name[:80].replace("\0", "\\0")
    return Problem(
        "400.18",
        f"The file name {shown!r} cannot be kept: give a plain name without folders, at most 255 bytes.",
    )


def cut_off() -> Problem:
    return Problem("400.6", "The connection ended before all of the upload had come; nothing was kept. Send it again.")


def password_too_weak(reason: str) -> Problem:
    return Problem("400.21", f"The password cannot be used: {reason}", {"reason": reason})


def not_authenticated() -> Problem:
    return Problem("401.2", "Could not authenticate with the provided credentials.")


def https_required() -> Problem:
    return Problem("401.3", "This authentication method is only available over HTTPS.")


def csrf_failed() -> Problem:
    return Problem("401.4", "The request came with a session cookie but without its matching CSRF token.")


def api_password_needed() -> Problem:
    message = (
        "This account has a second factor. Programs sign in to it with an API password in place of the password; "
        "make one on the page /account of this server."
    )
    return Problem("401.11", message)


def wrong_code() -> Problem:
    return Problem("401.12", "The code is wrong, too old, or was used before.")


def second_factor_required() -> Problem:
    message = "Your role asks for a second factor. Set it up on the page /account/second-factor of this server first."
    return Problem("403.11", message)


def insufficient_rights() -> Problem:
    return Problem("403.1", "The authenticated actor does not have rights to perform that action.")


def not_found() -> Problem:
    return Problem("404.1", "Could not find the resource you were looking for.")


def form_not_found(form_id: str, version: str | None = None) -> Problem:
    which = f"the form “{form_id}”" if version is None else f"the form “{form_id}” with version “{version}”"
    details = {"xmlFormId": form_id, "version": version}
    return Problem("404.7", f"This project has no published form that matches {which}.", details)


def attachment_slot_not_found(name: str) -> Problem:
    return Problem("404.8", f"Nothing here expects a file named “{name}”.", {"name": name})


def edited_submission_not_found(deprecated_id: str) -> Problem:
    message = f"This edit replaces the submission {deprecated_id}, which is not on the server. Send that one first."
    return Problem("404.9", message, {"deprecatedId": deprecated_id})


def method_not_allowed() -> Problem:
    return Problem("405.1", "This address does not take that HTTP method.")


def not_acceptable(allowed: Iterable[str]) -> Problem:
    kinds = list(allowed)
    message = f"Requested format not acceptable; this resource allows: ({', '.join(kinds)})."
    return Problem("406.1", message, {"allowed": kinds})


def already_exists(field_names: Iterable[str], values: Iterable[Any]) -> Problem:
    names, taken = list(field_names), [str(value) for value in values]
    message = f"A resource already exists with {','.join(names)} value(s) of {','.join(taken)}."
    return Problem("409.3", message, {"fields": names, "values": taken})


def form_does_not_accept(form_id: str) -> Problem:
    return Problem(
        "409.2",
        f"The form “{form_id}” is closed: it takes no submissions. Ask the survey's office to open it.",
    )


def version_already_published(form_id: str, version: str) -> Problem:
    message = (
        f"You tried to publish the form “{form_id}” with version “{version}”, "
        "but this project already has a published form with that id and version."
    )
    return Problem("409.6", message, {"xmlFormId": form_id, "version": version})


def form_id_mismatch(expected: str, got: str) -> Problem:
    return unexpected_value("xmlFormId", got, f"it must match the form's id, {expected}")


def other_xml_under_instance_id() -> Problem:
    return Problem("409.4", "A submission already exists with this ID, but with different XML.")


def submission_deleted() -> Problem:
    return Problem(
        "409.7", "This submission has been deleted on the server. Restore it there before sending more of it."
    )


def already_replaced(deprecated_id: str) -> Problem:
    message = (
        f"The version {deprecated_id} that this edit replaces has been replaced by another edit already. "
        "Fetch the current version and edit that."
    )
    return Problem("409.8", message, {"deprecatedId": deprecated_id})


def draft_only_form() -> Problem:
    return Problem(
        "409.9", "A draft cannot be deleted while the form has no published version. Delete the form instead."
    )


def too_large(limit: int) -> Problem:
    return Problem("413.1", f"The upload is larger than the {limit} bytes that this server takes.", {"limit": limit})


def unsupported_media_type(got: str, allowed: Iterable[str]) -> Problem:
    kinds = list(allowed)
    return Problem("415.1", f"Content of type “{got}” is not taken here; send {', '.join(kinds)}.", {"allowed": kinds})


def range_not_satisfiable() -> Problem:
    return Problem("416.1", "The range that was asked for lies outside the file.")


def too_many_attempts(seconds: int) -> Problem:
    return Problem("429.7", f"Too many failed sign-ins. Try again in {seconds} seconds.", {"retryAfter": seconds})


def internal(error_id: str) -> Problem:
    return Problem(
        "500.1",
        f"The server failed; nothing was changed. Its log has the cause under {error_id}.",
        {"id": error_id},
    )


def not_implemented(feature: str) -> Problem:
    return Problem("501.1", f"The requested feature {feature} is not supported by this server.", {"feature": feature})


def no_room() -> Problem:
    message = "The server has no room for the temporary files of this; nothing was changed. Tell its administrator."
    return Problem("507.1", message)


def storage_unavailable() -> Problem:
    return Problem("503.1", "The object storage cannot be reached; nothing was changed. Try again in a minute.")
