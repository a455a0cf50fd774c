"""ChatGPT's export → a Chat.

A conversation there is a `mapping` of nodes: id, parent, children and a message, which may be missing, hidden, a
tool's or the service's own. Those are passed over, and what follows hangs on the nearest that is kept. One answer
is often a chain of several messages (thoughts, calls of tools, text): without a fork it becomes one answer here.
"""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chatapp.conversations.models import Conversation, Message, Reply

from .chat import EARLIEST, LONGEST_TEXT, MOST_MESSAGES, Chat, Said, Unfit, clean, in_time
from .report import Report

# Marks of citations: they name sources that are not in the file. No mark is looked through twice.
CITATION = re.compile("\ue200[^\ue200\ue201]{0,4000}+\ue201|[\ue200-\ue20f]")
IMAGES = {"image_asset_pointer"}
SOUNDS = {"audio_asset_pointer", "real_time_user_audio_video_asset_pointer", "video_container_asset_pointer"}
CONTEXT = {"user_editable_context", "model_editable_context"}
CUT = "This answer was cut off where it was written."
NOT_IMPORTED = "[Not imported: {}]"
NAMES = {"image": "image", "audio": "recording", "attachment": "file"}

Doc = Mapping[str, Any]


def is_one(doc: Doc) -> bool:
    return isinstance(doc.get("mapping"), dict)


@dataclass(slots=True)
class _Node:
    role: str
    text: str
    reasoning: str
    created: datetime.datetime
    model: str
    cut: bool
    parent: int | None = None
    children: list[int] = field(default_factory=list)


def read(doc: Doc, where: str, report: Report) -> Chat:
    """Raises Unfit with the sentence that says what is wrong."""
    identity = doc.get("conversation_id") or doc.get("id")
    if not isinstance(identity, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,120}", identity):
        raise Unfit("It has no “conversation_id”.")
    mapping = doc["mapping"]
    if len(mapping) > MOST_MESSAGES:
        raise Unfit(f"It has more than {MOST_MESSAGES:,} messages.")
    begun = _moment(doc.get("create_time")) or _moment(doc.get("update_time"))
    if begun is None:
        begun = next(filter(None, (_moment(_of(n, "message").get("create_time")) for n in mapping.values())), None)
    if begun is None:
        raise Unfit("It has no time.")
    nodes, kept = _nodes(mapping, begun, doc, where, report)
    nodes, kept = _joined(nodes, kept)
    origin = f"chatgpt:{identity}"
    messages = [_said(node) for node in nodes]
    updated = _moment(doc.get("update_time")) or max((m.created for m in messages), default=begun)
    return Chat(
        key=uuid4(),
        origin=origin,
        identity=origin,
        title=clean(str(doc.get("title") or ""))[:200].strip() or "New chat",
        title_by=Conversation.TitleBy.PERSON,
        created=begun,
        updated=updated,
        messages=messages,
        leaf=_leaf(doc.get("current_node"), mapping, kept, nodes),
        read_at=updated,
        pinned_at=updated if doc.get("is_starred") is True else None,
        archived_at=updated if doc.get("is_archived") is True else None,
    )


def _nodes(
    mapping: Doc, begun: datetime.datetime, doc: Doc, where: str, report: Report
) -> tuple[list[_Node], dict[str, int | None]]:
    """The messages to keep, parents first, and for every node's id the place of the nearest kept one."""
    nodes: list[_Node] = []
    kept: dict[str, int | None] = {}
    default = clean(str(doc.get("default_model_slug") or ""))[:200]
    for name in _in_order(mapping):
        parent = kept.get(_parent(mapping, name))
        message = _of(mapping, name).get("message")
        node = _node(message, where, report) if isinstance(message, dict) else None
        kept[name] = parent
        if node is None:
            continue
        assert isinstance(message, dict)
        above = nodes[parent].created if parent is not None else begun
        node.created = _moment(message.get("create_time")) or above
        if node.role == Message.Role.ASSISTANT and not node.model:
            node.model = default
        node.parent = parent
        if parent is not None:
            nodes[parent].children.append(len(nodes))
        kept[name] = len(nodes)
        nodes.append(node)
    return nodes, kept


