"""The review desk's pages: a list on the left, one submission on the right, and a decision always at hand."""

import server.web.review.actions
import server.web.review.desk
import server.web.review.pictures
import server.web.review.plain
import server.web.review.print  # noqa: F401 -- importing a module adds its pages to `routes`
