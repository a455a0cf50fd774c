"""Bytes → payloads: the corners of the event stream format."""

import pytest

from chatapp.workersai.errors import Protocol
from chatapp.workersai.sse import EventSplitter


def split(*chunks, limit=1000):
    splitter = EventSplitter(limit)
    return [payload for chunk in chunks for payload in splitter.feed(chunk)] + splitter.close()


@pytest.mark.parametrize(
    ("raw", "payloads"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data: a\ndata: b\n\n", [b"a\nb"]),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [b"a", b"b", b"c"]),
        (b": comment\n\nevent: x\nid: 1\nretry: 5\nunknown: y\ndata: a\n\n", [b"a"]),
        (b"event: x\n\n", []),
        (b"data\n\ndata:\n\ndata: \n\n", []),
        (b"\n\n\r\n\r\n", []),
        (b"data: a", [b"a"]),
        (b"data: a\n", [b"a"]),
        (b"[DONE]\n", [b"[DONE]"]),
        (b"data: a\n[DONE]", [b"a", b"[DONE]"]),
        (b'{"bare":1}\n{"bare":2}\n', [b'{"bare":1}', b'{"bare":2}']),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b"data: \xe2\x80\xa8\xc2\x85\x0b\x0c\x1c\n\n", [b"\xe2\x80\xa8\xc2\x85\x0b\x0c\x1c"]),
        (b"", []),
    ],
)
def test_events_are_parted_the_same_at_any_cut(raw, payloads):
    assert split(raw) == payloads
    assert split(b": first\n\n", raw) == payloads or raw.startswith(b"\xef")
    for cut in range(len(raw) + 1):
        assert split(raw[:cut], raw[cut:]) == payloads, f"cut at {cut}"
    assert split(*(raw[i : i + 1] for i in range(len(raw)))) == payloads


@pytest.mark.parametrize(
    "chunks",
    [
        [b"x" * 1001],
        [b"x" * 600, b"x" * 600],
        [b"data: " + b"x" * 1001 + b"\n\n"],
        [b": first\n\n", b"data: " + b"x" * 1001 + b"\n\n"],
        [b"data: " + b"x" * 90 + b"\n"] * 12,
    ],
)
def test_an_event_beyond_the_limit_is_refused(chunks):
    with pytest.raises(Protocol):
        split(*chunks)


def test_many_events_in_one_read_are_not_one_large_event():
    assert len(split(b": first\n\n", b"data: x\n\n" * 1000)) == 1000


def test_an_endless_line_in_crumbs_costs_no_more_than_its_length():
    splitter = EventSplitter(300_000)
    for _ in range(250_000):
        splitter.feed(b"x")
