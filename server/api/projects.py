"""Projects over the API."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from server.accounts.app_users import count_app_users
from server.api.form_shapes import ExtendedFormShape, counted_views
from server.api.forms import shown_version
from server.api.project_shapes import (
    ExtendedProjectShape,
    NewProject,
    ProjectChanges,
    ProjectFigures,
    ProjectFiguresShape,
    ProjectListQuery,
    ProjectReplacement,
    ProjectShape,
)
from server.api.routes import routes
from server.forms import projects
from server.forms.deep_update import FormPlan, replace_project
from server.forms.listing import list_forms_by_project
from server.forms.models import Project
from server.http.access import anyone, needs
from server.http.call import Call
from server.http.json import write_json, write_shape, write_success
from server.submissions.latest import last_submissions

_LIST = "/v1/projects"
_ITEM = "/v1/projects/<int:project_id>"

_PROJECT, _FIGURES, _FORM = ProjectShape(), ProjectFiguresShape(), ExtendedFormShape()
_EXTENDED = ExtendedProjectShape()


@routes.route(
    "GET",
    _LIST,
    anyone("it lists what the caller may see, for strangers nothing"),
    query=ProjectListQuery(),
    answer=_EXTENDED,
)
def show_projects(call: Call) -> Response:
    """List the projects that the caller may see, archived ones last; with `forms=true` each with its forms."""
    shown = projects.list_projects(call.session, call.actor)
    entries = _entries(call, shown)
    if call.query["forms"]:
        lists = _form_lists(call, shown)
        entries = [entry | {"formList": lists.get(entry["id"], [])} for entry in entries]
    if call.query["datasets"]:
        entries = [entry | {"datasetList": []} for entry in entries]
    return write_json(entries)


@routes.route("POST", _LIST, needs("project.create"), body=NewProject(), answer=_PROJECT)
def create_project(call: Call) -> Response:
    """Create a project."""
    return write_shape(_PROJECT, projects.create_project(call.session, call.actor, **call.body))


@routes.route("GET", _ITEM, needs("project.read"), answer=_EXTENDED)
def show_project(call: Call) -> Response:
    """Show one project; with `X-Extended-Metadata: true` also counts, and what the caller may do in it."""
    entry = _entries(call, [call.project])[0]
    return write_json(entry | {"verbs": call.actor.verbs_on(call.project)} if call.wants_extended else entry)


@routes.route("PATCH", _ITEM, needs("project.update"), body=ProjectChanges(), answer=_PROJECT)
def change_project(call: Call) -> Response:
    """Change the name, the description or whether the project is archived; what is left out stays."""
    projects.update_project(call.session, call.actor, call.project, call.body)
    return write_shape(_PROJECT, call.project)


@routes.route("PUT", _ITEM, needs("project.update"), body=ProjectReplacement(), answer=_PROJECT)
def set_project(call: Call) -> Response:
    """Set all details of the project and, with `forms`, the states and assignments of all its forms at once."""
    body = call.body
    replace_project(
        call.session,
        call.actor,
        call.project,
        name=body["name"],
        description=body["description"],
        archived=bool(body["archived"]),
        plans=None if body["forms"] is None else [_plan(form) for form in body["forms"]],
    )
    return write_shape(_PROJECT, call.project)


@routes.route("DELETE", _ITEM, needs("project.delete"))
def delete_project(call: Call) -> Response:
    """Delete the project; it cannot be reached any more."""
    projects.delete_project(call.session, call.actor, call.project)
    return write_success()


def _entries(call: Call, shown: Sequence[Project]) -> list[dict[str, Any]]:
    entries = [_dumped(_PROJECT, project) for project in shown]
    if not call.wants_extended:
        return entries
    ids = [project.id for project in shown]
    app_users = count_app_users(call.session, ids)
    forms = projects.count_forms(call.session, shown)
    latest = last_submissions(call.session, ids)
    return [
        entry | _dumped(_FIGURES, ProjectFigures(app_users.get(key, 0), forms.get(key, 0), latest.get(key)))
        for key, entry in zip(ids, entries, strict=True)
    ]


def _form_lists(call: Call, shown: Sequence[Project]) -> dict[int, list[dict[str, Any]]]:
    forms = list_forms_by_project(call.session, call.actor, shown)
    listed = [(form, shown_version(form)) for project_forms in forms.values() for form in project_forms]
    lists: dict[int, list[dict[str, Any]]] = {}
    for view in counted_views(call.session, listed):
        lists.setdefault(view.form.project_id, []).append(_dumped(_FORM, view))
    return lists


def _dumped(shape: ProjectShape | ProjectFiguresShape | ExtendedFormShape, value: object) -> dict[str, Any]:
    dumped = shape.dump(value)
    assert isinstance(dumped, dict)
    return dumped


def _plan(form: dict[str, Any]) -> FormPlan:
    given = form.get("assignments")
    assignments = None if given is None else [(pair["actor_id"], pair["role_id"]) for pair in given]
    return FormPlan(form["xml_form_id"], form.get("state"), assignments)
