"""Mail out, through the server that TRANSECT_MAIL_URL names; without one, into the log for the admin to pass on.

What a mail says is decided by whoever sends it. A mail that cannot be sent never undoes what it tells about.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from server.config import Settings

_log = logging.getLogger("transect.mail")
_SECONDS = 10
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


def send(settings: Settings, mail: Mail) -> None:
    """Send after the deed is committed. A failure is logged together with the mail, so that nothing is lost with it."""
    if settings.mail_url is None:
        _log.warning("no mail server is set; pass this on to %s:\n%s\n\n%s", mail.to, mail.subject, mail.text)
        return
    try:
        with connected(settings.mail_url) as server:
            server.send_message(_message(settings, mail))
    except (OSError, smtplib.SMTPException) as error:
        _log.error("a mail was not sent (%s); pass it on to %s:\n%s\n\n%s", error, mail.to, mail.subject, mail.text)


@contextmanager
def connected(mail_url: str) -> Iterator[smtplib.SMTP]:
    """The server, greeted and signed in to; encrypted from the start (smtps) or as soon as it offers that (smtp)."""
    url = urlsplit(mail_url)
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
    with server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def _message(settings: Settings, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = _sender(settings)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    # Answers of "I am away" are of no use to anybody here.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _sender(settings: Settings) -> str:
    """What `?from=` in the mail URL says, or an address at the host that people know this server by."""
    given = parse_qs(urlsplit(settings.mail_url or "").query).get("from")
    return given[0] if given else f"transect@{urlsplit(settings.public_url or '').hostname}"
