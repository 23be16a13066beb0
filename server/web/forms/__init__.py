"""The pages of one form: how it goes, its next version, its past ones, its data and its settings."""

import server.web.forms.overview
import server.web.forms.settings  # noqa: F401 -- importing a module adds its pages to `routes`
