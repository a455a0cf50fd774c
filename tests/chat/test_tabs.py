from uuid import uuid4

import pytest

from chatapp.chat.tabs import MOST_BYTES, MOST_FRAMES, Tab, Tabs


class Line:
    """Where a tab's frames go."""

    def __init__(self):
        self.sent: list[str] = []
        self.closed: list[int] = []

    def tab(self, user_id: int = 1) -> Tab:
        return Tab(user_id, 0, "key", self.sent.append, self.closed.append)


@pytest.fixture
def line():
    return Line()


def test_frames_go_out_while_the_window_is_open(line):
    tab = line.tab()
    assert all(tab.push(f"{n}") for n in range(MOST_FRAMES))
    assert line.sent == [f"{n}" for n in range(MOST_FRAMES)]


def test_who_acknowledges_nothing_is_sent_no_more(line):
    tab = line.tab()
    for n in range(MOST_FRAMES):
        tab.push(f"{n}")
    assert not tab.push("one too many")
    assert tab.paused
    assert len(line.sent) == MOST_FRAMES


def test_few_long_frames_fill_the_window_too(line):
    tab = line.tab()
    pushed = sum(tab.push("x" * 50_000) for _ in range(20))
    assert pushed * 50_000 <= MOST_BYTES + 50_000
    assert tab.paused


def test_an_acknowledgement_counts_from_the_watch_and_opens_the_window(line):
    tab = line.tab()
    for n in range(MOST_FRAMES):
        tab.push(f"{n}")
    tab.push("dropped")
    tab.ack(25)
    assert not tab.paused
    assert len(tab.unacked) == MOST_FRAMES - 25
    tab.ack(50)
    assert len(tab.unacked) == MOST_FRAMES - 50
    assert tab.push("goes out")


@pytest.mark.parametrize("total", [-5, 0, 10])
def test_an_old_acknowledgement_changes_nothing(line, total):
    tab = line.tab()
    for n in range(30):
        tab.push(f"{n}")
    tab.ack(20)
    tab.ack(total)
    assert len(tab.unacked) == 10


def test_an_acknowledgement_of_more_than_was_sent_is_of_all(line):
    tab = line.tab()
    for n in range(30):
        tab.push(f"{n}")
    tab.ack(10**9)
    assert (tab.unacked, tab.unacked_bytes) == ([], 0)
    for _ in range(MOST_FRAMES):
        tab.push("x")
    assert not tab.push("x"), "the window holds afterwards, too"


def test_a_tab_that_missed_frames_is_told_so_once(line):
    """The last frames may be among those dropped: without a later one the tab would see no gap."""
    tab = line.tab()
    for n in range(MOST_FRAMES):
        tab.push(f"{n}")
    tab.push("dropped")
    assert not tab.ack(0), "nothing was read yet"
    assert tab.ack(MOST_FRAMES)
    assert not tab.ack(MOST_FRAMES)


def test_a_tab_that_missed_nothing_is_told_nothing(line):
    tab = line.tab()
    tab.push("one")
    assert not tab.ack(1)


def test_a_new_watch_begins_with_an_open_window(line):
    tabs, tab = Tabs(), line.tab()
    tabs.add(tab)
    tabs.watch(tab, 1)
    for _ in range(MOST_FRAMES + 1):
        tab.push("x")
    tabs.watch(tab, 2)
    assert (tab.paused, tab.unacked, tab.unacked_bytes, tab.acked) == (False, [], 0, 0)


def test_a_tab_is_found_by_what_it_watches_and_by_whose_it_is(line):
    tabs = Tabs()
    one, two, of_bob = line.tab(), line.tab(), line.tab(2)
    for tab in (one, two, of_bob):
        tabs.add(tab)
    tabs.watch(one, 7)
    tabs.watch(two, 7)
    assert set(tabs.watching(7)) == {one, two}
    assert set(tabs.of_user(1)) == {one, two}
    tabs.watch(one, 8)
    assert set(tabs.watching(7)) == {two}
    assert sorted(tabs.watched()) == [7, 8]
    tabs.watch(two, None)
    assert tabs.watched() == [8]


def test_of_a_tab_that_has_gone_nothing_is_kept(line):
    tabs, tab = Tabs(), line.tab()
    tabs.add(tab)
    tabs.watch(tab, 7)
    tabs.remove(tab)
    tabs.remove(tab)
    assert (len(tabs), list(tabs.watching(7)), list(tabs.of_user(1)), tabs.watched()) == (0, [], [], [])
    assert tabs._by_user == tabs._by_conversation == {}


def test_tabs_of_a_conversation_do_not_hear_of_another(line):
    tabs, tab = Tabs(), line.tab()
    tabs.add(tab)
    tabs.watch(tab, 7)
    assert list(tabs.watching(hash(uuid4()))) == []
