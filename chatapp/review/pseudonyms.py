"""Names for members until a conversation of theirs is opened: each reviewer has others, and always the same."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

LENGTH = 6  # signs: among 1,000 members, one chance in 2,000 that two share a name


def pseudonym(reviewer_id: int, owner_id: int) -> str:
    """Made with the server's secret, so that nobody can try out whom it stands for."""
    words = f"review pseudonym {reviewer_id} {owner_id}".encode()
    made = hmac.digest(settings.SECRET_KEY.encode(), words, hashlib.sha256)
    return base64.b32encode(made).decode()[:LENGTH]


def behind(reviewer_id: int, name: str, owners: Iterable[int]) -> list[int]:
    """Those of `owners` who bear the name for this reviewer."""
    wanted = name.strip().upper()
    return [owner for owner in owners if pseudonym(reviewer_id, owner) == wanted]
