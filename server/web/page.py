"""How the server's plain pages are written: a template with a style of its own, and nothing from anywhere else."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, render_template

_FOLDER = Path(__file__).parent


def write_page(name: str, *, status: int = 200, **values: Any) -> Response:
    """Render `{name}.html` with the style in `{name}.css`. The page may load nothing and run nothing."""
    style, policy = _style(name)
    page = render_template(f"{name}.html", style=style, **values)
    response = Response(page, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    return response


@cache
def _style(name: str) -> tuple[str, str]:
    """The style and the policy that allows it: by its hash, so that no other style can slip in."""
    style = (_FOLDER / f"{name}.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'self'"
    return style, f"{policy}; frame-ancestors 'none'"
