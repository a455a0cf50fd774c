"""The prompt of a conversation, put into words: below the message box, in the panel, in the picker."""

from typing import Any

from django.utils.translation import gettext as _

from chatapp.prompts.chosen import TEAM, Choice
from chatapp.prompts.resolve import Resolved


def of(resolved: Resolved, choice: Choice) -> dict[str, Any]:
    standing = resolved.prompt
    if standing is None:
        return {
            "title": _("Prompt"),
            "words": _("No prompt") if choice.without else "",
            "problem": resolved.problem,
            "is_chosen": choice.prompt_id is not None,
            "is_without": choice.without,
        }
    number = {"number": standing.version.number}
    return {
        "title": standing.prompt.name,
        "slug": standing.prompt.slug,
        "number": standing.version.number,
        "is_chosen": standing.origin != TEAM,
        "follows": standing.follows,
        "words": _("The team's prompt, version %(number)s") % number
        if standing.origin == TEAM
        else _("Follows production, now version %(number)s") % number
        if standing.follows
        else _("Stays on version %(number)s") % number,
        "problem": resolved.problem,
        # The prompt stands behind another text that counts instead: the chat's own, mine or the folder's.
        "hidden_by": "" if resolved.says_the_prompt else resolved.origins.get("system_prompt", ""),
        "asked": [
            {"label": one.asks, "value": standing.values.get(one.name) or one.default}
            for one in standing.content.variables
            if one.is_asked
        ],
    }
