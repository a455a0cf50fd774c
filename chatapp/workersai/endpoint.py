"""Where the model answers, and in which form it is asked."""

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import quote

Form = Literal["run", "chat", "openai"]
FORMS: tuple[Form, ...] = get_args(Form)

CATALOGUE_PREFIX = "@cf/openai/"


@dataclass(frozen=True)
class Endpoint:
    """One place that serves the model.

    base     API root without a trailing slash: "https://api.cloudflare.com/client/v4", or for the
             form "openai" the root of an OpenAI-compatible server, such as "http://localhost:11434/v1"
    account  Cloudflare account id; unused by the form "openai"
    token    bearer token, or "" for a server that wants none; never part of the repr
    model    the path or name tried first
    form     "run"     POST {base}/accounts/{account}/ai/run/{model}
             "chat"    POST {base}/accounts/{account}/ai/v1/chat/completions
             "openai"  POST {base}/chat/completions

    Raises ValueError when the form is unknown or the base is not an http(s) address.
    """

    base: str
    account: str = ""
    token: str = field(default="", repr=False)
    model: str = "gpt-oss-20b"
    form: Form = "run"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"The request form must be one of {', '.join(FORMS)}, not {self.form!r}.")
        if not self.base.startswith(("http://", "https://")):
            raise ValueError("The API base must start with https:// (or http:// for a local server).")
        if self.form != "openai" and not self.account:
            raise ValueError("Cloudflare's forms need the account id.")
        object.__setattr__(self, "base", self.base.rstrip("/"))

    def url(self, model: str) -> str:
        """The address to post to when `model` is asked."""
        if self.form == "openai":
            return f"{self.base}/chat/completions"
        root = f"{self.base}/accounts/{quote(self.account, safe='')}/ai"
        if self.form == "chat":
            return f"{root}/v1/chat/completions"
        return f"{root}/run/{quote(model, safe='@/')}"

    def other_model(self) -> str | None:
        """The other spelling of the model's name, or None where there is only one.

        The short form stands in the product's brief, the catalogue form in Cloudflare's documents
        (https://developers.cloudflare.com/workers-ai/models/gpt-oss-20b/); which one an account
        answers is only known by asking.
        """
        if self.form == "openai":
            return None
        if self.model.startswith("@"):
            return self.model.rsplit("/", 1)[-1]
        return CATALOGUE_PREFIX + self.model

    def redact(self, text: str) -> str:
        """`text` with the token blotted out, should a server or a proxy have echoed it."""
        return text.replace(self.token, "[token]") if self.token else text
