"""Programs speak JSON here: ODK Central's management API under `/v1`, and what we add to it."""

from server.api.routes import routes

__all__ = ["routes"]
