"""What the roles are called on pages, by the name that the API has for them."""

from collections.abc import Mapping
from typing import Final

from server.web.words import N_

ROLE_WORDS: Final[Mapping[str, str]] = {
    "admin": N_("Administrator"),
    "manager": N_("Project Manager"),
    "viewer": N_("Project Viewer"),
    "formfill": N_("Data Collector"),
}
