"""Messages and settings → the JSON body, for each request form.

https://developers.cloudflare.com/workers-ai/models/gpt-oss-20b/ publishes the body as "one of" several kinds;
this room sends the kind with `messages`. The schema takes unknown keys, so OpenAI's names may stand beside
Cloudflare's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from chatapp.workersai.endpoint import Form
from chatapp.workersai.parameters import BY_NAME, DEFAULT_MAX_TOKENS, PARAMETERS

_MESSAGE_KEYS = ("role", "content", "name", "tool_calls", "tool_call_id", "reasoning")


def build_body(
    messages: Iterable[Mapping[str, Any]],
    values: Mapping[str, Any],
    *,
    form: Form,
    model: str,
    stream: bool,
) -> dict[str, Any]:
    """The body of one request, in an order that reads well.

    `values` are settings as `validation.clean` gives them; what this form does not take is left out. max_tokens
    always goes out.
    """
    sent = [_message(message) for message in messages]
    body: dict[str, Any] = {} if form == "run" else {"model": model}
    body["messages"] = sent
    for parameter in PARAMETERS:
        value = values.get(parameter.name)
        if value is None or form not in parameter.forms or parameter.name in ("messages", "stream"):
            continue
        body[parameter.name] = value
    body["max_tokens"] = values.get("max_tokens") or DEFAULT_MAX_TOKENS
    if "tools" in body:
        body["tools"] = [_tool(tool) for tool in body["tools"]]
    if "response_format" in body:
        body["response_format"] = _response_format(body["response_format"], form)
    _spell_effort_twice(body)
    if stream:
        body["stream"] = True
        if form != "run":
            body["stream_options"] = {"include_usage": True}
    return body


def encode(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body)


def tool_names(values: Mapping[str, Any]) -> frozenset[str]:
    """The names of the tools offered, to recognise calls that leak into the text."""
    return frozenset(tool.get("function", tool).get("name", "") for tool in values.get("tools") or ())


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as the upstream takes it: content is text, "" at least; null and parts are refused in practice."""
    sent = {key: message[key] for key in _MESSAGE_KEYS if message.get(key) is not None}
    sent["content"] = _text(message.get("content"))
    if message.get("tool_calls"):
        sent["tool_calls"] = [_tool_call(call) for call in message["tool_calls"]]
    if message.get("reasoning"):
        # Servers read the chain of thought back under one name or the other.
        sent["reasoning"] = sent["reasoning_content"] = _text(message["reasoning"])
    return sent


def _text(content: Any) -> str:
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    # A lone surrogate (half an emoji, cut by a browser) is no Unicode text and cannot be sent.
    return str(content if content is not None else "").encode("utf-8", "replace").decode("utf-8")


def _tool_call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call.get("function") or call
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        arguments = orjson.dumps(arguments or {}).decode()
    return {"id": call["id"], "type": "function", "function": {"name": function["name"], "arguments": arguments}}


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """Both spellings of a tool → the one with `function`, which every form takes."""
    function = dict(tool.get("function") or {key: tool[key] for key in tool if key != "type"})
    function.setdefault("description", "")
    function.setdefault("parameters", {"type": "object", "properties": {}})
    return {"type": "function", "function": function}


def _response_format(value: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """Cloudflare's own form wants the bare schema, OpenAI's wants it wrapped with a name."""
    schema = value.get("json_schema")
    if value.get("type") != "json_schema" or not isinstance(schema, Mapping):
        return dict(value)
    wrapped = isinstance(schema.get("schema"), Mapping)
    if form == "run":
        return {"type": "json_schema", "json_schema": schema["schema"] if wrapped else schema}
    return {
        "type": "json_schema",
        "json_schema": dict(schema) if wrapped else {"name": "answer", "schema": schema, "strict": True},
    }


def _spell_effort_twice(body: dict[str, Any]) -> None:
    """`reasoning` is published, `reasoning_effort` is what chat servers of this model are seen to read."""
    reasoning = body.get("reasoning")
    if not reasoning:
        body.pop("reasoning", None)
    elif reasoning.get("effort") in BY_NAME["reasoning.effort"].choices:
        body["reasoning_effort"] = reasoning["effort"]
