"""The publishing desk: what is to be said of the draft, what it changes, what it still needs, and how to try it."""

from functools import partial
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.accounts.settings_code import settings_text
from server.forms.attachments import list_attachments
from server.forms.draft_report import Source, report_of
from server.forms.models import Form, FormVersion
from server.forms.next_version import free_version
from server.forms.remarks import Remark
from server.http.call import Call
from server.http.prefix import draft_url, origin_url
from server.storage import ObjectStore
from server.submissions.answer_counts import MOST_SUBMISSIONS
from server.submissions.compiled_forms import table_sources
from server.submissions.counts import count_submissions
from server.web.forms.changes import Compared, compare, with_counts
from server.web.forms.remark_words import marked, vietnamese
from server.web.forms.upload import Refusal
from server.web.frame import language_of
from server.web.moments import today
from server.web.qr_picture import qr_picture
from server.web.reach import lonely_origin
from server.web.shell import show
from server.web.words import gettext


def show_draft_page(call: Call, session: Session, form: Form, *, refusal: Refusal | None = None) -> Response:
    """The page for the form as it is now; `refusal` says why what was sent just now did not become the draft."""
    call.path_form = form
    values = _of_draft(call, session, form, form.draft_version) if form.draft_version else {}
    response = show(
        call,
        "forms/draft.html",
        tab="draft",
        status=200 if refusal is None else 400,
        refusal=refusal,
        lacking=_lacking(session, form.current_version) if form.current_version else [],
        told=[name for name in ("taken", "replaced", "unfit") if name in call.request.args],
        unknown=call.request.args.getlist("unknown")[:20],
        vietnamese=vietnamese,
        marked=marked,
        **({"draft": None} | values),
    )
    # The code lets whoever has it send to the draft: no browser keeps a copy.
    response.headers["Cache-Control"] = "no-store"
    return response


def _lacking(session: Session, version: FormVersion) -> list[str]:
    """The files that the version asks for and does not have."""
    return [file.name for file in list_attachments(session, version) if file.sha256 is None]


def is_unfit(call: Call, session: Session, form: Form, draft: FormVersion) -> bool:
    """Whether phones could not open the draft as it is, or not offer all of its choices."""
    report = _report(call.services.storage, session, form, draft)
    return bool(_lacking(session, draft)) or any(remark.is_error for remark in report)


def _of_draft(call: Call, session: Session, form: Form, draft: FormVersion) -> dict[str, Any]:
    files = list_attachments(session, draft)
    total = count_submissions(session, [form.id])[form.id].total
    author = session.get(ActorRow, draft.created_by_id) if draft.created_by_id else None
    return {
        "draft": draft,
        "author": author.display_name if author else "",
        "files": files,
        "missing": sum(file.sha256 is None for file in files),
        "report": _report(call.services.storage, session, form, draft),
        "is_unfit": is_unfit(call, session, form, draft),
        "compared": _compared(call, session, form, draft, total),
        "total": total,
        "tests": count_submissions(session, [form.id], is_draft=True)[form.id].total,
        "version": free_version(session, form, draft, today()),
        "code": _code(call, form, draft),
        "lonely_origin": lonely_origin(call),
    }


def _report(storage: ObjectStore, session: Session, form: Form, draft: FormVersion) -> tuple[Remark, ...]:
    files = {file.name: file.sha256 for file in list_attachments(session, draft) if file.sha256}
    sha256 = draft.xlsform_sha256
    workbook = Source(sha256, form.form_id, partial(_read, storage, sha256)) if sha256 else None
    return report_of(_xml(session, draft), draft.md5, table_sources(storage, files), workbook)


def _read(storage: ObjectStore, sha256: str) -> bytes:
    with storage.open(sha256) as chunks:
        return b"".join(chunks)


def _xml(session: Session, version: FormVersion) -> bytes:
    return session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()


def _compared(call: Call, session: Session, form: Form, draft: FormVersion, total: int) -> Compared | None:
    if form.current_version is None:
        return None
    compared = compare(session, form.current_version, draft, language_of(call.request))
    return with_counts(session, form, compared) if 0 < total <= MOST_SUBMISSIONS else compared


def _code(call: Call, form: Form, draft: FormVersion) -> str:
    """The QR code that sets up a phone for this draft alone, as the address of a picture."""
    if draft.draft_token is None:
        return ""
    origin = origin_url(call.request, call.services.settings.public_url)
    name = gettext("Draft: %(title)s", title=draft.title or form.form_id)
    text = settings_text(draft_url(origin, draft.draft_token, form.project_id, form.form_id), name)
    return qr_picture(text)
