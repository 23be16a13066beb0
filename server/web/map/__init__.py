"""The map of a form's submissions."""

import server.web.map.page
import server.web.map.points
import server.web.map.record  # noqa: F401 -- importing a module adds its pages to `routes`
