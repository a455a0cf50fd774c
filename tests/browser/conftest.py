"""What the browser tests share."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.answers import answers, answers_site, chromium
from tests.browser.house import Chat, House, Member, window
from tests.server.process import ServeProcess

__all__ = ["answers", "answers_site", "chromium"]

ARTIFACTS = "tests/browser/artifacts"


@pytest.fixture(scope="module")
def server_options() -> dict[str, object]:
    """To be overridden by a file whose server is set up otherwise."""
    return {}


@pytest.fixture(scope="module")
def house(chromium, server_options) -> Iterator[House]:
    """The product, running for this file of tests."""
    with ServeProcess(**server_options) as server:
        home = House(server, chromium)
        yield home
        home.close()


@pytest.fixture
def member(house) -> Member:
    return house.member()


@pytest.fixture
def open_chat(house, member, request) -> Iterator[Callable[..., Chat]]:
    """Opens pages of the test's member (or of `who`): each in a browser of its own unless `beside` another page.

    The first one has been there before (House.seasoned), unless the test is marked `new_browser`: for tests to
    which it matters what is fetched. No page may have met an error when the test is over. A failed test leaves
    pictures in artifacts/.
    """
    contexts: list[BrowserContext] = []
    chats: list[Chat] = []
    is_seasoned = request.node.get_closest_marker("new_browser") is None

    def open_one(path: str = "/", *, who: Member | None = None, beside: Chat | None = None, **options) -> Chat:
        if beside:
            page = window(beside.page)
        elif is_seasoned and not chats and not options:
            page = house.seasoned(who or member).new_page()
        else:
            contexts.append(house.context(who or member, **options))
            page = contexts[-1].new_page()
        chat = Chat(page)
        chats.append(chat)
        return chat.open(path)

    yield open_one
    if getattr(request.node, "failed", False):
        for number, chat in enumerate(chats):
            if not chat.page.is_closed():
                chat.page.screenshot(path=f"{ARTIFACTS}/{request.node.name[:80]}-{number}.png")
        house.forget_seasoned()
    for context in contexts:
        context.close()
    house.leave_seasoned()
    assert [error for chat in chats for error in chat.errors] == []


@pytest.fixture
def chat(open_chat) -> Chat:
    """The new-chat page of a fresh member."""
    return open_chat()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True
    return report
