"""A session of a reviewer, without the mouse; what the owner sees of it; and who is refused."""

import io
import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import until
from tests.browser.rules import axe

pytestmark = pytest.mark.browser
REASON = "Checking the answers to customers"


@pytest.fixture
def reviewer(house):
    return house.member("reviewer")


@pytest.fixture
def pages(house):
    """Pages of members, each in a browser of its own; none may have met an error when the test is over."""
    contexts, errors = [], []

    def open_one(who, path: str) -> Page:
        context = house.context(who)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def desk(house, member, reviewer, pages) -> Page:
    """The reviewer's list with three conversations of the member."""
    house.tell(f"let({reviewer.id}, [{member.id}])", "reviewing")
    house.tell(f"talks({member.id}, ['tulips', 'roses', 'ferns'])", "reviewing")
    page = pages(reviewer, "/review/")
    until(lambda: page.reload() and page.locator(".found-row").count() == 3, "the list shows the three")
    return page


def test_a_whole_session_without_the_mouse(desk, member, house):
    page, keys = desk, desk.keyboard
    expect(page.get_by_role("heading", name="3 conversations")).to_be_visible()
    expect(page.locator("#main")).not_to_contain_text("tulips")
    expect(page.locator("#main")).not_to_contain_text(member.name)
    assert axe(page) == []
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")

    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Why do you open it?")).to_be_focused()
    expect(page.locator("#main")).not_to_contain_text("tulips")
    assert axe(page) == []
    keys.press("Enter")
    expect(page.locator(".form-error:visible")).to_contain_text("Say why you look")
    keys.type(REASON)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="tulips", exact=True)).to_be_visible()
    expect(page.locator(".reading-head")).to_contain_text(member.name)
    assert axe(page) == []

    bar = page.locator(".bar")
    score = lambda name: bar.get_by_role("button", name=name)  # noqa: E731
    keys.press("3")
    expect(score("Wrong")).to_have_attribute("aria-pressed", "true")
    keys.press("1")
    expect(score("Good")).to_have_attribute("aria-pressed", "true")
    expect(score("Wrong")).to_have_attribute("aria-pressed", "false")
    keys.press("u")
    expect(score("Wrong")).to_have_attribute("aria-pressed", "true")

    keys.press("e")
    correction = bar.get_by_label("How it should have been")
    expect(correction).to_be_focused()
    keys.press("Control+a")
    keys.type("Tulips grow from bulbs.")
    keys.press("Control+Enter")
    expect(bar.locator(".correction")).to_contain_text("Tulips grow from bulbs.")
    keys.press("l")
    keys.type("garden")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Remove label garden")).to_be_visible()
    keys.press("Escape")
    keys.press("c")
    keys.type("Half written")
    keys.press("Escape")
    keys.press("2")
    expect(score("Acceptable")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half written")
    keys.press("c")
    keys.press("End")
    keys.type(", now whole")
    keys.press("Control+Enter")
    expect(page.locator(".comment-text")).to_have_text("Half written, now whole")
    keys.press("Escape")
    keys.press("i")
    expect(page.get_by_role("dialog", name="About this answer")).to_contain_text("0.000120")
    keys.press("Escape")
    keys.press("r")
    expect(page.locator("#progress")).to_contain_text("1 of 3 in this view reviewed")
    assert axe(page) == []

    keys.press("ArrowRight")
    expect(page.get_by_label("Why do you open it?")).to_have_value(REASON)
    expect(page.locator("#main")).not_to_contain_text("roses")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="roses", exact=True)).to_be_visible()
    keys.press("ArrowLeft")
    expect(page.get_by_role("heading", name="tulips", exact=True)).to_be_visible()
    expect(score("Acceptable")).to_have_attribute("aria-pressed", "true")

    keys.press("Escape")
    expect(page.get_by_role("heading", name="3 conversations")).to_be_visible()
    keys.press("x")
    expect(page.get_by_role("heading", name="Export")).to_be_visible()
    assert axe(page) == []
    with page.expect_download() as download:
        page.get_by_label("Why do you export?").press("Enter")
    expect(page.locator("#export-state")).to_contain_text("Done: 3 lines")
    with zipfile.ZipFile(download.value.path()) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = archive.read(manifest["file"]).decode()
    assert manifest["conversations"] == manifest["records"] == 3
    assert "Tulips grow from bulbs." in lines
    assert io.StringIO(lines).readline()


