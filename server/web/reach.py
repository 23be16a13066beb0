"""Whether phones can reach the address that their codes hold."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from server.http.call import Call
from server.http.prefix import origin_url


def lonely_origin(call: Call) -> str:
    """The address that codes would hold when it means the very machine that reads it; blank when phones can use it."""
    origin = origin_url(call.request, call.services.settings.public_url)
    return origin if is_loopback(urlsplit(origin).hostname or "") else ""


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
