"""Secrets handed out in links: 256 random bits, of which only the SHA-256 is stored."""

import hashlib
import secrets

from django.conf import settings
from django.urls import reverse


def new_token() -> str:
    """A fresh secret, safe in a URL path (43 characters)."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of `token`: 64 hex digits.

    A plain hash is enough: 256 random bits cannot be guessed from it, and the lookup by hash
    tells nothing about near misses by its timing.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def link(name: str, token: str) -> str:
    """The full address of the page `accounts:<name>` for `token`, for people to copy.

    It starts with the first of ALLOWED_ORIGINS, never with what a request's Host header says.
    """
    return settings.ALLOWED_ORIGINS[0] + reverse(f"accounts:{name}", args=[token])
