"""From what somebody chose on the data page to the address of that export in the API."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from server.exports.choice import LABELS, REVIEW_STATES
from server.web.moments import midnight, read_day

MEDIA: Final = "media.zip"
# What is either asked for or not, under the same name on the page and in the API.
CLAIMS: Final = ("deletedFields", "splitSelectMultiples", "guardsFormulas", "attachments")
_LONGEST: Final = 300

Args = MultiDict[str, str]


def export_path(base: str, format_name: str, args: Args) -> str:
    """The path below `/v1`; `base` is that of the form. What cannot be meant is left out."""
    query = urlencode(list(_parameters(format_name, args)), safe="/,:")
    return f"{base}/exports/{quote(format_name, safe='')}{'?' if query else ''}{query}"


def _parameters(format_name: str, args: Args) -> Iterator[tuple[str, str]]:
    yield from _which(args)
    if format_name == MEDIA:
        if pattern := args.get("pattern", "").strip()[:_LONGEST]:
            yield "pattern", pattern
        return
    if columns := [path for path in args.getlist("columns") if path.startswith("/") and "," not in path]:
        yield "columns", ",".join(columns)
    if args.get("labels") in LABELS[1:]:
        yield "labels", args["labels"]
    if language := args.get("language", "")[:_LONGEST]:
        yield "language", language
    if args.get("groupPaths") == "false":
        yield "groupPaths", "false"
    for name in CLAIMS:
        if args.get(name) == "true":
            yield name, "true"


def _which(args: Args) -> Iterator[tuple[str, str]]:
    """Which submissions; days are the site's, and the last one is included."""
    if states := [state for state in args.getlist("state") if state in REVIEW_STATES]:
        yield "reviewStates", ",".join(states)
    first, last = read_day(args.get("from")), read_day(args.get("to"))
    if first is not None:
        yield "submittedFrom", midnight(first).isoformat()
    if last is not None:
        yield "submittedTo", midnight(last + timedelta(days=1)).isoformat()
    by = args.get("by", "")
    if by.isascii() and by.isdigit() and len(by) < 18:
        yield "submitterId", by
    if args.get("findings") in ("true", "false"):
        yield "hasFindings", args["findings"]
