"""A script as one whole body, in the shape of each form."""

from __future__ import annotations

import secrets
import time
from typing import Any

import orjson

from .ask import Ask
from .directives import Directives
from .script import Script


def envelope(result: object) -> dict[str, Any]:
    return {"result": result, "success": True, "errors": [], "messages": []}


def _usage(script: Script) -> dict[str, Any]:
    return {**script.usage(), "neurons": script.neurons}


def completion(script: Script, directives: Directives, model: str) -> dict[str, Any]:
    """The chat shape. Content is null when the budget ran out in reasoning."""
    text = "".join(script.text)
    message: dict[str, Any] = {
        "role": "assistant",
        "content": text or (None if script.finish == "length" else ""),
    }
    if script.reasoning:
        message[directives.reasoning_name] = "".join(script.reasoning)
    message["tool_calls"] = [
        {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
        for c in script.calls
    ]
    return {
        "id": f"id-{int(time.time() * 1000)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": script.finish}],
        "usage": _usage(script),
    }


def prompted(script: Script) -> dict[str, Any]:
    """The shape for ``prompt``: the text alone, tool calls with their arguments as objects."""
    result: dict[str, Any] = {"response": "".join(script.text), "usage": _usage(script)}
    if script.calls:
        result["tool_calls"] = [{"name": c.name, "arguments": _loaded(c.arguments)} for c in script.calls]
    return result


def _loaded(arguments: str) -> Any:
    try:
        return orjson.loads(arguments)
    except ValueError:
        return arguments


def response(script: Script, ask: Ask) -> dict[str, Any]:
    """The Responses shape: items of reasoning, message and function calls."""
    output: list[dict[str, Any]] = []
    if script.reasoning:
        thought = "".join(script.reasoning)
        summary = [{"type": "summary_text", "text": thought.partition(". ")[0]}] if ask.summary else []
        item = {"id": f"rs_{secrets.token_hex(8)}", "type": "reasoning", "summary": summary}
        output.append({**item, "content": [{"type": "reasoning_text", "text": thought}]})
    for call in script.calls:
        item = {"id": f"fc_{secrets.token_hex(8)}", "type": "function_call", "status": "completed"}
        output.append({**item, "call_id": call.id, "name": call.name, "arguments": call.arguments})
    text = "".join(script.text)
    if text:
        part = {"type": "output_text", "text": text, "annotations": []}
        item = {"id": f"msg_{secrets.token_hex(8)}", "type": "message", "status": "completed"}
        output.append({**item, "role": "assistant", "content": [part]})
    cut = script.finish == "length"
    usage = script.usage()
    return {
        "id": f"resp_{secrets.token_hex(16)}",
        "object": "response",
        "created_at": int(time.time()),
        "model": ask.model,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": output,
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "output_tokens": usage["completion_tokens"],
            "total_tokens": usage["total_tokens"],
        },
    }


def whole(script: Script, ask: Ask, directives: Directives) -> dict[str, Any]:
    """The result for the ask's form, without envelope."""
    if ask.form == "input":
        return response(script, ask)
    if ask.form == "prompt" and directives.variant != "v1":
        return prompted(script)
    return completion(script, directives, ask.model)
