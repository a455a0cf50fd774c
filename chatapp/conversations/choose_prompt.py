"""The deed: choose the team's prompt that counts in a conversation, or none."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.prompts import rights
from chatapp.prompts.chosen import may_stay_on, published
from chatapp.prompts.content import of
from chatapp.prompts.models import Prompt, Right, Version
from chatapp.prompts.variables import values_for

from .lock import lock
from .models import Conversation
from .refusals import Refused
from .turn import my_turn

GONE = gettext_lazy("This prompt is not there any more. Choose another one.")


class Unfilled(Refused):
    """`errors`: variable → sentence."""

    def __init__(self, errors: dict[str, str]):
        name, sentence = next(iter(errors.items()))
        super().__init__(sentence, name)
        self.errors = errors


def choose(
    conversation: Conversation,
    member,
    prompt: Prompt,
    typed: Mapping[str, Any],
    *,
    stay_on: int | None = None,
    replaces_own: bool = False,
) -> None:
    """Use `prompt` with the variables as `typed`; stay on the version `stay_on`, or follow `production`.

    replaces_own: a system prompt written for this conversation, which would count instead, goes.
    Raises Unfilled, Refused (no right, nothing published, a version that never was in production).
    """
    if not rights.may(member, prompt, Right.USE):
        raise Refused(str(GONE), "prompt")
    version = published(prompt)
    if stay_on is not None:
        version = Version.objects.select_related("prompt").filter(prompt=prompt, number=stay_on).first()
    if version is None:
        raise Refused(str(GONE), "prompt")
    is_new = conversation.prompt_id != prompt.pk
    if is_new and prompt.archived_at:
        raise Refused(str(GONE), "prompt")
    if stay_on is not None and not may_stay_on(member, version):
        raise Refused(_("This version was never published. Follow the one in production instead."), "version")
    values, errors = values_for(of(version).variables, typed)
    if errors:
        raise Unfilled(errors)
    with my_turn():
        held = lock(conversation.pk)
        held.prompt, held.prompt_version = prompt, version if stay_on is not None else None
        held.prompt_values, held.without_prompt = values, False
        if replaces_own:
            held.settings = {name: value for name, value in held.settings.items() if name != "system_prompt"}
        held.save(update_fields=["prompt", "prompt_version", "prompt_values", "without_prompt", "settings"])
    conversation.refresh_from_db()


def choose_none(conversation: Conversation, *, team: bool) -> None:
    """No prompt of its own: the team's default counts if `team`, else none at all."""
    with my_turn():
        held = lock(conversation.pk)
        held.prompt = held.prompt_version = None
        held.prompt_values, held.without_prompt = {}, not team
        held.save(update_fields=["prompt", "prompt_version", "prompt_values", "without_prompt"])
    conversation.refresh_from_db()
