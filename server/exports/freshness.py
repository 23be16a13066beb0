"""Say whether an export would come out as before, without making it.

The log tells: everything that changes a form's submissions leaves a row there. Drafts leave none, so that nothing is
said of them.
"""

import hashlib

import orjson
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.audit import Audit
from server.forms.models import Form

EXPORTED = "form.submissions.export"
# Counts up when the same data comes out differently.
_FORMAT = 1
# Rows may become visible in another order than that of their numbers: so many of the last ones are counted too.
_LATE_ROWS = 10_000


def export_tag(session: Session, form: Form, query: dict[str, object]) -> str:
    """The same for as long as the form's published data, and the names of those who sent it, are the same."""
    own = and_(Audit.actee_id == form.actee_id, Audit.action != EXPORTED)
    last = session.scalar(select(func.max(Audit.id)).where(own)) or 0
    late = session.scalar(select(func.count()).where(own, Audit.id > last - _LATE_ROWS))
    renamed = session.execute(select(func.max(ActorRow.updated_at), func.count(ActorRow.id))).one()
    marks = [_FORMAT, form.id, last, late, *renamed, query]
    return hashlib.sha256(orjson.dumps(marks, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
