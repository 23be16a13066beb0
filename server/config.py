"""Settings, read once from the environment; a bad value stops the start with a sentence that says what is allowed."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

MEGABYTE = 1_000_000


class SettingsError(Exception):
    """A setting cannot be used; the message names it, its value's fault and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator can set. Names in the environment are `TRANSECT_` and the field in capitals."""

    data_dir: Path
    database_url: str
    storage_url: str
    public_url: str | None
    secret_key: str
    max_upload: int
    login_throttle: bool
    trusted_proxies: int

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
    return Settings(
        data_dir=data_dir,
        database_url=env.get("TRANSECT_DATABASE_URL") or f"sqlite:///{data_dir / 'transect.sqlite3'}",
        storage_url=env.get("TRANSECT_STORAGE_URL") or f"file://{data_dir / 'objects'}",
        public_url=_public_url(env.get("TRANSECT_PUBLIC_URL")),
        secret_key=env.get("TRANSECT_SECRET_KEY") or _kept_secret(data_dir),
        max_upload=_whole_number(env, "TRANSECT_MAX_UPLOAD", default=100 * MEGABYTE, least=MEGABYTE),
        login_throttle=_switch(env, "TRANSECT_LOGIN_THROTTLE", default=True),
        trusted_proxies=_whole_number(env, "TRANSECT_TRUSTED_PROXIES", default=0, least=0),
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


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int) -> int:
    value = env.get(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise SettingsError(f"{name} is {value!r}; give a whole number, at least {least}")
    return int(value)


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
