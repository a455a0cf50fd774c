"""The shell of all dialogs: opened once, closed at any time, wrong things said inside, toasts within reach."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.house import House, Member, until
from tests.browser.rules import axe

pytestmark = pytest.mark.browser


@pytest.fixture
def page(house: House, member: Member, open_chat) -> Page:
    """A chat that can be shared and put in order."""
    key = house.tell(f"write({member.id}, 'Tulips', ['When?', 'In October.'])")
    return open_chat(f"/c/{key}/").page


def share(page: Page) -> Locator:
    return page.get_by_role("button", name="Share this chat")


def from_menu(page: Page, item: str) -> None:
    page.locator(".row", has_text="Tulips").hover()
    page.locator(".row", has_text="Tulips").locator("[data-row-menu]").click()
    page.locator("#row-menu").get_by_role("menuitem", name=item).click()


def test_a_double_click_opens_it_once_and_escape_gives_the_focus_back(page):
    asked: list[str] = []
    page.on("request", lambda request: request.url.endswith("/share/") and asked.append(request.url))
    share(page).dblclick()
    expect(page.get_by_role("dialog", name="Share this chat")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(share(page)).to_be_focused()
    assert len(asked) == 1


def test_while_it_loads_it_says_so_and_can_be_closed(page):
    held: list[Route] = []
    page.route("**/share/", lambda route: held.append(route))
    share(page).click()
    dialog = page.get_by_role("dialog", name="Share this chat")
    expect(dialog).to_contain_text("Loading…")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    with page.expect_response("**/share/"):
        held[0].continue_()
    page.wait_for_timeout(200)  # time in which the late answer would open it
    expect(dialog).to_have_count(0)
    page.unroute("**/share/")
    share(page).click()
    expect(dialog.get_by_role("button", name="Make the link")).to_be_visible()


def test_what_could_not_be_loaded_is_said_inside_and_tried_again_there(page):
    page.route("**/share/", lambda route: route.abort())
    share(page).click()
    dialog = page.get_by_role("dialog", name="Share this chat")
    expect(dialog.get_by_text("No connection: this could not be loaded.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Try again")).to_be_focused()
    assert axe(page) == []
    page.unroute("**/share/")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Make the link")).to_be_visible()
    page.keyboard.press("Escape")
    expect(share(page)).to_be_focused()


def test_a_toast_can_be_reached_while_a_dialog_is_open(page):
    from_menu(page, "Tags")
    dialog = page.get_by_role("dialog", name="Tags of 1 chat")
    dialog.get_by_label("Add a tag").fill("garden")
    page.keyboard.press("Enter")
    expect(dialog.locator(".tag-name")).to_have_text("garden")
    toast = page.locator(".toast", has_text="Tagged “Tulips”.")
    toast.get_by_role("button", name="Undo").click()  # refused if anything lay above it
    expect(page.locator("#announcer")).to_have_text("Undone")
    expect(dialog).to_be_visible()
    # What is said has to be inside the dialog, where a screen reader is.
    assert page.evaluate("() => Boolean(document.querySelector('dialog:modal #announcer'))")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("() => document.querySelector('#voices').parentElement === document.body")


def test_typed_words_are_thrown_away_by_a_button_alone(page):
    page.locator("#view-button").click()
    page.get_by_role("menuitem", name="New folder").click()
    dialog = page.get_by_role("dialog", name="New folder")
    words = dialog.get_by_role("textbox", name="System prompt")
    words.fill("Answer as a gardener.")
    page.keyboard.press("Escape")
    expect(dialog.locator("[data-problem]")).to_contain_text("not saved")
    page.mouse.click(5, 5)
    expect(words).to_have_value("Answer as a gardener.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)


def test_a_selection_drawn_out_of_a_field_does_not_close_it(page):
    from_menu(page, "Tags")
    dialog = page.get_by_role("dialog", name="Tags of 1 chat")
    field = dialog.get_by_label("Add a tag")
    field.fill("garden")
    box = field.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(field).to_have_value("garden")
    page.mouse.click(5, 5)
    expect(dialog).to_have_count(0)


def test_a_refused_folder_is_explained_in_its_dialog(page):
    page.route("**/folders/**", lambda route: route.fulfill(status=503, json={"error": "The server is busy."}))
    page.locator("#view-button").click()
    page.get_by_role("menuitem", name="New folder").click()
    dialog = page.get_by_role("dialog", name="New folder")
    expect(dialog.get_by_text("The server is busy.")).to_be_visible()
    page.unroute("**/folders/**")
    dialog.get_by_role("button", name="Try again").click()
    dialog.get_by_label("Name", exact=True).fill("Law")
    posts: list[Route] = []
    page.route("**/folders/**", lambda route: posts.append(route))
    dialog.get_by_role("button", name="Make folder").click()
    until(lambda: posts, "the folder is on its way", page=page)
    expect(dialog.get_by_role("button", name="Make folder")).to_be_disabled()
    posts[0].fulfill(status=503, json={"error": "The server is busy."})
    expect(dialog.get_by_text("The server is busy.")).to_be_visible()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Law")
