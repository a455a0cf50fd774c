"""Files on their way through an import, told through the deeds themselves."""

import io
import zipfile
from typing import Any

import orjson

from chatapp.takeout.importing import upload, work
from chatapp.takeout.models import Import

HERE = "here:1:1"


def uploaded(owner, data: bytes, name: str = "conversations.json") -> Import:
    """Uploaded whole, and not yet looked at."""
    upload.begin(owner, name, len(data))
    if data:
        upload.receive(owner, 0, data)
    return upload.check(owner)


def checked(owner, data: bytes, name: str = "conversations.json") -> Import:
    """The dry run has been made."""
    uploaded(owner, data, name)
    work.work(HERE, lambda: False)
    return Import.objects.get(owner=owner)


def imported(owner, data: bytes, name: str = "conversations.json") -> Import:
    job = checked(owner, data, name)
    assert job.state == "checked", job.error
    upload.bring(owner)
    work.work(HERE, lambda: False)
    return Import.objects.get(owner=owner)


def skips(job: Import) -> dict[str, int]:
    return {skip["kind"]: skip["count"] for skip in job.report["skips"]}


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
