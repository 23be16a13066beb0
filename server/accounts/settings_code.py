"""What an ODK Collect needs to know to work for an app user, as the QR code that it scans.

The text in the code is base64 of zlib-deflated JSON. Collect refuses the whole code when `general` or `admin` is
missing or any value has the wrong type.
"""

import base64
import io
import zlib
from typing import Any

import orjson
import segno

_BORDER = 4
_MODULE_PIXELS = 6


def collect_settings(server_url: str, project_name: str) -> dict[str, Any]:
    """Forms follow the server and finished ones are sent at once; everything else is left to the phone's owner."""
    return {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project_name},
    }


def settings_text(server_url: str, project_name: str) -> str:
    """The text that the QR code holds."""
    return base64.b64encode(zlib.compress(orjson.dumps(collect_settings(server_url, project_name)), 9)).decode()


def qr_png(text: str) -> bytes:
    return _drawn(text, "png", scale=_MODULE_PIXELS)


def qr_svg(text: str) -> bytes:
    return _drawn(text, "svg", scale=_MODULE_PIXELS)


def render_for_terminal(text: str) -> str:
    """Lines of half blocks, two rows of the code in each, for a terminal of whatever colours."""
    out = io.StringIO()
    _code(text).terminal(out, border=_BORDER, compact=True)
    return out.getvalue()


def _drawn(text: str, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    _code(text).save(out, kind=kind, border=_BORDER, **options)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    # Collect's own codes use the lowest correction too: it keeps the squares large on small screens.
    return segno.make_qr(text, error="l", boost_error=False)