def _in_order(mapping: Doc) -> list[str]:
    """Ids, parents before children, branches in the order of `children`; what hangs nowhere is a root."""
    children: dict[str, list[str]] = {name: [] for name in mapping}
    roots: list[str] = []
    for name in mapping:
        parent = _parent(mapping, name)
        if parent in children and parent != name:
            children[parent].append(name)
        else:
            roots.append(name)
    order: list[str] = []
    seen: set[str] = set()
    for start in (*roots, *mapping):  # the second only finds circles
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            order.append(name)
            waiting += reversed(_sorted(children[name], _of(mapping, name).get("children")))
    return order


def _parent(mapping: Doc, name: str) -> str:
    parent = _of(mapping, name).get("parent")
    return parent if isinstance(parent, str) else ""


def _sorted(found: list[str], told: Any) -> list[str]:
    """Children by their parents' own list, as far as it names them."""
    if len(found) < 2 or not isinstance(told, list):
        return found
    place = {name: at for at, name in enumerate(told) if isinstance(name, str)}
    return sorted(found, key=lambda name: place.get(name, len(place)))


def _node(message: Doc, where: str, report: Report) -> _Node | None:
    """What to keep of a message; None if nothing, which the report then knows."""
    role = _of(message, "author").get("role")
    content, metadata = _of(message, "content"), _of(message, "metadata")
    kind = str(content.get("content_type") or "text")[:60]
    if role == "system":
        # Each conversation begins with an empty one: nobody misses it.
        if _words(content):
            report.skip("system", where)
        return None
    if kind in CONTEXT:
        report.skip("context", where)
        return None
    if metadata.get("is_visually_hidden_from_conversation") is True:
        report.skip("hidden", where)
        return None
    if role == "tool":
        _count_parts(content, where, report)
        report.skip("tool", where, str(_of(message, "author").get("name") or ""))
        return None
    if role not in (Message.Role.USER, Message.Role.ASSISTANT):
        report.skip("unknown", where, f"from “{str(role)[:60]}”")
        return None
    if message.get("recipient") not in (None, "all"):
        report.skip("call", where, str(message["recipient"])[:60])
        return None
    return _spoken(str(role), kind, message, where, report)


def _spoken(role: str, kind: str, message: Doc, where: str, report: Report) -> _Node | None:
    content, metadata = _of(message, "content"), _of(message, "metadata")
    text = reasoning = ""
    missing = _count_attachments(metadata, where, report)
    if kind in ("text", "multimodal_text"):
        missing += _count_parts(content, where, report)
        text = _words(content)
    elif kind == "code":
        language = str(content.get("language") or "")
        language = language if language.isalnum() and language != "unknown" else ""
        text = f"```{language}\n{content.get('text') or ''}\n```"
    elif kind == "thoughts":
        reasoning = _thoughts(content)
    elif kind == "reasoning_recap":
        report.skip("recap", where)
        return None
    else:
        report.skip("unknown", where, kind)
        return None
    if max(len(text), len(reasoning)) > LONGEST_TEXT:
        report.skip("long", where)
        text, reasoning = NOT_IMPORTED.format("too long"), ""
    text, reasoning = CITATION.sub("", clean(text)), clean(reasoning)
    if not text.strip() and missing:
        # Without its question an answer would stand alone, and nobody would know why.
        text = NOT_IMPORTED.format(", ".join(dict.fromkeys(missing)))
    if not text.strip() and not reasoning.strip():
        report.skip("blank", where)
        return None
    model = str(metadata.get("model_slug") or "")[:200]
    # The time is the caller's to put: where it is missing, it is that of the message before.
    return _Node(role, text, reasoning, EARLIEST, clean(model), _is_cut(message, metadata))


def _count_attachments(metadata: Doc, where: str, report: Report) -> list[str]:
    listed = metadata.get("attachments")
    missing = []
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        if str(one.get("mime_type") or one.get("mimeType") or "").startswith("image/"):
            continue  # images are counted where they stand in the message
        report.skip("attachment", where, str(one.get("name") or "without a name")[:200])
        missing.append(NAMES["attachment"])
    return missing


