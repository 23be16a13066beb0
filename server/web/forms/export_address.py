"""What somebody chose on the data page, and the address of that export in the API."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from server.exports.choice import LABELS, REVIEW_STATES, ExportChoice
from server.web.moments import midnight, read_day

MEDIA: Final = "media.zip"
_LONGEST: Final = 300

Args = MultiDict[str, str]


def read_choice(args: Args) -> ExportChoice:
    """What the page's form says; what cannot be meant is left out. Days are the site's, the last one is included."""
    first, last, by = read_day(args.get("from")), read_day(args.get("to")), args.get("by", "")
    return ExportChoice(
        review_states=tuple(state for state in args.getlist("state") if state in REVIEW_STATES),
        submitted_from=midnight(first) if first else None,
        submitted_to=midnight(last + timedelta(days=1)) if last else None,
        submitter_id=int(by) if by.isascii() and by.isdigit() and len(by) < 18 else None,
        has_findings={"true": True, "false": False}.get(args.get("findings", "")),
        columns=tuple(path for path in args.getlist("columns") if path.startswith("/") and "," not in path),
        language=args.get("language", "")[:_LONGEST] or None,
        labels=next((name for name in LABELS if name == args.get("labels")), LABELS[0]),
        group_paths=args.get("groupPaths") != "false",
        deleted_fields=args.get("deletedFields") == "true",
        split_select_multiples=args.get("splitSelectMultiples") == "true",
        guards_formulas=args.get("guardsFormulas") == "true",
        attachments=args.get("attachments") == "true",
    )


def read_pattern(args: Args) -> str:
    """How media are to be named; blank for the usual names."""
    return args.get("pattern", "").strip()[:_LONGEST]


def export_path(base: str, format_name: str, args: Args) -> str:
    """The path below `/v1`; `base` is that of the form."""
    choice = read_choice(args)
    parameters = [*_which(choice), *(_media(args) if format_name == MEDIA else _how(choice))]
    query = urlencode(parameters, safe="/,:")
    return f"{base}/exports/{quote(format_name, safe='')}{'?' if query else ''}{query}"


def _which(choice: ExportChoice) -> Iterator[tuple[str, str]]:
    if choice.review_states:
        yield "reviewStates", ",".join(choice.review_states)
    if choice.submitted_from:
        yield "submittedFrom", choice.submitted_from.isoformat()
    if choice.submitted_to:
        yield "submittedTo", choice.submitted_to.isoformat()
    if choice.submitter_id is not None:
        yield "submitterId", str(choice.submitter_id)
    if choice.has_findings is not None:
        yield "hasFindings", _said(choice.has_findings)


def _how(choice: ExportChoice) -> Iterator[tuple[str, str]]:
    if choice.columns:
        yield "columns", ",".join(choice.columns)
    if choice.labels != LABELS[0]:
        yield "labels", choice.labels
    if choice.language:
        yield "language", choice.language
    for name, value, usual in (
        ("groupPaths", choice.group_paths, True),
        ("deletedFields", choice.deleted_fields, False),
        ("splitSelectMultiples", choice.split_select_multiples, False),
        ("guardsFormulas", choice.guards_formulas, False),
        ("attachments", choice.attachments, False),
    ):
        if value != usual:
            yield name, _said(value)


def _media(args: Args) -> Iterator[tuple[str, str]]:
    if pattern := read_pattern(args):
        yield "pattern", pattern


def _said(value: bool) -> str:
    return "true" if value else "false"
