"""Phones speak XML here: form list, form, manifest, form media, submission."""

from server.openrosa import form_list as _form_list  # noqa: F401 -- registers its routes
from server.openrosa import submission as _submission  # noqa: F401 -- registers its routes
from server.openrosa.protocol import routes, speaks_openrosa

__all__ = ["routes", "speaks_openrosa"]
