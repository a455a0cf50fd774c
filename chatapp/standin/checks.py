"""The body against the model's published schema: what Workers AI refuses before the model sees it.

Source: the parameter table of the catalogue's gpt-oss-20b page, and the texts of Cloudflare's schema
validator (cloudflare/cabidela). A body must match exactly one branch: prompt, messages, input or requests.
"""

from __future__ import annotations

from typing import Any

from . import refusals
from .ask import Ask

RANGES: dict[str, tuple[str, float | None, float | None]] = {
    "max_tokens": ("integer", 1, None),
    "temperature": ("number", 0, 5),
    "top_p": ("number", 0.001, 1),
    "top_k": ("integer", 1, 50),
    "seed": ("integer", 1, 9_999_999_999),
    "repetition_penalty": ("number", 0, 2),
    "frequency_penalty": ("number", -2, 2),
    "presence_penalty": ("number", -2, 2),
}
TYPES = {
    "stream": "boolean",
    "raw": "boolean",
    "lora": "string",
    "tools": "array",
    "functions": "array",
    "reasoning": "object",
    "response_format": "object",
    "stream_options": "object",
    "text": "object",
}
EFFORTS = ("low", "medium", "high")
SUMMARIES = ("auto", "concise", "detailed")
FORMATS = ("json_object", "json_schema", "text")
BRANCHES = ("prompt", "messages", "input", "requests")


def _type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    names = {float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "object")


def _is(value: object, wanted: str) -> bool:
    found = _type(value)
    return found == wanted or (wanted == "number" and found == "integer")


def _mismatch(path: str, value: object, wanted: str) -> str:
    return f"Type mismatch of '{path}', '{_type(value)}' not in '{wanted}'"


def _enum(path: str, value: object, choices: tuple[str, ...]) -> str | None:
    return None if value in choices else f"enum {value} not in {','.join(choices)} at '{path}'"


def _required(path: str, names: str) -> str:
    return f"required properties at '{path}' are '{names}'"


def _values(body: dict[str, Any]) -> list[str]:
    """Complaints about the parameters that all branches share."""
    found: list[str | None] = []
    for name, (wanted, minimum, maximum) in RANGES.items():
        if name not in body:
            continue
        value = body[name]
        if not _is(value, wanted):
            found.append(_mismatch(f"/{name}", value, wanted))
        elif minimum is not None and value < minimum:
            found.append(f"'/{name}' must be >= {minimum:g}")
        elif maximum is not None and value > maximum:
            found.append(f"'/{name}' must be <= {int(maximum)}")
    for name, wanted in TYPES.items():
        if name in body and not _is(body[name], wanted):
            found.append(_mismatch(f"/{name}", body[name], wanted))
    if found:
        return [f for f in found if f]
    reasoning = body.get("reasoning", {})
    if "effort" in reasoning:
        found.append(_enum("/reasoning/effort", reasoning["effort"], EFFORTS))
    if "summary" in reasoning:
        found.append(_enum("/reasoning/summary", reasoning["summary"], SUMMARIES))
    if body.get("reasoning_effort") is not None:
        found.append(_enum("/reasoning_effort", body["reasoning_effort"], EFFORTS))
    if "response_format" in body:
        found.append(_enum("/response_format/type", body["response_format"].get("type"), FORMATS))
    found += _tools(body.get("tools", []))
    for index, function in enumerate(body.get("functions", [])):
        if not (isinstance(function, dict) and "name" in function and "code" in function):
            found.append(_required(f"/functions/{index}", "name,code"))
    return [f for f in found if f]


def _tools(tools: list[Any]) -> list[str]:
    found = []
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict):
            found.append(_mismatch(f"/tools/{index}", tool, "object"))
        elif "function" in tool:
            if not (isinstance(tool["function"], dict) and isinstance(tool["function"].get("name"), str)):
                found.append(_required(f"/tools/{index}/function", "name,description,parameters"))
            else:
                found += _parameters(f"/tools/{index}/function", tool["function"])
        elif not isinstance(tool.get("name"), str):
            found.append(_required(f"/tools/{index}", "name,description,parameters"))
        else:
            found += _parameters(f"/tools/{index}", tool)
    return found


def _parameters(path: str, tool: dict[str, Any]) -> list[str]:
    parameters = tool.get("parameters") or {}
    if not isinstance(parameters, dict):
        return [_mismatch(f"{path}/parameters", parameters, "object")]
    properties = parameters.get("properties") or {}
    return (
        [] if isinstance(properties, dict) else [_mismatch(f"{path}/parameters/properties", properties, "object")]
    )


