"""The people of a project: enumerators with their keys and cards, and the web users who have a role in it."""

import server.web.team.members
import server.web.team.sheet
import server.web.team.web_users  # noqa: F401 -- importing a module adds its pages to `routes`
