"""Exports as ChatGPT makes them; no Django, so that browser tests and benchmarks can make them too."""

import io
import zipfile
from typing import Any

import orjson


def zipped(**files: Any) -> bytes:
    """A ZIP of JSON; `conversations_000` becomes conversations-000.json."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            data = value if isinstance(value, bytes) else orjson.dumps(value)
            archive.writestr(name.replace("_", "-") + ".json", data)
    return out.getvalue()


class Told:
    """A conversation as ChatGPT exports it, message after message."""

    def __init__(self, identity: str = "c-1", title: str | None = "Leap years", **columns: Any):
        self.mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None, "children": []}}
        self.columns = {"create_time": 1_700_000_000.5, "update_time": 1_700_000_100.0, **columns}
        self.identity, self.title, self.last = identity, title, "root"

    def add(self, role: str, text: str = "", *, after: str | None = None, **message: Any) -> str:
        """`message`: content, metadata, recipient, create_time …"""
        name, parent = f"n{len(self.mapping)}", after or self.last
        content = {"content_type": "text", "parts": [text]}
        told = {
            "id": name,
            "author": {"role": role},
            "content": content,
            "create_time": 1_700_000_010.25,
            **message,
        }
        self.mapping[name] = {"id": name, "message": told, "parent": parent, "children": []}
        self.mapping[parent]["children"].append(name)
        self.last = name
        return name

    def doc(self, **more: Any) -> dict[str, Any]:
        told = {"title": self.title, "conversation_id": self.identity, "mapping": self.mapping}
        return {**told, "current_node": self.last, **self.columns, **more}


def simple(identity: str = "c-1", title: str = "Leap years") -> dict[str, Any]:
    told = Told(identity, title)
    told.add("user", "Which years?")
    told.add("assistant", "Those divisible by four.", metadata={"model_slug": "gpt-4o"})
    return told.doc()


def file_of(*docs: dict[str, Any]) -> bytes:
    return orjson.dumps(list(docs))
