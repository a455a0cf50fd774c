"""Whatever way the network cuts the bytes, the events are the same."""

import random

import pytest

from chatapp.workersai.events import Finished, ReasoningDelta, TextDelta, ToolCallDelta, Usage
from tests.workersai.wire import FEEDS, joined, read

GOLDEN = {
    "chat-text": [
        ReasoningDelta("Greet back."),
        TextDelta("Hello –  grüß dich, 世界 🎉!"),
        Usage(45, 9, 54),
        Finished("stop"),
    ],
    "chat-tools": [
        ReasoningDelta("The user wants weather."),
        ToolCallDelta(0, "call_1", "get_weather", '{"city":"Zürich"}'),
        Usage(136, 37, 173, 128),
        Finished("tool_calls"),
    ],
    "harmony": [
        ReasoningDelta("User wants 1 < 2"),
        TextDelta("Sure: 1 < 2 and `a<|b`"),
        Usage(5, 6, 11),
        Finished("stop"),
    ],
    "native": [TextDelta("In 7 days0"), Usage(12, 5, 17), Finished("stop")],
    "odd-framing": [ReasoningDelta("Hm"), TextDelta("Ä line\u2028sep \u0085 ok end"), Finished("stop")],
    "responses": [
        ReasoningDelta("Think first."),
        TextDelta("Hi there"),
        ToolCallDelta(0, "call_1", "add", '{"a":1}'),
        Usage(5, 7, 12),
        Finished("tool_calls"),
    ],
    "run": [
        ReasoningDelta("Short one."),
        TextDelta("Answer is 42."),
        Usage(31, 9, 40, None, 0.81),
        Finished("stop"),
    ],
    "vllm": [ReasoningDelta("Because"), TextDelta("Yes"), Usage(3, 2, 5), Finished("length")],
}

feeds = pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.stem)


def test_every_feed_has_its_golden_events():
    assert {feed.stem for feed in FEEDS} == set(GOLDEN)


@feeds
def test_a_feed_read_at_once_gives_its_golden_events(feed):
    assert joined(read(feed.read_bytes()).events) == GOLDEN[feed.stem]


@feeds
def test_a_feed_cut_at_any_byte_gives_the_same_events(feed):
    raw = feed.read_bytes()
    for cut in range(len(raw) + 1):
        assert joined(read(raw[:cut], raw[cut:]).events) == GOLDEN[feed.stem], f"cut at byte {cut}"


@feeds
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_feed_in_crumbs_gives_the_same_events(feed, size):
    raw = feed.read_bytes()
    got = read(*(raw[i : i + size] for i in range(0, len(raw), size)))
    assert joined(got.events) == GOLDEN[feed.stem]


@feeds
def test_a_feed_cut_anywhere_many_times_gives_the_same_events(feed):
    raw = feed.read_bytes()
    dice = random.Random(feed.stem)
    for _ in range(50):
        cuts = sorted(dice.choices(range(len(raw) + 1), k=dice.randint(2, 40)))
        got = read(*(raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)))
        assert joined(got.events) == GOLDEN[feed.stem], f"cut at {cuts}"


@pytest.mark.parametrize("feed", [f for f in FEEDS if f.stem != "harmony"], ids=lambda feed: feed.stem)
def test_a_feed_that_ends_early_gives_a_beginning_of_its_text(feed):
    raw = feed.read_bytes()
    whole = read(raw).text
    for end in range(len(raw)):
        assert whole.startswith(read(raw[:end]).text)
