"""Programs speak JSON here: ODK Central's management API under `/v1`, and what we add to it."""

import server.api.actor_properties
import server.api.app_users
import server.api.assignments
import server.api.audits
import server.api.backup
import server.api.drafts
import server.api.encryption
import server.api.export_formats
import server.api.export_jobs
import server.api.exports
import server.api.findings
import server.api.form_attachments
import server.api.form_links
import server.api.form_versions
import server.api.forms
import server.api.geojson
import server.api.media_zip
import server.api.odata
import server.api.openapi
import server.api.passwords
import server.api.projects
import server.api.public_links
import server.api.roles
import server.api.sessions
import server.api.site_settings
import server.api.submission_changes
import server.api.submission_files
import server.api.submission_lists
import server.api.submissions
import server.api.user_preferences
import server.api.users  # noqa: F401 -- importing a module adds its operations to `routes`
from server.api.routes import routes

__all__ = ["routes"]
