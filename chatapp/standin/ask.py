"""The request, whatever its form, as one shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from .tokens import estimate

DEFAULT_MAX_TOKENS = 256
"""What the model takes when nothing is said (its published schema); reasoning counts."""


@dataclass(slots=True)
class Ask:
    """One request to the model.

    ``form``: "messages", "prompt" or "input". ``messages``: role, content (str), and tool_calls or
    tool_call_id where there are any. ``tools``: {"name", "description", "parameters"} each. ``wants``: the
    response format, {"type": …, "schema": …} or None.
    """

    form: str
    model: str
    messages: list[dict[str, Any]]
    stream: bool = False
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float = 0.6
    narrow: bool = False
    seed: int | None = None
    effort: str = "medium"
    summary: str | None = None
    tools: list[dict[str, Any]] = field(default_factory=list)
    tool_choice: str | None = None
    wants: dict[str, Any] | None = None
    prompt_tokens: int = 1

    @property
    def question(self) -> str:
        """The last user message, or "" when there is none."""
        return next((m["content"] for m in reversed(self.messages) if m["role"] == "user"), "")

    @property
    def instructions(self) -> str:
        return "\n".join(m["content"] for m in self.messages if m["role"] in ("system", "developer"))

    @property
    def turn(self) -> list[dict[str, Any]]:
        """What came after the last user message: tool calls and their results."""
        tail: list[dict[str, Any]] = []
        for message in reversed(self.messages):
            if message["role"] == "user":
                break
            tail.insert(0, message)
        return tail

    @property
    def tool_results(self) -> list[dict[str, Any]]:
        return [m for m in self.turn if m["role"] == "tool"]


def _text(content: object) -> str:
    """Content as text; the Responses form may send it in parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return ""


def _from_messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**m, "content": _text(m.get("content"))} for m in body["messages"]]


def _from_prompt(body: dict[str, Any]) -> list[dict[str, Any]]:
    prompt = body["prompt"]
    if body.get("raw") and "<|start|>" in prompt:
        return _from_harmony(prompt)
    return [{"role": "user", "content": prompt}]


def _from_harmony(prompt: str) -> list[dict[str, Any]]:
    """A raw prompt is written in the model's own format: ``<|start|>role…<|message|>text<|end|>``."""
    messages = []
    for part in prompt.split("<|start|>")[1:]:
        head, _, text = part.partition("<|message|>")
        role = head.partition("<|channel|>")[0]
        messages.append({"role": role, "content": text.partition("<|end|>")[0]})
    return messages or [{"role": "user", "content": prompt}]


def _from_input(body: dict[str, Any]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if body.get("instructions"):
        messages.append({"role": "system", "content": _text(body["instructions"])})
    given = body["input"]
    if isinstance(given, str):
        return [*messages, {"role": "user", "content": given}]
    for item in given:
        kind = item.get("type", "message")
        if kind == "function_call":
            call = {"id": item.get("call_id"), "type": "function", "function": item}
            messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        elif kind == "function_call_output":
            output = _text(item.get("output"))
            messages.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": output})
        elif kind == "message":
            messages.append({"role": item.get("role", "user"), "content": _text(item.get("content"))})
    return messages


def _tools(body: dict[str, Any]) -> list[dict[str, Any]]:
    found = [t.get("function", t) for t in body.get("tools") or []]
    found += [{"name": f["name"], "description": f.get("code", "")} for f in body.get("functions") or []]
    return found


def _tool_choice(body: dict[str, Any]) -> str | None:
    """ "auto", "none", "required", or "=name" for one that is forced."""
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        name = choice.get("function", choice).get("name")
        return f"={name}" if name else None
    return choice


def _wants(body: dict[str, Any]) -> dict[str, Any] | None:
    given = body.get("response_format") or (body.get("text") or {}).get("format")
    if not isinstance(given, dict) or given.get("type") not in ("json_object", "json_schema"):
        return None
    schema = given.get("json_schema", given.get("schema"))
    # Both spellings were seen to work: the bare schema, and OpenAI's wrapper around it.
    if isinstance(schema, dict) and isinstance(schema.get("schema"), dict):
        schema = schema["schema"]
    return {"type": given["type"], "schema": schema if given["type"] == "json_schema" else None}


_FORMS = {"messages": _from_messages, "prompt": _from_prompt, "input": _from_input}


def read(body: dict[str, Any], form: str, model: str) -> Ask:
    """The ask of a body that has passed ``checks``."""
    reasoning = body.get("reasoning") or {}
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or body.get("max_output_tokens")
    ask = Ask(
        form=form,
        model=model,
        messages=_FORMS[form](body),
        stream=bool(body.get("stream")),
        max_tokens=limit or DEFAULT_MAX_TOKENS,
        temperature=body.get("temperature", 0.6),
        narrow=body.get("top_k") == 1 or body.get("top_p", 1) < 0.05,
        seed=body.get("seed"),
        effort=body.get("reasoning_effort") or reasoning.get("effort") or "medium",
        summary=reasoning.get("summary"),
        tools=_tools(body),
        tool_choice=_tool_choice(body),
        wants=_wants(body),
    )
    said = "".join(m["content"] for m in ask.messages)
    extras = orjson.dumps([ask.tools, [m.get("tool_calls") for m in ask.messages if m.get("tool_calls")]]).decode()
    ask.prompt_tokens = estimate(said) + 4 * len(ask.messages) + (estimate(extras) if len(extras) > 8 else 0)
    return ask
