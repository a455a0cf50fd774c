"""Chats are dragged onto folders with the mouse, and out of them; what the menu does, by hand."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.house import until

pytestmark = pytest.mark.browser

# Whoever imports it after the page finds it at work there.
LOADED = """async () => {
  const found = performance.getEntriesByType("resource").find(({name}) => name.includes("/js/chat/dragging."));
  return found && Boolean(await import(found.name));
}"""


@pytest.fixture
def tabs(house, member, open_chat):
    """Two tabs of a member with five chats and the folder Garden, which has nothing in it."""
    house.tell(f"hoard({member.id}, 5)")
    here = open_chat()
    here.page.locator("#view-button").click()
    here.page.get_by_role("menuitem", name="New folder").click()
    dialog = here.page.locator("#order")
    dialog.get_by_label("Name", exact=True).fill("Garden")
    dialog.get_by_role("button", name="Make folder").click()
    expect(folder(here)).to_be_visible()
    return here, open_chat(beside=here)


def folder(chat) -> Locator:
    return chat.page.locator("#rows [data-folder]")


def loose(chat) -> Locator:
    return chat.page.locator("#rows .shelf-recent")


def row(chat, title: str) -> Locator:
    return chat.page.locator("#rows .row").filter(has_text=title)


def titles(place: Locator) -> Locator:
    return place.locator(".row-title")


def lift(chat, title: str, place: Locator) -> None:
    """Takes the chat and holds it over the place."""
    row(chat, title).locator(".row-link").hover()
    # What drags is fetched when the rows are first pointed at.
    until(lambda: chat.page.evaluate(LOADED), "what drags is there", page=chat.page)
    chat.page.mouse.down()
    place.hover()
    place.hover()  # the first movement only begins the drag


def drag(chat, title: str, place: Locator) -> None:
    lift(chat, title, place)
    chat.page.mouse.up()


def test_a_chat_dragged_onto_a_folder_lies_there_in_every_tab_until_undone(tabs):
    here, _ = tabs
    lift(here, "Talk 2", folder(here))
    expect(folder(here)).to_have_class("shelf shelf-folder is-drop-offer is-drop-place")
    expect(loose(here)).to_have_class("shelf shelf-recent")  # there it lies already
    here.page.mouse.up()
    for tab in tabs:
        expect(titles(folder(tab))).to_have_text(["Talk 2"])
        expect(titles(loose(tab))).to_have_text(["Talk 1", "Talk 3", "Talk 4", "Talk 5"])
    expect(here.page.locator(".is-drop-offer, .is-drop-place, .is-dragged")).to_have_count(0)
    expect(here.page.locator("#empty")).to_be_visible()  # dragging opens nothing
    here.page.get_by_role("button", name="Undo").click()
    for tab in tabs:
        expect(titles(folder(tab))).to_have_count(0)
        expect(titles(loose(tab))).to_have_count(5)


def test_dragged_out_of_its_folder_it_lies_in_none(tabs):
    here, there = tabs
    drag(here, "Talk 3", folder(here))
    expect(titles(folder(there))).to_have_text(["Talk 3"])
    lift(here, "Talk 3", loose(here))
    expect(loose(here).get_by_text("No folder")).to_be_visible()
    here.page.mouse.up()
    for tab in tabs:
        expect(titles(folder(tab))).to_have_count(0)
        expect(titles(loose(tab))).to_have_count(5)


def test_one_of_several_selected_takes_the_others_along(tabs):
    here, _ = tabs
    row(here, "Talk 2").locator(".row-link").click(modifiers=["Shift"])
    row(here, "Talk 4").locator(".row-link").click(modifiers=["Shift"])
    expect(here.page.locator("#selection-bar [data-count]")).to_have_text("3 chats selected")
    drag(here, "Talk 3", folder(here))
    for tab in tabs:
        expect(titles(folder(tab))).to_have_text(["Talk 2", "Talk 3", "Talk 4"])
    expect(here.page.locator("#selection-bar")).to_be_hidden()


def test_one_that_is_not_selected_goes_alone(tabs):
    here, _ = tabs
    row(here, "Talk 2").locator(".row-link").click(modifiers=["Shift"])
    drag(here, "Talk 5", folder(here))
    expect(titles(folder(here))).to_have_text(["Talk 5"])
    expect(titles(loose(here))).to_have_text(["Talk 1", "Talk 2", "Talk 3", "Talk 4"])


def test_a_folder_that_is_closed_takes_it_too(tabs):
    here, _ = tabs
    with here.page.expect_response("**/list/shelves/**"):  # drawn anew during a drag, the row would be gone
        here.page.get_by_role("button", name="Garden", exact=True).click()
    drag(here, "Talk 1", here.page.get_by_role("button", name="Garden", exact=True))
    for tab in tabs:
        expect(titles(loose(tab))).to_have_count(4)
    here.page.get_by_role("button", name="Garden", exact=True).click()
    expect(titles(folder(here))).to_have_text(["Talk 1"])


def test_escape_leaves_everything_as_it_was(tabs):
    here, _ = tabs
    asked = []
    here.page.on("request", lambda request: asked.append(request.method))
    lift(here, "Talk 2", folder(here))
    expect(folder(here)).to_have_class("shelf shelf-folder is-drop-offer is-drop-place")
    here.page.keyboard.press("Escape")
    expect(here.page.locator(".is-drop-offer, .is-drop-place, .is-dragged")).to_have_count(0)
    here.page.mouse.up()
    here.page.mouse.move(700, 300)
    expect(titles(loose(here))).to_have_text([f"Talk {n}" for n in range(1, 6)])
    assert "POST" not in asked


def test_let_go_beside_the_places_nothing_changes(tabs):
    here, _ = tabs
    lift(here, "Talk 2", here.page.locator("#new-chat"))
    expect(here.page.locator(".is-drop-place")).to_have_count(0)
    here.page.mouse.up()
    expect(here.page.locator(".is-drop-offer, .is-dragged")).to_have_count(0)
    expect(titles(loose(here))).to_have_count(5)


def test_refused_by_the_server_the_row_comes_back_and_it_is_said_why(tabs):
    here, there = tabs
    # The folder is removed elsewhere, and this tab has not heard of it.
    here.page.route("**/list/shelves/**", lambda route: route.abort())
    there.page.get_by_role("button", name="More for folder Garden").click()
    there.page.get_by_role("menuitem", name="Remove folder").click()
    there.page.get_by_role("button", name="Remove folder").click()
    expect(folder(there)).to_have_count(0)
    drag(here, "Talk 2", folder(here))
    expect(here.page.locator(".toast").last).to_contain_text("This folder is not there any more.")
    expect(row(here, "Talk 2")).to_be_visible()
    expect(titles(loose(here))).to_have_count(5)


def test_without_network_the_row_comes_back_and_it_is_said(tabs):
    here, _ = tabs
    here.page.route("**/list/do/", lambda route: route.abort())
    drag(here, "Talk 2", folder(here))
    expect(here.page.locator(".toast").last).to_contain_text("nothing was changed")
    expect(row(here, "Talk 2")).to_be_visible()


def test_where_fingers_press_nothing_is_dragged(house, member, open_chat):
    house.tell(f"hoard({member.id}, 2)")
    chat = open_chat(has_touch=True, is_mobile=True, viewport={"width": 1280, "height": 800})
    assert chat.page.evaluate("matchMedia('(pointer: coarse)').matches")
    lift(chat, "Talk 1", chat.page.locator("#rows .shelf-recent"))
    expect(chat.page.locator(".is-dragged, .is-drop-offer")).to_have_count(0)
    chat.page.mouse.up()
