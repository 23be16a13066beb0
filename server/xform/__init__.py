"""Forms and instances, read from their XML: no web framework, no database, nothing else of the server."""
