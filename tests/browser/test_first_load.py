"""What a browser that was never here fetches before the page is there: little, and not the parser of answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, saying, until

pytestmark = [pytest.mark.browser, pytest.mark.new_browser]

MOST = 120_000  # bytes of script and style, compressed
PARSER = re.compile(r"/blocks\.\w+\.js$")


def weigh(house, member, path: str) -> dict[str, int]:
    """The compressed size of every script and style that opening the page at `path` fetches, by address."""
    # gzip is the most that a browser behind an old proxy may ask for; brotli is a tenth smaller.
    context = house.context(member, extra_http_headers={"Accept-Encoding": "gzip"})
    page = context.new_page()
    finished = []
    page.on("requestfinished", lambda request: finished.append(request))
    Chat(page).open(path)
    page.wait_for_load_state("networkidle")
    found = {}
    for request in finished:
        if request.resource_type in ("script", "stylesheet"):
            assert request.response().header_value("content-encoding") == "gzip", request.url
            found[request.url] = request.sizes()["responseBodySize"]
    context.close()
    return found


@pytest.mark.parametrize("where", ["new chat", "conversation"])
def test_the_first_load_is_light(house, member, where):
    path = "/"
    if where == "conversation":
        texts = ["Question", "An **answer**."] * 8
        path = f"/c/{house.tell(f'write({member.id}, {where!r}, {texts!r})')}/"
    found = weigh(house, member, path)
    assert any("/chat." in url for url in found)
    assert any("htmx" in url for url in found)
    heaviest = sorted(found.items(), key=lambda one: -one[1])[:8]
    assert sum(found.values()) <= MOST, heaviest


def test_the_parser_of_answers_comes_with_the_first_words_typed(chat):
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    assert not chat.page.evaluate(
        "() => performance.getEntriesByType('resource').some(({name}) => name.includes('markdown-it'))"
    )
    chat.box.press_sequentially("H")
    until(lambda: any(PARSER.search(url) for url in asked), "the parser is fetched", page=chat.page)


def test_an_answer_is_shown_before_its_parser_is_there(chat):
    held = []
    chat.page.route(PARSER, lambda route: held.append(route))
    chat.ask(saying(40, rate=20))
    until(lambda: len(chat.words()) >= 5, "the first words are shown", page=chat.page)
    assert held
    assert chat.text.locator(".block").count() == 1
    held[0].continue_()
    expect(chat.text.locator(".block")).to_have_count(2)
    chat.ended()
    assert chat.differences() == []


def test_an_answer_whose_parser_cannot_be_had_ends_as_the_servers(chat):
    chat.page.route(PARSER, lambda route: route.abort())
    chat.ask(saying(40, rate=100)).ended()
    assert chat.words() == [f"w{n}" for n in range(1, 41)]
    assert chat.differences() == []
