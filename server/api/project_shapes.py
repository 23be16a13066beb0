"""Projects as they stand on the wire, and what clients may send about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields
from marshmallow.validate import Range

from server.api.form_shapes import ExtendedFormShape
from server.api.shapes import Moment, Shape

_NUMBER = Range(1, 2**63 - 1)


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    app_users: int
    forms: int
    last_submission: datetime | None


class NewProject(Shape):
    name = fields.String(required=True)
    description = fields.String(allow_none=True)


class ProjectChanges(Shape):
    name = fields.String()
    description = fields.String(allow_none=True)
    archived = fields.Boolean(truthy={True}, falsy={False}, allow_none=True)


class FormAssignmentPlan(Shape):
    actor_id = fields.Integer(required=True, validate=_NUMBER)
    role_id = fields.Integer(required=True, validate=_NUMBER)


class FormPlanShape(Shape):
    xml_form_id = fields.String(required=True)
    state = fields.String()
    assignments = fields.List(fields.Nested(FormAssignmentPlan))


class ProjectReplacement(Shape):
    """What is left out is set to nothing, except the forms and what belongs to them."""

    name = fields.String(required=True)
    description = fields.String(allow_none=True, load_default=None)
    archived = fields.Boolean(truthy={True}, falsy={False}, allow_none=True, load_default=False)
    forms = fields.List(fields.Nested(FormPlanShape), load_default=None)


class ProjectListQuery(Shape):
    forms = fields.Boolean(load_default=False)
    datasets = fields.Boolean(load_default=False)


class ProjectShape(Shape):
    id = fields.Integer()
    name = fields.String()
    description = fields.String()
    archived = fields.Boolean()
    key_id = fields.Integer()
    created_at = Moment()
    updated_at = Moment()
    deleted_at = Moment()


class ProjectFiguresShape(Shape):
    app_users = fields.Integer()
    forms = fields.Integer()
    last_submission = Moment()
    # Clients expect these; no entity lists are kept yet.
    datasets: fields.Field[Any] = fields.Constant(0)
    last_entity: fields.Field[Any] = fields.Constant(None)


class ExtendedProjectShape(ProjectShape, ProjectFiguresShape):
    """`verbs` come with a single project, the lists when a listing asks for them."""

    verbs = fields.List(fields.String())
    form_list = fields.List(fields.Nested(ExtendedFormShape))
    dataset_list = fields.List(fields.Dict())
