"""Fingers, notches, enlarged pages, pages from right to left: what the walk over all pages cannot try."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import saying

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def swipe(page: Page, start: int, end: int) -> None:
    devtools = page.context.new_cdp_session(page)
    points = [start + (end - start) * step / 8 for step in range(9)]
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": points[0], "y": 400}]})
    for x in points[1:]:
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": 400}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_at_400_percent_one_can_still_read_and_write(open_chat):
    """The header and the box leave room for the messages."""
    chat = open_chat(viewport={"width": 320, "height": 256})
    chat.ask(saying(60)).ended()
    assert chat.page.locator("#transcript").bounding_box()["height"] >= 64
    chat.box.fill("Words " * 200)
    expect(chat.send).to_be_in_viewport(ratio=1)
    assert chat.page.locator("#transcript").bounding_box()["height"] >= 24


def test_the_drawer_opens_by_button_and_by_a_swipe_from_the_edge_and_closes_by_one_back(open_chat):
    page = open_chat(**PHONE).page
    drawer = page.locator("#sidebar")
    page.locator("#sidebar-toggle").tap()
    expect(drawer).to_be_visible()
    page.locator("#sidebar-close").tap()
    expect(drawer).to_be_hidden()
    swipe(page, 200, 380)
    expect(drawer).to_be_hidden()
    swipe(page, 6, 220)
    expect(drawer).to_be_visible()
    swipe(page, 250, 20)
    expect(drawer).to_be_hidden()


def test_written_from_right_to_left_the_drawer_comes_from_the_right_and_by_a_swipe_from_there(open_chat):
    page = open_chat(**PHONE).page
    page.evaluate("document.documentElement.dir = 'rtl'")
    drawer = page.locator("#sidebar")
    swipe(page, 6, 220)
    expect(drawer).to_be_hidden()
    swipe(page, 384, 170)
    expect(drawer).to_be_visible()
    place = drawer.bounding_box()
    assert place["x"] + place["width"] == 390
    swipe(page, 140, 370)
    expect(drawer).to_be_hidden()


def test_nothing_lies_under_a_notch_or_the_bar_of_a_phone(open_chat):
    page = open_chat(**PHONE).page
    insets = {"top": 47, "bottom": 34, "left": 20, "right": 20}
    page.context.new_cdp_session(page).send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    page.reload()

    def inside(part: str) -> None:
        expect(page.locator(part)).to_be_visible()
        place = page.locator(part).bounding_box()
        assert place["x"] >= insets["left"], part
        assert place["x"] + place["width"] <= 390 - insets["right"], part
        assert place["y"] >= insets["top"], part
        assert place["y"] + place["height"] <= 844 - insets["bottom"], part

    for part in (".composer-box", "#sidebar-toggle", "#panel-toggle"):
        inside(part)
    page.locator("#panel-toggle").tap()
    for part in ("#panel [data-panel-close]", ".panel-foot .button >> nth=0"):
        inside(part)
    page.locator("#panel [data-panel-close]").tap()
    page.locator("#sidebar-toggle").tap()
    for part in ("#sidebar-close", ".user-button", "#new-chat"):
        place = page.locator(part).bounding_box()
        assert place["x"] >= insets["left"], part
        assert place["y"] >= insets["top"], part
        assert place["y"] + place["height"] <= 844 - insets["bottom"], part
