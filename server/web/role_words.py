"""What the roles are called on pages, by the name that the API has for them."""

from collections.abc import Mapping
from typing import Final

from server.permissions import Role
from server.web.words import N_, gettext

ROLE_WORDS: Final[Mapping[str, str]] = {
    "admin": N_("Administrator"),
    "manager": N_("Project Manager"),
    "viewer": N_("Project Viewer"),
    "formfill": N_("Data Collector"),
}
_MAY_DO: Final[Mapping[str, str]] = {
    "manager": N_("Changes forms and the team, reviews and exports."),
    "viewer": N_("Looks at submissions and exports them; changes nothing."),
    "formfill": N_("Fills in forms in the browser; sees no submissions."),
}


def role_words(role: Role) -> str:
    """In the reader's language; as the API names it where only programs give it."""
    return gettext(ROLE_WORDS.get(role.system, role.name))


def may_do(role: Role) -> str:
    """What the role is for, for roles that are meant for projects."""
    return gettext(_MAY_DO[role.system])
