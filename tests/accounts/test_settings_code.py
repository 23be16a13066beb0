import base64
import json
import zlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.accounts.settings_code import qr_png, qr_svg, render_for_terminal, settings_text

URL = "https://survey.example.org/v1/key/abc/projects/1"


def read(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text, validate=True)))


def test_settings_are_what_collect_takes() -> None:
    assert read(settings_text(URL, "Rà soát hộ nghèo")) == {
        "general": {"server_url": URL, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular"},
        "admin": {},
        "project": {"name": "Rà soát hộ nghèo"},
    }


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=255))
def test_code_of_any_project_name_can_be_drawn(name: str) -> None:
    text = settings_text(URL, name)

    assert read(text)["project"] == {"name": name}
    assert qr_png(text).startswith(b"\x89PNG")


def test_svg_and_terminal_show_the_code() -> None:
    text = settings_text(URL, "P")

    assert b"<svg" in qr_svg(text)
    assert len(render_for_terminal(text).splitlines()) > 20
