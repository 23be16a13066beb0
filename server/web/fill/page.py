"""The page on which a form is filled in: what its script is told, and what stands there instead where nobody may."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import orjson
from flask import Response

from server.forms.models import FormVersion
from server.http.call import Call
from server.web.fill.bundles import bundle_address, why_not_built
from server.web.fill.gap_words import GAP_WORDS
from server.web.shell import show

# The widgets put styles of their own into the page, show pictures that they have just read or made, and parse
# expressions with WebAssembly. Scripts come from us alone, and nothing is evaluated.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self' blob:; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
Why = Literal["encrypted", "closed"]
Kind = Literal["new", "edit", "preview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the script does; all but `names`, `once` and `user` are addresses on this server.

    `files` begins the address of each of the form's files, `attachments` that of each file of the submission that is
    edited, whose XML is at `instance`. `once` names what a browser remembers when it may send only once.
    """

    kind: Kind
    form: str
    files: str
    send: str
    instance: str | None = None
    attachments: str | None = None
    names: tuple[str, ...] = ()
    once: str | None = None
    user: str | None = None


def write_fill_page(
    call: Call, version: FormVersion, task: Task, *, back: str | None = None, **values: Any
) -> Response:
    """The page for `task`; `back` is where to go on afterwards, for those who come from somewhere."""
    why = _refusal(call, version, task.kind)
    return show(
        call,
        "fill/page.html",
        policy=_POLICY,
        heading=version.title or call.form.form_id,
        script=bundle_address("fill.js"),
        reason=why_not_built(),
        why=why,
        kind=task.kind,
        once=task.once,
        task=_told(call, task),
        back=back,
        gap_words=GAP_WORDS,
        **values,
    )


def _refusal(call: Call, version: FormVersion, kind: Kind) -> Why | None:
    """Why nobody can fill in this form here, though they may.

    An edit still comes when a closing form is no longer offered, as a phone's would.
    """
    if version.key_id is not None:
        return "encrypted"
    state = call.form.state
    is_open = kind == "preview" or state == "open" or (kind == "edit" and call.form.takes_submissions)
    return None if is_open else "closed"


def _told(call: Call, task: Task) -> str:
    told = asdict(task) | {"limit": call.services.settings.max_upload}
    return orjson.dumps(told).decode()
