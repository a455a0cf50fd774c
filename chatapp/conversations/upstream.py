"""Which model endpoint this installation talks to, from the settings."""

from typing import Literal

from django.conf import settings

from chatapp.standin import launch
from chatapp.workersai.client import Client, Timeouts
from chatapp.workersai.endpoint import Endpoint


def is_standin() -> bool:
    """True if nothing real is configured, so that the stand-in answers."""
    return not settings.OPENAI_BASE_URL and not settings.CLOUDFLARE_AUTH_TOKEN


def endpoint() -> Endpoint:
    """The configured endpoint. Starts the stand-in if it is needed and not running yet."""
    if settings.OPENAI_BASE_URL:
        return Endpoint(
            base=settings.OPENAI_BASE_URL,
            token=settings.OPENAI_API_KEY,
            model=settings.MODEL_NAME,
            form="openai",
        )
    if is_standin():
        return Endpoint(
            base=f"{launch.ensure()}/client/v4",
            account="standin",
            token="standin",  # noqa: S106 (any word will do)
            model=settings.MODEL_NAME,
            form=_form(),
        )
    return Endpoint(
        base=settings.CLOUDFLARE_API_BASE,
        account=settings.CLOUDFLARE_ACCOUNT_ID,
        token=settings.CLOUDFLARE_AUTH_TOKEN,
        model=settings.MODEL_NAME,
        form=_form(),
    )


def _form() -> Literal["run", "chat"]:
    return "chat" if settings.MODEL_FORM == "chat" else "run"


def client() -> Client:
    """A new client; one per process and event loop, closed by whoever made it."""
    return Client(
        endpoint(),
        timeouts=Timeouts(
            first_token=settings.MODEL_FIRST_TOKEN_TIMEOUT,
            between_tokens=settings.MODEL_BETWEEN_TOKENS_TIMEOUT,
        ),
    )