def test_the_owner_sees_the_visit_at_once_and_all_of_them_on_a_page(desk, member, reviewer, open_chat, house):
    key = house.tell(f"write({member.id}, 'orchids', ['orchids?', 'Yes.'])")
    chat = open_chat(f"/c/{key}/")
    expect(chat.page.locator("#visits")).to_be_hidden()
    until(lambda: desk.reload() and desk.locator(".found-row").count() == 4, "the list shows it")
    desk.goto(f"/review/c/{key}/")
    desk.get_by_label("Why do you open it?").fill(REASON)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="orchids", exact=True)).to_be_visible()
    line = chat.page.locator("#visits")
    expect(line).to_be_visible(timeout=5000)
    expect(line).to_contain_text(reviewer.name)
    expect(line).to_contain_text(REASON)
    assert axe(chat.page) == []
    line.get_by_role("link").click()
    expect(chat.page.get_by_role("heading", name="Who can read my chats")).to_be_visible()
    expect(chat.page.locator("#main")).to_contain_text("Quality of the answers to customers")
    expect(chat.page.locator(".visit-list").last).to_contain_text(REASON)
    assert axe(chat.page) == []


def test_words_are_searched_with_a_reason_and_a_view_is_saved(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("roses")
    desk.keyboard.press("Enter")
    expect(desk.locator(".form-error:visible")).to_contain_text("Say why you look")
    expect(desk.get_by_label("Words")).to_have_value("roses")
    desk.get_by_label("Reason").fill(REASON)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="1 conversation")).to_be_visible()
    expect(desk.locator(".found-said mark").first).to_have_text("roses")
    desk.goto("/review/?reviewed=no")
    desk.get_by_label("Name of this view").fill("To do")
    desk.get_by_role("button", name="Save view").click()
    expect(desk.locator(".saved")).to_contain_text("To do 3")
    assert axe(desk) == []


def test_a_right_taken_away_ends_the_open_page_within_two_seconds(desk, house, reviewer):
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.get_by_label("Why do you open it?").fill(REASON)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="tulips", exact=True)).to_be_visible()
    house.server.manage(
        "shell", "-v", "0", "-c",
        "from chatapp.accounts.models import ReviewGrant\n"
        "from chatapp.accounts.review_grants import revoke_review\n"
        f"[revoke_review(g.pk, by=None) for g in ReviewGrant.objects.filter(reviewer={reviewer.id})]",
    )  # fmt: skip
    expect(desk.locator("body")).not_to_contain_text("An answer about tulips", timeout=2000)
    desk.wait_for_url("**/accounts/login/**")


def test_a_right_that_came_to_its_last_day_ends_the_open_page_though_nobody_takes_it_away(desk, house, reviewer):
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.get_by_label("Why do you open it?").fill(REASON)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="tulips", exact=True)).to_be_visible()
    house.tell(f"let_the_last_day_pass({reviewer.id})", "reviewing")
    desk.wait_for_url("**/accounts/login/**")
    expect(desk.locator("body")).not_to_contain_text("An answer about tulips")


@pytest.mark.parametrize("role", ["member", "admin"])
def test_who_does_not_review_is_told_which_right_is_missing_and_whom_to_ask(house, pages, role):
    admin = house.member("admin")
    page = pages(admin if role == "admin" else house.member(role), "/review/")
    said = page.get_by_role("main")
    expect(said).to_contain_text("You may not do that")
    expect(said).to_contain_text("the role “Reviewer” and, beside it, a right to review")
    expect(said).to_contain_text("Administrators here:")
    expect(said).to_contain_text(admin.name)


def test_who_reviews_and_may_not_export_is_told_so_on_a_page(house, reviewer, member, pages):
    house.tell(f"let({reviewer.id}, [{member.id}], export=False)", "reviewing")
    page = pages(reviewer, "/review/export/")
    expect(page.get_by_role("main")).to_contain_text("You may review, but not export.")
    expect(page.get_by_role("link", name="Back to the chats")).to_be_visible()


def test_a_reviewer_without_a_right_reads_nothing_and_is_told_so(house, reviewer, member, pages):
    key = house.tell(f"talks({member.id}, ['tulips'])", "reviewing")[0]
    page = pages(reviewer, "/review/")
    expect(page.get_by_role("main")).to_contain_text("There is nobody whose chats you may read")
    page.goto(f"/review/c/{key}/")
    expect(page.locator("body")).not_to_contain_text("tulips")
    assert page.request.get(f"/review/c/{key}/").status == 404
