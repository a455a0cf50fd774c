"""Small windows, enlarged text, forced colours, fingers: what the tour does not see."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import rules
from tests.browser.everywhere import broken, settled
from tests.browser.showcase import Showcase, build

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


def test_in_forced_colours_every_control_can_be_seen(house, shown):
    assert broken(house, shown, {"invisible": rules.invisible}, forced_colors="active") == {"invisible": {}}


@pytest.mark.parametrize("size", [(720, 450), (320, 256)], ids=["at 200 %", "at 400 %"])
def test_enlarged_pages_flow_and_are_not_scrolled_sideways(house, shown, size):
    """WCAG 1.4.10: 1280 px at 400 % are 320."""
    window = {"width": size[0], "height": size[1]}
    assert broken(house, shown, {"sideways": rules.sideways}, viewport=window) == {"sideways": {}}


def test_at_400_percent_one_can_still_read_and_write(house, shown):
    """The header and the box leave room for the messages."""
    with house.context(shown.admin, viewport={"width": 320, "height": 256}) as context:
        page = context.new_page()
        page.goto(shown.paths["chat"])
        settled(page)
        room = page.locator("#transcript").bounding_box()
        assert room["height"] >= 64
        box = page.locator("#composer-text")
        box.fill("Words " * 200)
        expect(page.locator("#send")).to_be_in_viewport(ratio=1)
        assert page.locator("#transcript").bounding_box()["height"] >= 24


def swipe(page: Page, start: int, end: int) -> None:
    devtools = page.context.new_cdp_session(page)
    points = [start + (end - start) * step / 8 for step in range(9)]
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": points[0], "y": 400}]})
    for x in points[1:]:
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": 400}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_drawer_opens_by_button_and_by_a_swipe_from_the_edge_and_closes_by_one_back(house, shown):
    with house.context(shown.admin, **PHONE) as context:
        page = context.new_page()
        page.goto(shown.paths["chat"])
        settled(page)
        drawer = page.locator("#sidebar")
        swipe(page, 200, 380)
        expect(drawer).to_be_hidden()
        swipe(page, 6, 220)
        expect(drawer).to_be_visible()
        swipe(page, 250, 20)
        expect(drawer).to_be_hidden()
        page.locator("#sidebar-toggle").tap()
        expect(drawer).to_be_visible()
        page.locator("#sidebar-close").tap()
        expect(drawer).to_be_hidden()


def test_nothing_lies_under_a_notch_or_the_bar_of_a_phone(house, shown):
    with house.context(shown.admin, **PHONE) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        insets = {"top": 47, "bottom": 34, "left": 20, "right": 20}
        devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
        page.goto(shown.paths["chat"])
        settled(page)
        box = page.locator(".composer-box").bounding_box()
        assert box["y"] + box["height"] <= 844 - insets["bottom"]
        assert box["x"] >= insets["left"]
        header = page.locator("#sidebar-toggle").bounding_box()
        assert header["y"] >= insets["top"]
        assert header["x"] >= insets["left"]
        page.locator("#sidebar-toggle").tap()
        for part in ("#sidebar-close", ".user-button"):
            place = page.locator(part).bounding_box()
            assert place["y"] >= insets["top"]
            assert place["y"] + place["height"] <= 844 - insets["bottom"]
