"""The pages of one form: how it goes, its next version, its past ones, its data and its settings."""

import server.web.forms.data
import server.web.forms.draft
import server.web.forms.export_jobs
import server.web.forms.files
import server.web.forms.link_cards
import server.web.forms.new
import server.web.forms.overview
import server.web.forms.photos
import server.web.forms.progress
import server.web.forms.public_links
import server.web.forms.saved_views
import server.web.forms.settings
import server.web.forms.table
import server.web.forms.versions  # noqa: F401 -- importing a module adds its pages to `routes`