def _count_parts(content: Doc, where: str, report: Report) -> list[str]:
    """Names what of a message cannot be kept."""
    missing = []
    parts = content.get("parts")
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict) or part.get("content_type") == "audio_transcription":
            continue
        kind = str(part.get("content_type") or "")[:60]
        what = "image" if kind in IMAGES else "audio" if kind in SOUNDS else "unknown"
        report.skip(what, where, kind if what == "unknown" else "")
        missing.append(NAMES.get(what, kind))
    return missing


def _words(content: Doc) -> str:
    """The written words of a message."""
    parts = content.get("parts")
    if not isinstance(parts, list):
        text = content.get("text")
        return text if isinstance(text, str) else ""
    found = []
    for part in parts:
        if isinstance(part, dict) and part.get("content_type") == "audio_transcription":
            part = part.get("text")
        if isinstance(part, str) and part.strip():
            found.append(part)
    return "\n\n".join(found)


def _thoughts(content: Doc) -> str:
    listed = content.get("thoughts")
    parts = []
    for thought in listed if isinstance(listed, list) else ():
        if isinstance(thought, dict):
            parts += [str(thought.get("summary") or ""), str(thought.get("content") or "")]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _is_cut(message: Doc, metadata: Doc) -> bool:
    how = _of(metadata, "finish_details").get("type")
    return how in ("max_tokens", "interrupted") or message.get("status") == "in_progress"


def _joined(nodes: list[_Node], kept: dict[str, int | None]) -> tuple[list[_Node], dict[str, int | None]]:
    """Chains of answers without a fork as one answer each."""
    into: list[int] = []
    joined: list[_Node] = []
    for node in nodes:
        above = None if node.parent is None else into[node.parent]
        if (
            above is not None
            and node.role == Message.Role.ASSISTANT == joined[above].role
            and node.parent is not None
            and len(nodes[node.parent].children) == 1
            and len(joined[above].text) + len(node.text) < LONGEST_TEXT
            and len(joined[above].reasoning) + len(node.reasoning) < LONGEST_TEXT
        ):
            first = joined[above]
            first.text = "\n\n".join(part for part in (first.text, node.text) if part)
            first.reasoning = "\n\n".join(part for part in (first.reasoning, node.reasoning) if part)
            first.model, first.cut = node.model or first.model, node.cut
            into.append(above)
            continue
        into.append(len(joined))
        joined.append(_Node(node.role, node.text, node.reasoning, node.created, node.model, node.cut, above))
    return joined, {name: None if place is None else into[place] for name, place in kept.items()}


def _leaf(current: Any, mapping: Doc, kept: Mapping[str, int | None], nodes: list[_Node]) -> int | None:
    """The end of the branch shown; the newest end if the file does not say."""
    if isinstance(current, str) and kept.get(current) is not None:
        return kept[current]
    return len(nodes) - 1 if nodes else None


def _said(node: _Node) -> Said:
    said = Said(
        key=uuid4(),
        parent=node.parent,
        role=node.role,
        text=node.text,
        reasoning=node.reasoning,
        created=node.created,
    )
    if node.role == Message.Role.ASSISTANT:
        said.replies.append(_reply(node))
    return said


def _reply(node: _Node) -> dict[str, Any]:
    """What is known of the run: which model it was, and when."""
    state = Reply.State.INTERRUPTED if node.cut else Reply.State.COMPLETE
    return {
        "key": uuid4(),
        "way": Reply.Way.ASK,
        "state": state,
        "model": node.model or "ChatGPT",
        "finish_reason": "" if node.cut else "stop",
        "error": {"code": "imported", "sentence": CUT} if node.cut else None,
        "created": node.created,
        "ended_at": node.created,
    }


def _moment(value: Any) -> datetime.datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    try:
        moment = datetime.datetime.fromtimestamp(value, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment if in_time(moment) and value > 0 else None


def _of(doc: Any, name: str) -> Doc:
    inner = doc.get(name) if isinstance(doc, Mapping) else None
    return inner if isinstance(inner, dict) else {}
