"""People use pages here."""

import server.web.api_docs
import server.web.claim
import server.web.review  # noqa: F401 -- importing a module adds its pages to `routes`
from server.web.pages import routes

__all__ = ["routes"]
