"""Secrets that we make ourselves: long enough that a fast hash keeps them."""

import hashlib
import secrets


def new_token() -> str:
    """64 characters, safe in a URL, as long as the API's clients expect."""
    return secrets.token_urlsafe(48)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
