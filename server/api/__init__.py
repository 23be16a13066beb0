"""Programs speak JSON here: ODK Central's management API under `/v1`, and what we add to it."""

import server.api.submission_files
import server.api.submissions  # noqa: F401 -- importing a module adds its operations to `routes`
from server.api.routes import routes

__all__ = ["routes"]
