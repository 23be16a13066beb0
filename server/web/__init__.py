"""People use pages here."""

from server.web.pages import routes

__all__ = ["routes"]