def _calls(path: str, message: dict[str, Any]) -> list[str]:
    """Complaints about the tool calls an earlier answer made, and about the id a result answers to."""
    found = []
    if not isinstance(message.get("tool_call_id", ""), str | None):
        found.append(_mismatch(f"{path}/tool_call_id", message["tool_call_id"], "string"))
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        return [*found, _mismatch(f"{path}/tool_calls", calls, "array")]
    for index, call in enumerate(calls):
        function = call.get("function", call) if isinstance(call, dict) else call
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            found.append(_required(f"{path}/tool_calls/{index}/function", "name,arguments"))
        elif not isinstance(call.get("id", ""), str | None):
            found.append(_mismatch(f"{path}/tool_calls/{index}/id", call["id"], "string"))
    return found


def _messages(messages: object) -> list[str]:
    if not isinstance(messages, list):
        return [_mismatch("/messages", messages, "array")]
    if not messages:
        return ["Length of '/messages' must be >= 1 not met"]
    found = []
    for index, message in enumerate(messages):
        path = f"/messages/{index}"
        if not isinstance(message, dict):
            found.append(_mismatch(path, message, "object"))
        elif "role" not in message or "content" not in message:
            found.append(_required(path, "role,content"))
        else:
            # The schema allows an array of parts; the deployed model was seen to refuse it.
            found += [
                _mismatch(f"{path}/{name}", message[name], "string")
                for name in ("role", "content")
                if not isinstance(message[name], str)
            ]
            found += _calls(path, message)
    return found


def _prompt(prompt: object) -> list[str]:
    if not isinstance(prompt, str):
        return [_mismatch("/prompt", prompt, "string")]
    return [] if prompt else ["Length of '/prompt' must be >= 1 not met"]


def _input(given: object) -> list[str]:
    if isinstance(given, str):
        return []
    if not isinstance(given, list):
        return [_mismatch("/input", given, "string,array")]
    return [_mismatch(f"/input/{i}", item, "object") for i, item in enumerate(given) if not isinstance(item, dict)]


def form_of(body: object) -> str:
    """Which branch the body is: "prompt", "messages" or "input". Raises Refusal (5006) for none or two."""
    if not isinstance(body, dict):
        raise refusals.bad_input([_mismatch("/", body, "object")])
    present = [name for name in BRANCHES if name in body]
    if len(present) > 1:
        raise refusals.bad_input([f"{name} is present" for name in present], matches=len(present))
    if not present:
        raise refusals.bad_input([_required("/", name) for name in BRANCHES])
    form = present[0]
    inside = {"messages": _messages, "prompt": _prompt, "input": _input}.get(form)
    complaints = (inside(body[form]) if inside else ["requests need queueRequest=true"]) or _values(body)
    if complaints:
        others = [_required("/", name) for name in BRANCHES if name != form]
        place = BRANCHES.index(form)
        raise refusals.bad_input(others[:place] + complaints + others[place:])
    return form


def _is_choice(choice: object) -> bool:
    """A word of the three, or an object that names a function. "any", known elsewhere, is refused."""
    if isinstance(choice, dict):
        function = choice.get("function", choice)
        return isinstance(function, dict) and isinstance(function.get("name"), str)
    return choice is None or choice in ("none", "auto", "required")


def combinations(body: dict[str, Any], form: str, model: str) -> None:
    """Refusals of parameters that are right alone and wrong together. Raises Refusal."""
    choice = body.get("tool_choice")
    if choice is not None and not (body.get("tools") or body.get("functions")):
        raise refusals.invalid_input("tool_choice is only allowed when tools are specified")
    if not _is_choice(choice):
        raise refusals.invalid_input("tool_choice must be none, auto, required or a function")
    if form == "prompt" and body.get("lora"):
        raise refusals.lora_unsupported(model)
    if body.get("stream") and (body.get("response_format") or {}).get("type") == "json_schema":
        raise refusals.json_schema_with_stream()


def room(ask: Ask, window: int) -> None:
    """Refuses (413, 5021) when the estimate of input and max_tokens together exceeds ``window`` tokens."""
    asked = ask.prompt_tokens + ask.max_tokens
    if asked > window:
        raise refusals.context_overflow(asked, window)
