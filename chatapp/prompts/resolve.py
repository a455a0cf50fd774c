"""Which value counts, and where it comes from.

Settings are flat: `system_prompt`, and the names of the panel's fields (chatapp/workersai/parameters.py).
A name that is missing is unset, which is not the same as any value.

    the model's default < the team's < the team's prompt < my own < the folder's < the chat's prompt < the chat's
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatapp import rows

from . import chosen
from .chosen import NOTHING, Choice, NotAllowed, Standing
from .models import Defaults

CHAT, PROMPT, FOLDER, MINE, TEAM, TEAM_PROMPT = "chat", "prompt", "folder", "mine", "team", "team_prompt"


@dataclass(frozen=True, slots=True)
class Layer:
    origin: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Resolved:
    values: dict[str, Any]
    origins: dict[str, str]  # name → CHAT | PROMPT | FOLDER | MINE | TEAM_PROMPT | TEAM
    layers: tuple[Layer, ...] = ()  # the weakest first
    prompt: Standing | None = None  # the prompt that counts
    problem: str = ""  # why nothing can be sent with the prompt, for people

    @property
    def says_the_prompt(self) -> bool:
        """Whether the prompt's own text is what the model is told."""
        return self.origins.get("system_prompt") in (PROMPT, TEAM_PROMPT)


def resolve(
    chat: Mapping[str, Any],
    user,
    folder: Mapping[str, Any] | None = None,
    choice: Choice = NOTHING,
    *,
    personal: bool = True,
) -> Resolved:
    """The settings that count for `user` (or the id of one) in a conversation with the settings `chat` and the
    choice of prompt `choice`, which lies in a folder with the settings `folder`.

    personal: False leaves out what is the member's own, so that a trial shows what everybody gets.
    """
    # One query for both rows: every question waits for it.
    owner = getattr(user, "pk", user)
    columns = ("owner_id", "values", "prompt_id")
    found = rows.values(Defaults, columns, "WHERE owner_id = %s OR owner_id IS NULL", [owner])
    defaults: dict[str, dict[str, Any]] = {}
    team_prompt = None
    for owner_id, kept, prompt_id in found:
        defaults[TEAM if owner_id is None else MINE] = kept
        team_prompt = prompt_id if owner_id is None else team_prompt
    standing, problem = None, ""
    try:
        standing = chosen.standing(choice, owner, team_prompt)
    except NotAllowed as refusal:
        problem = str(refusal)
    layers = [
        Layer(TEAM, defaults.get(TEAM, {})),
        Layer(TEAM_PROMPT, _said(standing, chosen.TEAM)),
        *([Layer(MINE, defaults.get(MINE, {})), Layer(FOLDER, folder or {})] if personal else []),
        Layer(PROMPT, _said(standing, chosen.CHAT)),
        Layer(CHAT, chat),
    ]
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for name, value in layer.values.items():
            if is_set(value):
                values[name] = value
                origins[name] = layer.origin
    resolved = Resolved(values, origins, tuple(layers), standing, problem)
    if standing and standing.problem and resolved.says_the_prompt:
        return Resolved(values, origins, tuple(layers), standing, standing.problem)
    return resolved


def is_set(value: Any) -> bool:
    return value is not None and value != ""


def defaults_of(user) -> dict[str, Any]:
    row = Defaults.objects.filter(owner=user).first()
    return row.values if row else {}


def team_defaults() -> dict[str, Any]:
    row = Defaults.objects.filter(owner=None).first()
    return row.values if row else {}


def _said(standing: Standing | None, origin: str) -> dict[str, Any]:
    if standing is None or standing.origin != origin:
        return {}
    return {**standing.content.settings, "system_prompt": standing.text}
