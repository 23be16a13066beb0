"""Names of fields as OData allows them: letters, digits and underscores, not beginning with a digit."""

import re

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_]+")


def odata_name(name: str) -> str:
    """One name, or one step of a path, as ODK Central writes it in OData documents."""
    plain = _NOT_ALLOWED.sub("_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain


def odata_path(path: str) -> str:
    """Each step of a path on its own: `/nhân khẩu/1st` gives `/nh_n_kh_u/_1st`."""
    return "/".join(odata_name(step) for step in path.split("/"))
