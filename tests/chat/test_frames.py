import json
from uuid import UUID, uuid4

import pytest

from chatapp.chat import frames

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def test_stored_events_go_out_unchanged():
    events = [(1, "reasoning", '"Hm."'), (2, "text", '"a\\u2028\\"b"'), (3, "end", '{"state":"complete"}')]
    frame = json.loads(frames.grew(ONE, TWO, THREE, events))
    assert frame == {
        "t": "grew",
        "c": str(ONE),
        "m": str(TWO),
        "r": str(THREE),
        "e": [[1, "reasoning", "Hm."], [2, "text", 'a\u2028"b'], [3, "end", {"state": "complete"}]],
    }


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (frames.hello(), {"t": "hello", "heartbeat": 25}),
        (frames.pong(), {"t": "pong"}),
        (frames.turns(ONE), {"t": "turns", "c": str(ONE)}),
        (frames.row(ONE), {"t": "row", "c": str(ONE)}),
        (frames.lists(), {"t": "lists"}),
        (frames.draft(ONE, 'a "b"\n'), {"t": "draft", "c": str(ONE), "text": 'a "b"\n'}),
        (
            frames.watching(ONE, [{"r": str(TWO), "m": str(THREE), "seq": 4}]),
            {"t": "watching", "c": str(ONE), "running": [{"r": str(TWO), "m": str(THREE), "seq": 4}]},
        ),
    ],
    ids=lambda value: value["t"] if isinstance(value, dict) else "",
)
def test_each_frame_is_what_the_page_expects(frame, told):
    assert json.loads(frame) == told


def test_an_empty_growth_is_still_a_frame():
    assert json.loads(frames.grew(uuid4(), uuid4(), uuid4(), []))["e"] == []
