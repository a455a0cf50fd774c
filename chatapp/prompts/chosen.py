"""Which prompt counts in a conversation, in which version, and what its text says there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from chatapp.accounts.models import User

from . import rights
from .content import Content, of
from .models import Label, LabelMove, Prompt, Right, Version
from .variables import Variable, fill, missing

CHAT, TEAM = "chat", "team"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a conversation says of prompts. `version_id` None: it follows `production`."""

    prompt_id: int | None = None
    version_id: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    without: bool = False  # not even the team's


NOTHING = Choice()


@dataclass(frozen=True, slots=True)
class Standing:
    """The prompt that counts."""

    prompt: Prompt
    version: Version
    content: Content
    values: Mapping[str, str]
    origin: str  # CHAT: chosen there; TEAM: the team's default
    follows: bool
    text: str  # with the variables in place
    missing: list[Variable]  # that must be filled in first

    @property
    def problem(self) -> str:
        """Why nothing can be sent with it, "" if it can."""
        if not self.missing:
            return ""
        return _("The prompt “%(name)s” needs %(what)s. Fill it in at the prompt below the message box.") % {
            "name": self.prompt.name,
            "what": ", ".join(f"“{one.asks}”" for one in self.missing),
        }

    @property
    def named(self) -> dict[str, Any]:
        """For the receipt: which version this was, whatever it is called later."""
        prompt, version = self.prompt, self.version
        return {
            "key": str(version.key),
            "slug": prompt.slug,
            "name": prompt.name,
            "number": version.number,
            "hash": version.hash,
        }


class NotAllowed(Exception):
    """The prompt chosen in the conversation may not be used any more; the text says so, for people."""


def standing(choice: Choice, user_id: int, team_prompt_id: int | None) -> Standing | None:
    """The prompt that counts for the member; None if there is none.

    Raises NotAllowed if one was chosen that the member may not use any more. One that was archived goes on.
    """
    if choice.without:
        return None
    prompt_id = choice.prompt_id or team_prompt_id
    if prompt_id is None:
        return None
    version = _version(prompt_id, choice.version_id if choice.prompt_id else None, user_id)
    is_own = choice.prompt_id is not None
    if version is None:
        return None
    if not version.is_usable and not _by_role(user_id):  # type: ignore[attr-defined]
        if not is_own:
            return None
        raise NotAllowed(
            _("You may not use the prompt “%(name)s” any more. Choose another, or none, below the message box.")
            % {"name": version.prompt.name}
        )
    said = of(version)
    values = choice.values if is_own else {}
    return Standing(
        version.prompt,
        version,
        said,
        values,
        CHAT if is_own else TEAM,
        choice.version_id is None,
        fill(said.text, said.variables, values, Member(user_id).fact),
        missing(said.variables, values),
    )


def published(prompt: Prompt) -> Version | None:
    stands = Label.objects.filter(prompt=prompt, name=Label.PRODUCTION).select_related("version").first()
    return stands.version if stands else None


def may_stay_on(user, version: Version) -> bool:
    """Members stay on what was published once; editors on any version."""
    if rights.may(user, version.prompt, Right.EDIT):
        return True
    moves = LabelMove.objects.filter(label=Label.PRODUCTION, after=version)
    return moves.exists() and rights.may(user, version.prompt, Right.USE)


def _version(prompt_id: int, version_id: int | None, user_id: int) -> Version | None:
    """One query: a question waits for it."""
    which: dict[str, Any] = {"labels__name": Label.PRODUCTION} if version_id is None else {"pk": version_id}
    rows = Version.objects.filter(prompt_id=prompt_id, **which).select_related("prompt")
    usable = rights.granted(user_id, Right.USE).filter(prompt=OuterRef("prompt"))
    return rows.annotate(is_usable=Exists(usable)).first()


def _by_role(user_id: int) -> bool:
    user = User.objects.filter(pk=user_id).first()
    return user is not None and rights.by_role(user, Right.USE)


class Member:
    """What of the member a text may name; read when it does."""

    def __init__(self, user_id: int) -> None:
        self._id = user_id

    def fact(self, name: str) -> str:
        user = User.objects.get(pk=self._id)
        if name == "groups":
            return ", ".join(user.groups.order_by("name").values_list("name", flat=True))
        return str(getattr(user, name))
