"""What the server has kept, as a reader of the API sees it, and as it lies in database and store."""

from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select

from server.blobs import Blob
from server.forms.models import Form
from server.http.call import Services
from server.storage.staged import STAGED_PREFIX
from server.submissions.models import Comment, Submission, SubmissionAttachment, SubmissionVersion
from tests.cast import Caller

LIST = "/v1/projects/1/forms/household/submissions"
DRAFT_LIST = "/v1/projects/1/forms/household/draft/submissions"


def item(instance_id: str, within: str = LIST) -> str:
    """The path of a submission."""
    return f"{within}/{quote(instance_id, safe=':')}"


def read(caller: Caller, path: str, **headers: str) -> Any:
    """The JSON that a GET gives."""
    answer = caller.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code == 200, answer.text
    return answer.json


def xml_of(caller: Caller, instance_id: str, within: str = LIST) -> bytes:
    """The current XML."""
    answer = caller.get(f"{item(instance_id, within)}.xml")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def files_of(caller: Caller, instance_id: str, within: str = LIST) -> dict[str, bool]:
    """Names of the current version's files, and whether each is there."""
    return {file["name"]: file["exists"] for file in read(caller, f"{item(instance_id, within)}/attachments")}


def file_of(caller: Caller, instance_id: str, name: str, within: str = LIST) -> bytes:
    """The content of a file of the current version."""
    answer = caller.get(f"{item(instance_id, within)}/attachments/{quote(name, safe='')}")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def versions_of(caller: Caller, instance_id: str) -> list[str]:
    """The instanceIDs of a submission's versions, newest first."""
    return [version["instanceId"] for version in read(caller, f"{item(instance_id)}/versions")]


def actions_of(caller: Caller, instance_id: str) -> list[str]:
    """What the log says of a submission, oldest first."""
    return [row["action"] for row in reversed(read(caller, f"{item(instance_id)}/audits"))]


def listed(caller: Caller, query: str = "", within: str = LIST) -> list[Any]:
    """The instanceIDs that the list shows, in its order."""
    return [row["instanceId"] for row in read(caller, f"{within}{query}")]


def leftovers(services: Services) -> dict[str, int]:
    """What there is of submissions in the database, the store and the folders for files on their way; {} for nothing."""
    with services.database.read() as session:
        counts = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Submission, SubmissionVersion, SubmissionAttachment, Comment, Blob)
        }
    counts["objects"] = sum(1 for _ in services.storage.objects())
    counts["staged"] = sum(1 for place in _staging_places(services) for _ in place.glob(f"{STAGED_PREFIX}*"))
    return {name: count for name, count in counts.items() if count}


def set_form_state(services: Services, state: str, form_id: str = "household") -> None:
    with services.database.write() as session:
        session.scalars(select(Form).where(Form.form_id == form_id)).one().state = state


def _staging_places(services: Services) -> list[Path]:
    return [services.settings.data_dir / "objects" / "staging", Path(gettempdir())]
