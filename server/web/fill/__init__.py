"""Filling in and editing forms in the browser, with what @getodk/web-forms can do."""

import server.web.fill.bundles
import server.web.fill.edit
import server.web.fill.links
import server.web.fill.new
import server.web.fill.preview  # noqa: F401 -- importing a module adds its pages to `routes`
