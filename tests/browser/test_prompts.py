"""Prompts in the browser: written, published, used by a member with variables, named by the receipt, rolled back;
tried in columns; chosen from the row below the message box and behind a slash."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import window
from tests.browser.rules import axe

pytestmark = pytest.mark.browser

ECHO = '[[standin text="Fine" reasoning=0]]'


@pytest.fixture
def editor(house):
    return house.member("editor")


@pytest.fixture
def page(house, editor) -> Page:
    """A page of an editor."""
    with house.context(editor) as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        assert errors == []


def make(page: Page, text: str, *, note: str = "Begun") -> str:
    """A prompt with one version that is not published; its short name."""
    name = f"Letters {uuid.uuid4().hex[:8]}"
    page.goto("/prompts/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Go on to its text").click()
    write(page, text, note=note)
    return name


def write(page: Page, text: str, *, note: str) -> None:
    """From the editor's page to the saved version."""
    page.get_by_label("What the model is told").fill(text)
    page.get_by_role("button", name="See the changes, then save").click()
    page.get_by_label("What you changed, and why").fill(note)
    page.get_by_role("button", name="Save as version").click()
    expect(page.locator(".flash")).to_contain_text("is saved")


def publish(page: Page, number: int, why: str) -> None:
    page.get_by_role("link", name=f"Publish… {number}").click()
    expect(page.locator(".diff")).to_be_visible()
    page.get_by_label("Why").fill(why)
    page.get_by_role("button", name=f"Publish version {number}").click()
    expect(page.locator(".flash")).to_contain_text(f"Version {number} is in production now")


def test_from_a_new_prompt_to_a_receipt_that_names_it_to_a_rollback(page, open_chat):
    name = f"Letters {uuid.uuid4().hex[:8]}"
    page.goto("/prompts/")
    page.get_by_role("link", name="New prompt").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("What it is for").fill("Letters to customers")
    page.get_by_role("button", name="Go on to its text").click()

    text = page.get_by_label("What the model is told")
    text.click()
    page.keyboard.type("You write to {{customer}} for {{me}}.")
    rows = page.locator("[data-variable]")
    expect(rows).to_have_count(2)  # made by naming them
    rows.nth(0).get_by_label("What the form asks").fill("Who is it for?")
    rows.nth(0).get_by_label("Needed").check()
    rows.nth(1).get_by_label("Type").select_option("member")
    rows.nth(1).get_by_label("Which").select_option("name")
    page.locator("summary", has_text="Settings of the model").click()
    page.locator('[data-field="reasoning.effort"] input[value=low]').check()
    expect(page.locator("#draft-state")).to_have_text("Your draft is kept.")
    assert axe(page) == []

    page.reload()  # what was typed is on the server
    expect(text).to_have_value("You write to {{customer}} for {{me}}.")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="See the changes, then save").click()
    expect(page.locator("ins").first).to_contain_text("You write to {{customer}}")
    page.get_by_role("button", name="Save as version 1").click()
    expect(page.get_by_role("alert").filter(has_text="Say what you changed, and why.")).to_be_visible()
    page.get_by_label("What you changed, and why").fill("The first one")
    page.get_by_role("button", name="Save as version 1").click()
    publish(page, 1, "Ready")
    found = axe(page)
    assert found == []

    # A member takes it from the row below the message box.
    chat = open_chat()
    mine = chat.page
    mine.locator("#prompt-chip").click()
    mine.get_by_label("Search prompts").fill(name)
    mine.locator("[data-pick]", has_text=name).click()
    form = mine.locator("[data-fill]")
    form.get_by_role("button", name="Use it").click()
    expect(form.get_by_text("This is needed.")).to_be_visible()
    form.get_by_label("Who is it for?").fill("Acme")
    assert axe(mine) == []
    form.get_by_role("button", name="Use it").click()
    expect(mine.locator("#prompt-chip")).to_contain_text(name)
    expect(mine.locator("#settings-summary")).to_have_text("Effort: low")
    chat.ask(f"Hello {ECHO}").ended()
    body = chat.sent()
    assert body["messages"][0] == {"role": "system", "content": "You write to Acme for Member 1."} or (
        body["messages"][0]["content"].startswith("You write to Acme for Member")
    )
    chat.last.locator(".actions [data-do=about]").click()
    expect(mine.locator("[data-receipt-prompt]")).to_have_text(f"{name}, version 1")
    mine.keyboard.press("Escape")

    # The next version holds from the next question on, because the chat follows.
    page.get_by_role("link", name="Write the next version").click()
    write(page, "You write briefly to {{customer}} for {{me}}.", note="Shorter")
    publish(page, 2, "Members asked for it")
    chat.ask(f"Again {ECHO}")
    expect(chat.answers).to_have_count(2)
    chat.ended()
    assert chat.sent()["messages"][0]["content"].startswith("You write briefly to Acme")
    expect(mine.locator("#prompt-chip")).to_contain_text("now version 2")

    # Back, in one click.
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.locator(".flash")).to_contain_text("“production” stands at version 1 now")
    expect(page.get_by_role("cell", name="Rolled back from version 2 to version 1")).to_be_visible()
    chat.ask(f"And again {ECHO}")
    expect(chat.answers).to_have_count(3)
    chat.ended()
    assert chat.sent()["messages"][0]["content"].startswith("You write to Acme")
    expect(mine.locator("#prompt-chip")).to_contain_text("now version 1")


