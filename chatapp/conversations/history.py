"""Stored messages + prompt + settings → what is asked of the model.

The same plan serves the meter before sending and the request itself, so what is shown is what is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatapp import rows
from chatapp.prompts.chosen import Standing
from chatapp.prompts.resolve import resolve
from chatapp.workersai.parameters import DEFAULT_MAX_TOKENS
from chatapp.workersai.tokens import estimate_tokens
from chatapp.workersai.validation import InvalidParameters, clean
from chatapp.workersai.words import translatable

from . import window
from .compacting.standing import standing, told
from .models import Conversation, Message, Reply, Summary
from .refusals import Refused

# Said to the model; not stored as messages, but part of the receipt.
CONTINUE = (
    "Your last answer was cut off. Go on exactly where it stopped, in the middle of the word or line if "
    "need be. Repeat nothing, add no introduction."
)
ANSWER_NOW = "Think only briefly and give the answer now, with what you know."
# Tokens of the chat template around a message (harmony: start, role, channel, end).
PER_MESSAGE = 5
# The estimate may be wrong by this share before the answer's room is touched.
MARGIN = 0.05
# A parent is older than its children and has the smaller id.
_BRANCH = """
    JOIN (
        WITH RECURSIVE branch (at, above) AS (
            SELECT id, parent_id FROM conversations_message WHERE id = %s
            UNION ALL
            SELECT id, parent_id FROM conversations_message JOIN branch ON id = above
        )
        SELECT at FROM branch
    ) climbed ON at = id
    WHERE deleted_at IS NULL ORDER BY id
