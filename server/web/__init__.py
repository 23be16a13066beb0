"""People use pages here."""

import server.web.account
import server.web.api_docs
import server.web.assets
import server.web.base_map
import server.web.claim
import server.web.fill
import server.web.first_admin
import server.web.forms
import server.web.map
import server.web.project
import server.web.projects
import server.web.reset
import server.web.review
import server.web.sign_in
import server.web.team
import server.web.trash
import server.web.users  # noqa: F401 -- importing a module adds its pages to `routes`
from server.web.pages import routes
from server.web.words import speak

__all__ = ["routes", "speak"]
