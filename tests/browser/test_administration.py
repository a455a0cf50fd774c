"""The administrators' pages about the installation: what their scripts do, and that everyone can use them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.rules import axe

pytestmark = pytest.mark.browser


@pytest.fixture
def page(house) -> Page:
    """A page of an administrator, whose clock the test turns."""
    with house.context(house.member("admin")) as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.clock.install()
        yield page
        assert errors == []


def looks(page: Page) -> list[str]:
    """The requests by which the list is fetched again, as they go out."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "hx-request" in request.headers else None)
    return asked


def again(page: Page) -> None:
    with page.expect_response(lambda response: "hx-request" in response.request.headers):
        page.get_by_role("button", name="Look again").click()


def test_health_looks_again_by_itself_and_moves_no_focus(page):
    page.goto("/team/health/")
    expect(page.locator("#checks .check")).to_have_count(10)
    box = page.get_by_label("every ten seconds")
    box.focus()
    page.evaluate("document.querySelector('[data-at]').textContent = 'long ago'")
    with page.expect_response(lambda response: "hx-request" in response.request.headers):
        page.clock.run_for(10_500)
    expect(page.locator("[data-at]")).not_to_have_text("long ago")
    expect(page.locator("#checks .check")).to_have_count(10)
    expect(box).to_be_focused()


def test_health_can_be_kept_from_looking_again_but_looks_when_asked(page):
    page.goto("/team/health/")
    asked = looks(page)
    page.get_by_label("every ten seconds").uncheck()
    page.clock.run_for(35_000)
    assert asked == []
    again(page)
    assert len(asked) == 1
    page.clock.run_for(35_000)
    assert len(asked) == 1


def test_health_says_when_the_server_does_not_answer_and_takes_it_back(page):
    page.goto("/team/health/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#checks-stale")).to_contain_text("The server does not answer.")
    expect(page.locator("#checks .check")).to_have_count(10)
    page.context.set_offline(False)
    again(page)
    expect(page.locator("#checks-stale")).to_be_hidden()


@pytest.fixture(scope="module")
def used(house):
    """Some usage, of somebody who is gone."""
    told = "from tests.browser import people; people.usage(40)"
    house.server.manage("shell", "-v", "0", "-c", told)


@pytest.mark.parametrize("path", ["/team/usage/?period=90", "/team/health/", "/team/settings/"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_keep_the_rules_and_fit_the_window(page, used, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    if "usage" in path:
        expect(page.locator(".chart-svg")).to_have_count(5)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
