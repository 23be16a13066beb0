import html
import re

from tests.cast import Cast


def page(cast: Cast) -> str:
    answer = cast.nobody.get("/v1/docs")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


def test_every_operation_stands_on_the_page(cast: Cast) -> None:
    shown = re.findall(r'<span class="method">(\w+)</span> <code>([^<]+)</code>', page(cast))
    document = cast.nobody.get("/v1/openapi.json").json

    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert {(method, html.unescape(path)) for method, path in shown} == described
    assert len(shown) == len(described)


def test_a_noun_stands_once(cast: Cast) -> None:
    headings = re.findall(r"<h2>([^<]+)</h2>", page(cast))

    assert "Audits" in headings
    assert len(headings) == len(set(headings))


def test_the_page_tells_what_to_send_and_who_may(cast: Cast) -> None:
    text = page(cast)

    assert "Needs <code>field_key.create</code>." in text
    assert "<code>displayName</code></dt><dd>string, required</dd>" in text


def test_the_page_runs_no_script_and_loads_nothing(cast: Cast) -> None:
    policy = cast.nobody.get("/v1/docs").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert "<script" not in page(cast)
    assert not re.search(r'(src|href)="(https?:)?//', page(cast))


def test_the_page_can_be_read_on_a_phone(cast: Cast) -> None:
    assert 'name="viewport" content="width=device-width' in page(cast)
