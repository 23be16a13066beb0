"""The addresses of CSV exports: who may, what is asked for, what changes the answer, and what the log says."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import QueuePool, text

from tests.cast import Caller, Cast
from tests.exports.survey import lines_of, names_in, tables_of
from tests.factories import household, household_form, make_draft, publish, send
from tests.kept import DRAFT_LIST, LIST, item
from tests.logged import rows_of
from tests.phone import send_parts, xml_part
from tests.queries import counted_queries

ONE = "uuid:11111111-1111-4111-8111-111111111111"
TWO = "uuid:22222222-2222-4222-8222-222222222222"
THREE = "uuid:33333333-3333-4333-8333-333333333333"
CSV, ZIP = f"{LIST}.csv", f"{LIST}.csv.zip"
DRAFT_CSV, DRAFT_ZIP = f"{DRAFT_LIST}.csv", f"{DRAFT_LIST}.csv.zip"
EXPORTED = "form.submissions.export"
REVIEWED = "__system/reviewState eq 'approved'"


def keys(caller: Caller, path: str = CSV, **query: str) -> list[str]:
    answer = caller.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return [line["KEY"] for line in lines_of(answer.data)]


def approve(caller: Caller, instance_id: str) -> None:
    assert caller.patch(item(instance_id), json={"reviewState": "approved"}).status_code == 200


@pytest.fixture
def sent(cast: Cast) -> None:
    publish(cast.bob)
    send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"photo"))
    send(cast.chi, household(TWO))


@pytest.mark.parametrize("path", [CSV, ZIP, DRAFT_CSV, DRAFT_ZIP])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_who_may_list_and_read_submissions_exports_them(cast: Cast, path: str, method: str) -> None:
    publish(cast.bob)
    cast.bob.post("/v1/projects/1/forms/household/draft")
    callers = {
        "alice": cast.alice, "bob": cast.bob, "vy": cast.vy, "cuong": cast.cuong, "chi": cast.chi, "dee": cast.dee,
        "quan": cast.quan, "nobody": cast.nobody,
    }  # fmt: skip

    statuses = {name: caller.send(method, path).status_code for name, caller in callers.items()}

    assert statuses == {
        "alice": 200, "bob": 200, "vy": 200, "cuong": 403, "chi": 403, "dee": 403, "quan": 403, "nobody": 401,
    }  # fmt: skip


def test_form_of_another_project_is_not_found(cast: Cast, sent: None) -> None:
    assert cast.quan.get(CSV.replace("/projects/1/", "/projects/2/")).status_code == 404


def test_what_is_not_published_cannot_be_exported(cast: Cast) -> None:
    make_draft(cast.bob)

    assert cast.bob.get(CSV).status_code == 404
    assert keys(cast.bob, DRAFT_CSV) == []


def test_published_form_without_a_draft_has_no_draft_export(cast: Cast, sent: None) -> None:
    assert cast.bob.get(DRAFT_ZIP).status_code == 404


def test_draft_export_has_what_testers_sent_and_nothing_else(cast: Cast, sent: None) -> None:
    cast.bob.post("/v1/projects/1/forms/household/draft")
    token = cast.bob.get("/v1/projects/1/forms/household/draft").json["draftToken"]
    path = f"/v1/test/{token}/projects/1/forms/household/draft/submission"
    assert send_parts(cast.nobody, xml_part(household(THREE)), path=path).status_code == 201

    assert keys(cast.bob, DRAFT_CSV) == [THREE]
    assert keys(cast.bob) == [TWO, ONE]
    assert [line["KEY"] for line in tables_of(cast.bob.get(DRAFT_ZIP))["household.csv"]] == [THREE]


def test_answers_say_what_they_are_and_how_to_call_the_file(cast: Cast, sent: None) -> None:
    plain, archive = cast.vy.get(CSV), cast.vy.get(ZIP)

    assert (
        plain.headers["Content-Disposition"] == "attachment; filename=\"household.csv\"; filename*=UTF-8''household.csv"
    )
    assert archive.headers["Content-Disposition"].startswith('attachment; filename="household.zip"')
    assert archive.headers["Content-Type"] == "application/zip"


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"1": "passphrase"}},
        {"data": {"1": "passphrase"}},
        {"data": b"", "content_type": "application/json"},
        {},
    ],
)
@pytest.mark.parametrize("path", [CSV, ZIP])
def test_post_gives_what_get_gives(cast: Cast, sent: None, path: str, body: dict[str, Any]) -> None:
    answer = cast.vy.post(f"{path}?attachments=false&groupPaths=false", **body)

    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert len(answer.data) == len(cast.vy.get(f"{path}?attachments=false&groupPaths=false").data)


def test_post_with_a_body_that_is_no_json_is_refused(cast: Cast, sent: None) -> None:
    answer = cast.vy.post(ZIP, data=b"{", content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, 400.1)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$filter=height eq 3", 400.8),
        ("$filter=__system/status eq null", 501.1),
        ("$filter=__id eq", 400.8),
        ("$filter=__system/submitterId eq '1'", 400.8),
        ("attachments=perhaps", 400.11),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(cast: Cast, sent: None, query: str, code: float) -> None:
    answer = cast.vy.get(f"{ZIP}?{query}")

    assert (answer.status_code, answer.json["code"]) == (int(code), code)


def test_filter_chooses_submissions_for_all_tables(cast: Cast, sent: None) -> None:
    approve(cast.bob, ONE)

    assert keys(cast.vy, **{"$filter": REVIEWED}) == [ONE]
    assert keys(cast.vy, **{"$filter": f"not ({REVIEWED})"}) == [TWO]
    archive = cast.vy.get(ZIP, query_string={"$filter": f"$root/Submissions/{REVIEWED}"})
    assert names_in(archive) == ["household.csv", "household-member.csv", "media/a.jpg"]
    assert {line["PARENT_KEY"] for line in tables_of(archive)["household-member.csv"]} == {ONE}


def test_filter_asks_for_answers_of_any_version(cast: Cast, sent: None) -> None:
    send(cast.chi, household(THREE, name="Hoàng Mai"))
    without_name = re.sub(rb"<name/>|<bind .*/data/name.*|<input .*/data/name.*", b"", household_form(version="2"))
    cast.bob.post("/v1/projects/1/forms/household/draft", data=without_name, content_type="application/xml")
    cast.bob.post("/v1/projects/1/forms/household/draft/publish")

    assert keys(cast.vy, **{"$filter": "name eq 'Hoàng Mai' and age lt 42"}) == [THREE]
    assert keys(cast.vy, **{"$filter": "startswith(name, 'Nông') or age gt 41"}) == [TWO, ONE]


def test_trash_is_left_out_unless_the_filter_asks_for_it(cast: Cast, sent: None) -> None:
    cast.bob.delete(item(ONE))

    assert keys(cast.vy) == [TWO]
    assert keys(cast.vy, **{"$filter": "__system/deletedAt ne null"}) == [ONE]
    assert keys(cast.vy, **{"$filter": "__system/deletedAt eq null"}) == [TWO]
    assert keys(cast.vy, **{"$filter": "__system/submitterId gt 0"}) == [TWO]


@pytest.mark.parametrize("path", [CSV, ZIP])
def test_client_that_has_the_export_is_told_so_and_the_log_is_not(cast: Cast, sent: None, path: str) -> None:
    tag = cast.vy.get(path).headers["ETag"]

    answer = cast.bob.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert len(rows_of(cast.services, EXPORTED)) == 1


def edit(cast: Cast) -> None:
    send(cast.chi, household(THREE, replaces=ONE))


def publish_again(cast: Cast) -> None:
    draft = cast.bob.post(
        "/v1/projects/1/forms/household/draft", data=household_form(version="2"), content_type="application/xml"
    )
    assert draft.status_code == 200
    assert cast.bob.post("/v1/projects/1/forms/household/draft/publish").status_code == 200


def delete_and_restore(cast: Cast) -> None:
    cast.bob.delete(item(ONE))
    assert cast.bob.post(f"{item(ONE)}/restore").status_code == 200


def rename_sender(cast: Cast) -> None:
    assert cast.alice.patch(f"/v1/users/{cast.vy.id}", json={"displayName": "Vy Anh"}).status_code == 200


CHANGES: dict[str, Callable[[Cast], object]] = {
    "new": lambda cast: send(cast.chi, household(THREE)),
    "late file": lambda cast: send(cast.chi, household(ONE, photo="a.jpg"), ("a.jpg", b"another")),
    "file over REST": lambda cast: cast.bob.post(f"{item(ONE)}/attachments/a.jpg", data=b"third"),
    "file cleared": lambda cast: cast.bob.delete(f"{item(ONE)}/attachments/a.jpg"),
    "edit": edit,
    "review": lambda cast: approve(cast.bob, ONE),
    "trash": lambda cast: cast.bob.delete(item(ONE)),
    "trash and back": delete_and_restore,
    "published": publish_again,
    "name": rename_sender,
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_an_export_changes_its_tag(cast: Cast, sent: None, change: str) -> None:
    tag = cast.vy.get(ZIP).headers["ETag"]

    CHANGES[change](cast)

    answer = cast.vy.get(ZIP, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_each_way_to_ask_has_its_own_tag(cast: Cast, sent: None) -> None:
    queries = ["", "?attachments=false", "?groupPaths=false", "?deletedFields=true", "?splitSelectMultiples=true"]
    queries += ["?$filter=__system/submitterId gt 0"]

    tags = {cast.vy.get(f"{path}{query}").headers["ETag"] for path in (CSV, ZIP) for query in queries}

    assert len(tags) == 2 * len(queries)


def test_what_depends_on_the_hour_or_leaves_no_trace_has_no_tag(cast: Cast, sent: None) -> None:
    cast.bob.post("/v1/projects/1/forms/household/draft")

    assert "ETag" not in cast.vy.get(CSV, query_string={"$filter": "__system/submissionDate lt now()"}).headers
    assert "ETag" not in cast.vy.get(DRAFT_CSV).headers


def test_exports_are_logged_with_notes(cast: Cast, sent: None) -> None:
    cast.vy.get(CSV, headers={"X-Action-Notes": "báo cáo"})
    cast.bob.post(ZIP)

    rows = rows_of(cast.services, EXPORTED)
    assert [(row.actor_id, row.notes) for row in rows] == [(cast.vy.id, "báo cáo"), (cast.bob.id, None)]


def test_asking_for_headers_or_a_draft_is_no_export(cast: Cast, sent: None) -> None:
    cast.bob.post("/v1/projects/1/forms/household/draft")

    head = cast.vy.send("HEAD", ZIP)
    cast.vy.get(DRAFT_ZIP)

    assert (head.status_code, head.data) == (200, b"")
    assert rows_of(cast.services, EXPORTED) == []


def test_number_of_queries_does_not_grow_with_the_submissions(cast: Cast, sent: None) -> None:
    with counted_queries(cast.services) as few:
        assert cast.vy.get(ZIP).data
    for number in range(12):
        send(cast.chi, household(photo=f"{number}.jpg"), (f"{number}.jpg", b"photo"))

    with counted_queries(cast.services) as many:
        assert cast.vy.get(ZIP).data

    assert len(many) == len(few)


def connections_in_use(cast: Cast) -> int:
    pool = cast.services.database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def test_client_that_goes_away_leaves_nothing_open(cast: Cast, sent: None) -> None:
    answer = cast.vy.get(ZIP, buffered=False)
    pieces: Iterator[bytes] = answer.iter_encoded()
    assert all((next(pieces), next(pieces)))
    assert connections_in_use(cast) == 1

    answer.close()
    del pieces

    assert connections_in_use(cast) == 0


@pytest.mark.parametrize("path", [CSV, ZIP])
def test_fault_in_the_middle_breaks_the_stream(
    cast: Cast, sent: None, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    # Nothing that the server writes: a page of the database that was overwritten, say.
    with cast.services.database.write() as session:
        session.execute(text("UPDATE submission_version SET answers = '[3]'"))

    answer = cast.vy.get(path, buffered=False)

    with pytest.raises(AttributeError):
        b"".join(answer.iter_encoded())
    assert "the export of the form household broke off" in caplog.text
    assert connections_in_use(cast) == 0
