"""Phones speak XML here: form list, form, manifest, form media, submission."""

from server.openrosa.protocol import routes, speaks_openrosa

__all__ = ["routes", "speaks_openrosa"]
