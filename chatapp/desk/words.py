"""Filters and rights, put into words for the page."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from chatapp.accounts.models import ReviewGrant, User
from chatapp.conversations.models import Reply
from chatapp.prompts.models import Version
from chatapp.review import rubric
from chatapp.review.listing import Selection
from chatapp.review.models import Mark
from chatapp.review.scope import Scope

MOST_LABELS = 60
MOST_VERSIONS = 100


def names() -> dict[str, str]:
    """The filters, as people call them."""
    return {
        "since": _("From"),
        "until": _("To"),
        "member": _("Member"),
        "version": _("Prompt version"),
        "thumb": _("Thumbs"),
        "signal": _("Signal"),
        "end": _("Ended"),
        "error": _("Error"),
        "tokens_from": _("Tokens from"),
        "tokens_to": _("Tokens to"),
        "cost_from": _("Cost from"),
        "cost_to": _("Cost to"),
        "wait_from": _("Wait from"),
        "wait_to": _("Wait to"),
        "tag": _("Tag"),
        "label": _("Label"),
        "option": _("Score"),
        "reviewed": _("Reviewed"),
    }


def choices(scope: Scope) -> dict[str, Any]:
    """What the selects offer: value and words."""
    labels = Mark.objects.standing().filter(kind=Mark.Kind.LABEL).order_by("text").values_list("text", flat=True)
    return {
        "thumb": [
            ("up", _("Up")),
            ("down", _("Down")),
            ("any", _("Any")),
            ("none", _("None")),
        ],
        "signal": [
            ("regenerated", _("Asked again")),
            ("stopped", _("Stopped")),
            ("edited", _("Question changed")),
            ("copied", _("Copied")),
        ],
        "end": [
            ("complete", _("Complete")),
            ("length", _("Cut at the token limit")),
            ("content_filter", _("Content filter")),
            ("stopped", _("Stopped by the member")),
            ("interrupted", _("Interrupted")),
            ("failed", _("Failed")),
        ],
        "reviewed": [("no", _("Not yet")), ("yes", _("Yes")), ("changed", _("Went on since"))],
        "version": [(str(one.pk), f"{one.prompt.name} · {one.number}") for one in _versions(scope)],
        "label": [(text, text) for text in labels.distinct()[:MOST_LABELS]],
        "option": [(str(one.pk), one.name) for one in rubric.ever()],
    }


def _versions(scope: Scope) -> list[Version]:
    """Those that were used in the scope, the newest first: of other prompts not even the name is told."""
    used = Reply.objects.filter(scope.of_owner("conversation__owner"), prompt_version=OuterRef("pk"))
    found = Version.objects.filter(Exists(used)).select_related("prompt")
    return list(found.order_by("-pk")[:MOST_VERSIONS])


def chips(selection: Selection) -> list[dict[str, str]]:
    """What is asked for: a name, a value in words, and the query without it."""
    known = choices(selection.scope)
    found = []
    for name, value in selection.wanted.asked.items():
        words = dict(known.get(name, [])).get(value, value)
        rest = Selection(selection.scope, selection.wanted.without(name), selection.look).query
        found.append({"name": names()[name], "words": words, "query": rest})
    if selection.look is not None:
        rest = Selection(selection.scope, selection.wanted).query
        if selection.look.words:
            found.append({"name": _("Words"), "words": selection.look.words, "query": rest})
        if selection.look.member:
            found.append({"name": _("Member"), "words": str(selection.look.member), "query": rest})
    return found


def grants_of(reviewer: User) -> list[ReviewGrant]:
    """By what the reviewer reads now."""
    return list(ReviewGrant.objects.current().filter(reviewer=reviewer).select_related("group").order_by("until"))