"""
_SENT = ("id", "key", "parent_id", "role", "text", "weight")  # of each message
SMALLEST_ANSWER = 256  # tokens; less is no answer, and the model's refusal says more than we could

# Stored with the answer that was not asked for, so in English.
TOO_LONG = translatable(
    "The question and the pinned messages alone are about %(used)s tokens; with room for an answer of %(answer)s "
    "tokens the model takes %(size)s. "
    "Shorten the question, unpin messages, or allow a shorter answer in the settings."
)


@dataclass(frozen=True, slots=True)
class Plan:
    messages: list[dict[str, str]]  # as sent
    sources: list[Message | None]  # the stored message behind each, None for instructions
    left_out: list[Message]
    values: dict[str, Any]  # parameters, by the names of the model's page
    settings: dict[str, Any]  # the same, flat, with system_prompt
    origins: dict[str, str]
    estimate: int  # tokens of `messages`, about
    window: int
    summary: Summary | None = None  # stands for the first `condensed` messages, but for those pinned
    condensed: int = 0
    prompt: Standing | None = None  # the team's prompt whose text is sent
    is_trial: bool = False

    @property
    def max_tokens(self) -> int:
        return self.values["max_tokens"]


def plan_reply(reply: Reply, at_most: int | None = None) -> Plan:
    """What `reply` will ask, in the model's window or in `at_most` tokens.

    Raises Refused if what must be sent does not fit, InvalidParameters if a stored setting is not valid any more.
    """
    continuing = reply.way == Reply.Way.CONTINUE
    last = reply.message_id if continuing else reply.message.parent_id
    extra = {Reply.Way.CONTINUE: CONTINUE, Reply.Way.ANSWER_NOW: ANSWER_NOW}.get(Reply.Way(reply.way))
    return _plan(reply.conversation, _branch(last), reply.overrides, extra, at_most=at_most)


def plan_next(conversation: Conversation) -> Plan:
    """What a next question would be sent with; for the meter. Never refuses."""
    return _plan(conversation, _branch(conversation.leaf_id), {}, None, refuse=False)


def _plan(
    conversation: Conversation,
    so_far: list[Message],
    overrides: Mapping[str, Any],
    extra: str | None,
    refuse: bool = True,
    at_most: int | None = None,
) -> Plan:
    resolved = resolve(
        conversation.settings,
        conversation.owner_id,
        conversation.folder_settings,
        conversation.prompt_choice,
        personal=not conversation.is_trial,
    )
    if refuse and resolved.problem:
        raise Refused(resolved.problem)
    flat = {**resolved.values, **overrides}
    origins = {**resolved.origins, **dict.fromkeys(overrides, "answer")}
    values = parameters_of(flat, strict=refuse)
    # The end of the branch is what is asked, or gone on with: nothing stands for that.
    summary = standing(conversation, [m.id for m in (so_far[:-1] if refuse else so_far)])
    rest, condensed = _rest(so_far, summary)
    stored = [m for m in rest if m.text.strip() or m.role == Message.Role.USER]

    system = str(flat.get("system_prompt", "")).strip()
    instructions = estimate_tokens(system) + estimate_tokens(extra or "") + 2 * PER_MESSAGE
    if summary:
        instructions += estimate_tokens(told(summary)["content"]) + PER_MESSAGE
    ratio = measured_ratio(conversation)
    # A very long answer is a wish, not a reason to forget the conversation: it is kept at most half the room
    # while messages are chosen, and then gets what they leave.
    size = at_most or window.size()
    room = int(size * (1 - MARGIN))
    answer = min(values["max_tokens"], room // 2)
    budget = int((room - answer) / ratio) - instructions
    kept, left_out, used = _fit(stored, budget, asks=refuse)
    if refuse and used > budget:
        asked = {"used": f"{int(used * ratio):,}", "answer": f"{answer:,}", "size": f"{size:,}"}
        raise Refused(TOO_LONG % asked)

    messages: list[dict[str, str]] = []
    sources: list[Message | None] = []
    if system:
        messages.append({"role": "system", "content": system})
        sources.append(None)
    if summary:
        messages.append(told(summary))
        sources.append(None)
    for message in kept:
        messages.append({"role": message.role, "content": message.text})
        sources.append(message)
    if extra:
        messages.append({"role": "user", "content": extra})
        sources.append(None)
    estimate = int((used + instructions) * ratio)
    values["max_tokens"] = min(values["max_tokens"], max(room - estimate, SMALLEST_ANSWER))
    return Plan(
        messages,
        sources,
        left_out,
        values,
        flat,
        origins,
        estimate,
        window.size(),
        summary,
        condensed,
        resolved.prompt if resolved.says_the_prompt else None,
        conversation.is_trial,
    )


def _rest(so_far: list[Message], summary: Summary | None) -> tuple[list[Message], int]:
    """What of the branch is sent itself beside the summary, and how many messages that stands for."""
    if summary is None:
        return so_far, 0
    cut = next(i for i, m in enumerate(so_far) if m.id == summary.upto_id) + 1
    still = [m for m in so_far[:cut] if m.weight == Message.Weight.PINNED]
    return still + so_far[cut:], cut - len(still)


def _branch(last_id: int | None) -> list[Message]:
    """The messages from the root to `last_id` but those removed; without their reasoning, which is never sent.

    The database climbs from parent to parent: one query, which reads just these, whatever else there is.
    """
    return rows.every(Message, _BRANCH, [last_id], only=_SENT)


def _fit(stored: list[Message], budget: int, asks: bool) -> tuple[list[Message], list[Message], int]:
    """The messages kept and left out, in order, and the estimate of those kept.

    Pinned messages are always kept and so is the last one where it `asks`; of the others the newest that fit
    without a gap.
    """
    cost = {m.id: estimate_tokens(m.text) + PER_MESSAGE for m in stored}
    must = {m.id for m in stored if m.weight == Message.Weight.PINNED} | {m.id for m in stored[-1:] if asks}
    used = sum(cost[i] for i in must)
    keep = set(must)
    for message in reversed(stored):
        if message.id in keep or message.weight == Message.Weight.LEFT_OUT:
            continue
        if used + cost[message.id] > budget:
            break
        used += cost[message.id]
        keep.add(message.id)
    return [m for m in stored if m.id in keep], [m for m in stored if m.id not in keep], used


def measured_ratio(conversation: Conversation) -> float:
    """Tokens counted by the model ÷ tokens estimated, of the conversation's last answer; 1 if unknown."""
    found = rows.values(
        Reply,
        ("prompt_tokens", "sent"),
        "WHERE conversation_id = %s AND prompt_tokens > 0 ORDER BY id DESC LIMIT 1",
        [conversation.pk],
    )
    if not found or not (sent := found[0][1]) or not sent.get("estimate"):
        return 1.0
    # `estimate` was made without a ratio (receipt.py), so errors do not feed back.
    return min(max(found[0][0] / sent["estimate"], 0.5), 4.0)


def parameters_of(flat: Mapping[str, Any], strict: bool = True) -> dict[str, Any]:
    """Flat settings → parameters by the names of the model's page; max_tokens always among them.

    A stored value may be invalid by now (another version had other ranges): then InvalidParameters is raised,
    or, without `strict`, the value left out.
    """
    wanted = {name: value for name, value in flat.items() if name != "system_prompt"}
    try:
        values = clean(wanted)
    except InvalidParameters as invalid:
        if strict:
            raise
        values = clean({name: value for name, value in wanted.items() if name not in invalid.errors})
    values.setdefault("max_tokens", DEFAULT_MAX_TOKENS)
    return values
