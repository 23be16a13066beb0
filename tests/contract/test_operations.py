"""Our description of the API and the server's routes name the same operations."""

from flask import Flask
from werkzeug.routing import Rule

from tests.contract.conftest import Prepared
from tests.contract.operations import OPERATIONS, Operation

# What Central's description leaves out: some of it Central has too, the rest is ours.
BESIDE_THE_CONTRACT = {
    "GET /v1/sessions/restore",
    "POST /v1/users/reset/verify",
    "POST /v1/config/second-factor",
    "GET /v1/docs",
    "GET /v1/openapi.json",
    "GET /v1/projects/<int:project_id>/app-users/<int:actor_id>/qr",
    "GET /v1/projects/<int:project_id>/forms/<form_id>.xls",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/versions/<path:version>.xls",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/draft.xls",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv",
    "POST /v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/submitters",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/findings",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/findings",
    "PATCH /v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/findings/<int:number>",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/<instance_id>/findings",
    "GET /v1/projects/<int:project_id>/forms/<form_id>/exports/media.zip",
    "POST /v1/projects/<int:project_id>/forms/<form_id>/exports/<export_format>",
    "GET /v1/projects/<int:project_id>/exports/<int:export_id>",
    "DELETE /v1/projects/<int:project_id>/exports/<int:export_id>",
    "POST /v1/projects/<int:project_id>/exports/<int:export_id>/retry",
    "GET /v1/projects/<int:project_id>/exports/<int:export_id>/file",
}


def route_of(shared: Prepared, application: Flask, operation: Operation) -> str:
    """The rule that answers, without the prefix for a token, which is cut off before."""
    path = shared.path(operation).replace(f"/v1/test/{shared.world['draft_token']}/", "/v1/")
    rule, _ = application.url_map.bind("").match(path, operation.method, return_rule=True)
    return written(rule, operation.method)


def written(rule: Rule, method: str) -> str:
    return f"{method} {rule.rule}"


def test_every_route_is_described(shared: Prepared, application: Flask) -> None:
    described = {route_of(shared, application, operation) for operation in OPERATIONS}
    rules = [rule for rule in application.url_map.iter_rules() if rule.rule.startswith("/v1/")]
    served = {written(rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}

    assert served - described == BESIDE_THE_CONTRACT


def test_every_operation_is_described_once() -> None:
    names = [operation.name for operation in OPERATIONS]

    assert len(names) == len(set(names))
    assert len(names) > 150
