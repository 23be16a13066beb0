"""The web users of the whole server: who they are, how they get in, and who administers it."""

import server.web.users.listing
import server.web.users.one  # noqa: F401 -- importing a module adds its pages to `routes`
