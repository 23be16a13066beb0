"""What users look after themselves: password, language, sessions, second factor, API passwords."""

import server.web.account.api_passwords
import server.web.account.language
import server.web.account.overview
import server.web.account.password
import server.web.account.second_factor
import server.web.account.sessions  # noqa: F401 -- importing a module adds its pages to `routes`