def test_two_columns_are_written_side_by_side_with_their_figures(page):
    make(page, "One")
    page.get_by_role("link", name="Try", exact=True).click()
    page.locator("#t-0").select_option("1")
    page.locator("#t-1").select_option("edit")
    page.locator("#t-1-text").fill("An edit that nobody saved")
    page.get_by_label("Input for all columns").fill("Count [[standin tokens=120 rate=60 reasoning=5]]")
    page.get_by_role("button", name="Run").click()
    columns = page.locator(".try-column")
    expect(columns).to_have_count(2)
    for n in range(2):
        expect(columns.nth(n).locator("[data-answer] .block").first).not_to_be_empty()
    # Both grow at the same time.
    assert page.locator('.try-column article[data-state="running"]').count() == 2
    for n in range(2):
        expect(columns.nth(n).locator("article")).to_have_attribute("data-state", "complete")
        expect(columns.nth(n).locator("[data-figures]")).to_contain_text("Cost")
        expect(columns.nth(n).locator("[data-figures]")).to_contain_text("Time to first token")
    assert axe(page) == []
    page.goto("/")
    expect(page.locator("#rows .row")).to_have_count(0)  # nothing of it is among the chats


def test_where_there_is_room_choices_and_fields_stand_beside_each_other(page):
    make(page, "You write to {{customer}}.")
    page.get_by_role("link", name="Try", exact=True).click()
    slots = [slot.bounding_box() for slot in page.locator(".try-slot").all()]
    assert len({slot["y"] for slot in slots}) == 1
    page.get_by_role("navigation", name="About this prompt").get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Add a variable").click()
    fields = [page.locator("[data-variable]").last.get_by_label(name).bounding_box() for name in ("Name", "Type")]
    assert fields[0]["y"] == fields[1]["y"]


def test_a_prompt_is_found_behind_a_slash_and_a_chat_can_stay_on_its_version(page, house, open_chat):
    name = make(page, "Be brief.")
    publish(page, 1, "Ready")
    slug = name.lower().replace(" ", "-")
    chat = open_chat()
    mine = chat.page
    chat.box.press_sequentially(f"/{slug[:12]}")
    option = mine.locator("#slash-menu li", has_text=name)
    expect(option).to_be_visible()
    option.click()
    expect(mine.locator("#prompt-chip")).to_contain_text(name)
    expect(chat.box).to_have_value("")
    mine.locator("#panel-toggle").click()
    block = mine.locator(".prompt-block")
    expect(block).to_contain_text("Follows production, now version 1")
    block.get_by_role("button", name="Choose…").click()
    mine.get_by_role("button", name="Change values or version…").click()
    mine.get_by_label("Stay on version 1").check()
    mine.get_by_role("button", name="Use it").click()
    expect(block).to_contain_text("Stays on version 1")
    assert axe(mine) == []
    page.get_by_role("link", name="Write the next version").click()
    write(page, "Be long.", note="Longer")
    publish(page, 2, "Try")
    chat.ask(f"Hello {ECHO}").ended()
    assert chat.sent()["messages"][0]["content"] == "Be brief."


def test_two_editors_at_once_see_both_texts_before_anything_is_saved(page, house):
    make(page, "You are helpful.")
    prompt = page.url.rsplit("/history/", 1)[0]
    page.goto(f"{prompt}/edit/")
    page.get_by_label("What the model is told").fill("You are helpful and kind.")
    expect(page.locator("#draft-state")).to_have_text("Your draft is kept.")
    with house.context(house.member("editor")) as context:
        other = context.new_page()
        other.goto(f"{prompt}/edit/")
        write(other, "You are helpful and quick.", note="Speed")
    page.get_by_role("button", name="See the changes, then save").click()
    expect(page.get_by_role("heading", name="saved version 2 while you were writing")).to_be_visible()
    expect(page.locator(".stale ins")).to_contain_text("quick")
    expect(page.locator("del", has_text="quick")).to_be_visible()
    expect(page.locator("section:not(.stale) ins", has_text="kind")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("What you changed, and why").fill("Kindness")
    page.get_by_role("button", name="Save as version 3").click()
    expect(page.locator(".version")).to_have_count(3)


def test_another_tab_of_the_same_author_is_shown_and_not_overwritten(page):
    make(page, "You are helpful.")
    prompt = page.url.rsplit("/history/", 1)[0]
    page.goto(f"{prompt}/edit/")
    beside = window(page)
    beside.goto(f"{prompt}/edit/")
    beside.get_by_label("What the model is told").fill("You are helpful, says the other tab.")
    expect(beside.locator("#draft-state")).to_have_text("Your draft is kept.")
    page.get_by_label("What the model is told").fill("You are helpful, says this tab.")
    expect(page.locator(".elsewhere")).to_contain_text("changed in another tab")
    expect(page.locator(".elsewhere del")).to_contain_text("the other")
    page.get_by_role("button", name="Keep what is here").click()
    expect(page.locator("#draft-state")).to_have_text("Your draft is kept.")
    beside.reload()
    expect(beside.get_by_label("What the model is told")).to_have_value("You are helpful, says this tab.")


def test_prompts_go_out_as_files_and_come_in_after_a_look(page, tmp_path):
    name = make(page, "Be brief.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export all versions (ZIP)").click()
    path = tmp_path / "prompts.zip"
    download.value.save_as(path)
    page.goto("/prompts/import/")
    page.get_by_label("Files").set_input_files(path)
    page.get_by_role("button", name="Look through them").click()
    expect(page.locator("#import-report")).to_contain_text("Here already")
    expect(page.locator("#import-report")).to_contain_text(name)
    assert axe(page) == []
