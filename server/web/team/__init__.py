"""The enumerators of a project: their keys, when they were last heard of, and cards with their codes."""

import server.web.team.members
import server.web.team.sheet  # noqa: F401 -- importing a module adds its pages to `routes`
