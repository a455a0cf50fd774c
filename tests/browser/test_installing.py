"""Chatapp as an installed program: what Chromium says of it, and the colour of its title bar."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def bar_colours(page) -> list[str]:
    """The theme-color that counts, as a browser chooses it."""
    return page.evaluate(
        """() => [...document.querySelectorAll("meta[name=theme-color]")]
          .filter((meta) => matchMedia(meta.media).matches).map((meta) => meta.content)"""
    )


def ground(page) -> str:
    return page.evaluate(
        """() => {
          const [r, g, b] = getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number);
          return "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
        }"""
    )


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_chromium_finds_nothing_that_stands_against_installing(house, member, is_signed_in):
    with house.context(member if is_signed_in else None) as context:
        page = context.new_page()
        page.goto("/")
        devtools = context.new_cdp_session(page)
        manifest = devtools.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert manifest["url"] == f"{house.server.base_url}/app.webmanifest"
        # A window that keeps nothing (incognito), as every one of the tests' is, cannot install anything.
        found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [error for error in found if error["errorId"] != "in-incognito"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_title_bar_has_the_colour_of_the_page_in_each_theme(open_chat, scheme):
    chat = open_chat(color_scheme=scheme)
    assert bar_colours(chat.page) == [ground(chat.page)]
    chat.page.locator(".user-button").click()
    for theme in ("dark", "light", "system"):
        with chat.page.expect_response(lambda response: response.url.endswith("/me/theme/")):
            chat.page.locator(f"#theme-switch input[value={theme}]").check()
        expect(chat.page.locator("html")).to_have_attribute("data-theme", theme)
        assert bar_colours(chat.page) == [ground(chat.page)]
        chat.reload()
        assert bar_colours(chat.page) == [ground(chat.page)]
        chat.page.locator(".user-button").click()
