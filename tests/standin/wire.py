"""A plain client for the stand-in's tests: it shows bytes and events, and repairs nothing."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx

FULL = "@cf/openai/gpt-oss-20b"
RUN = f"/client/v4/accounts/acct/ai/run/{FULL}"
CHAT = "/client/v4/accounts/acct/ai/v1/chat/completions"
HEADERS = {"authorization": "Bearer token"}


class Wire:
    """Requests to the stand-in at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=20)

    def post(self, body: Any, path: str = RUN, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(path, json=body, headers=HEADERS | named)

    def whole(self, text: str, path: str = RUN, **values: Any) -> dict[str, Any]:
        """The result of a request that is not streamed."""
        response = self.post(body(text, path, **values), path)
        assert response.status_code == 200, response.text
        found = response.json()
        return found.get("result", found)

    def text(self, text: str, **values: Any) -> str:
        return self.whole(text, **values)["choices"][0]["message"]["content"]

    def stream(self, text: str, path: str = RUN, **values: Any) -> list[Any]:
        """The events of a streamed request, ``"[DONE]"`` as a string."""
        response = self.post(body(text, path, **values) | {"stream": True}, path)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "text/event-stream"
        return events(response.content)

    def raw(self, text: str, path: str = RUN, **values: Any) -> tuple[bytes, str]:
        """The bytes of a streamed body and how the connection ended: "whole", "cut" or "reset"."""
        host, port = self.url.removeprefix("http://").split(":")
        asked = json.dumps(body(text, path, **values) | {"stream": True}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer t\r\ncontent-length: {len(asked)}\r\n\r\n"
        )
        found = b""
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(head.encode() + asked)
            try:
                while not found.endswith(b"\r\n0\r\n\r\n"):
                    read = connection.recv(65536)
                    if not read:
                        return unchunked(found), "cut"
                    found += read
            except ConnectionResetError:
                return unchunked(found), "reset"
        return unchunked(found), "whole"

    def refused(self, asked: Any, path: str = RUN, **headers: str) -> tuple[int, int, str]:
        """Status, code and message of a refusal."""
        response = self.post(asked, path, **headers)
        error = response.json()["errors"][0]
        return response.status_code, error["code"], error["message"]

    def records(self, containing: str) -> list[dict[str, Any]]:
        """What the stand-in recorded of requests whose body contains a text."""
        found = self.http.get("/standin/requests").json()
        return [r for r in found if containing in json.dumps(r["body"])]


def body(text: str, path: str = RUN, **values: Any) -> dict[str, Any]:
    asked = {"messages": [{"role": "user", "content": text}], "max_tokens": 4000, **values}
    return asked | {"model": FULL} if path == CHAT else asked


def events(raw: bytes) -> list[Any]:
    found = []
    for block in raw.decode().split("\n\n"):
        if block.startswith("data: "):
            payload = block.removeprefix("data: ")
            found.append(payload if payload == "[DONE]" else json.loads(payload))
    return found


def unchunked(raw: bytes) -> bytes:
    """The body of a chunked response, as far as it came."""
    _, _, rest = raw.partition(b"\r\n\r\n")
    found = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size or b"0", 16)
        if length == 0:
            break
        found += rest[:length]
        rest = rest[length + 2 :]
    return found


def deltas(found: list[Any]) -> list[dict[str, Any]]:
    return [c["delta"] for event in found if event != "[DONE]" for c in event.get("choices", [])]


def said(found: list[Any], name: str = "content") -> str:
    return "".join(d[name] for d in deltas(found) if isinstance(d.get(name), str))


def finishes(found: list[Any]) -> list[str]:
    choices = [c for event in found if event != "[DONE]" for c in event.get("choices", [])]
    return [c["finish_reason"] for c in choices if c.get("finish_reason")]


def eventually(check: Callable[[], Any], seconds: float = 5) -> Any:
    """What ``check`` returns once it is true; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found
