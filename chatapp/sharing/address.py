"""The secret in a link's address: 256 bits, made of the link's key and the installation's SECRET_KEY.

Stored is its hash alone, so who reads the database (a backup, say) can open no link; the owner can be shown
the address again all the same, because the server can make it again. After a change of SECRET_KEY links go on
working, but are not shown again.
"""

import base64
from uuid import UUID

from django.utils.crypto import salted_hmac

from chatapp.accounts.tokens import hash_token

from .models import Share


def token_of(key: UUID) -> str:
    """The secret of the link with this key: 43 characters, safe in a URL path."""
    digest = salted_hmac("chatapp.sharing.address", key.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def shown_again(share: Share) -> str:
    """The secret for the owner to copy; "" if the SECRET_KEY it was made with is gone."""
    token = token_of(share.key)
    return token if hash_token(token) == share.token_hash else ""


def find(token: str) -> Share | None:
    """The open link with this secret. Unknown, revoked, ended: all the same, None."""
    open_ones = Share.objects.open().select_related("conversation__owner")
    return open_ones.filter(token_hash=hash_token(token)).first()
