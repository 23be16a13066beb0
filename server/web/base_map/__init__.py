"""The ground of all maps: its tiles, and the page on which administrators choose it."""

import server.web.base_map.change
import server.web.base_map.page
import server.web.base_map.tiles  # noqa: F401 -- importing a module adds its pages to `routes`
