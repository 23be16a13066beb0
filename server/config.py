"""Settings, read once from the environment; a bad value stops the start with a sentence that says what is allowed."""

import os
import secrets
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

MEGABYTE = 1_000_000


class SettingsError(Exception):
    """A setting cannot be used; the message names it, its value's fault and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator can set. Names in the environment are `TRANSECT_` and the field in capitals.

    `check_wait`: how many milliseconds a phone waits for the check of its answers.
    `time_zone`: in which pages show times, and their days begin and end.
    """

    data_dir: Path
    database_url: str
    storage_url: str
    public_url: str | None
    secret_key: str
    mail_url: str | None
    max_upload: int
    login_throttle: bool
    trusted_proxies: int
    check_wait: int
    time_zone: zoneinfo.ZoneInfo

    @property
    def check_wait_seconds(self) -> float:
        return self.check_wait / 1000

    @property
    def is_public_https(self) -> bool:
        return self.public_url is not None and self.public_url.startswith("https://")

    def described(self) -> dict[str, str]:
        """Name and value of each setting, for people; secrets and passwords are masked."""
        return {
            f"TRANSECT_{field.name.upper()}": _masked(field.name, getattr(self, field.name)) for field in fields(self)
        }


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read `TRANSECT_*`; raise SettingsError on the first value that cannot be used."""
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("TRANSECT_DATA_DIR") or "var").absolute()
    public_url = _public_url(env.get("TRANSECT_PUBLIC_URL"))
    return Settings(
        data_dir=data_dir,
        database_url=env.get("TRANSECT_DATABASE_URL") or f"sqlite:///{data_dir / 'transect.sqlite3'}",
        storage_url=env.get("TRANSECT_STORAGE_URL") or f"file://{data_dir / 'objects'}",
        public_url=public_url,
        secret_key=env.get("TRANSECT_SECRET_KEY") or _kept_secret(data_dir),
        mail_url=_mail_url(env.get("TRANSECT_MAIL_URL"), public_url),
        max_upload=_whole_number(env, "TRANSECT_MAX_UPLOAD", default=100 * MEGABYTE, least=MEGABYTE),
        login_throttle=_switch(env, "TRANSECT_LOGIN_THROTTLE", default=True),
        trusted_proxies=_whole_number(env, "TRANSECT_TRUSTED_PROXIES", default=0, least=0),
        check_wait=_whole_number(env, "TRANSECT_CHECK_WAIT", default=250, least=0),
        time_zone=_time_zone(env.get("TRANSECT_TIME_ZONE") or "Asia/Ho_Chi_Minh"),
    )


def _public_url(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"TRANSECT_PUBLIC_URL is {value!r}; give the address that phones use, such as https://survey.example.org"
        )
    return value.rstrip("/")


def _mail_url(value: str | None, public_url: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _has_usable_port(parts):
        raise SettingsError(
            f"TRANSECT_MAIL_URL is {_masked('mail_url', value)!r}; give smtp://user:password@host:port or smtps://…, "
            "and ?from=address behind it when mails should not come from transect@ and the host of TRANSECT_PUBLIC_URL"
        )
    if public_url is None:
        raise SettingsError("TRANSECT_MAIL_URL needs TRANSECT_PUBLIC_URL: mails carry links that begin with it")
    return value


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise SettingsError(f"{name} is {value!r}; give a whole number, at least {least}")
    return int(value)


def _time_zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"TRANSECT_TIME_ZONE is {name!r}; give a name of the time zone database, such as Asia/Ho_Chi_Minh"
        ) from None


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name)
    if not value:
        return default
    if value not in {"on", "off"}:
        raise SettingsError(f"{name} is {value!r}; give 'on' or 'off'")
    return value == "on"


def _kept_secret(data_dir: Path) -> str:
    """Make the secret once and keep it readable by its owner only; a race between two starts has one winner."""
    path = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _masked(name: str, value: object) -> str:
    if name == "secret_key":
        return "(set)"
    text = str(value)
    if name.endswith("_url") and "@" in text:
        scheme, _, rest = text.partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}"
    return text
