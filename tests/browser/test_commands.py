"""Doing things by name: shortcuts and their sheet, the slash menu, quoting."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import until

pytestmark = pytest.mark.browser


def test_a_shortcut_can_be_changed_and_all_can_be_switched_off(chat, open_chat):
    page = chat.page
    chat.box.press("Control+Shift+S")
    expect(page.locator("html")).to_have_attribute("data-sidebar", "collapsed")
    chat.box.press("Control+Shift+S")
    expect(page.locator("html")).not_to_have_attribute("data-sidebar", "collapsed")

    chat.box.press("Control+/")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    row = sheet.locator('[data-shortcut="sidebar.toggle"]')
    expect(row).to_contain_text("Ctrl Shift S")
    row.get_by_role("button", name="Change").press("Enter")
    row.get_by_role("button", name="Cancel").press("Enter")
    expect(row.get_by_role("button", name="Change")).to_be_focused()
    page.keyboard.press("x")  # nothing waits for keys any more
    expect(row).to_contain_text("Ctrl Shift S")
    row.get_by_role("button", name="Change").press("Enter")
    page.keyboard.press("Control+c")
    expect(sheet.locator("[data-problem]")).to_contain_text("Press others")
    page.keyboard.press("Control+Shift+O")
    expect(row).to_contain_text("Ctrl Shift O")
    expect(sheet.locator('[data-shortcut="chat.new"]')).to_contain_text("no keys")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    again = open_chat(beside=chat)
    again.box.press("Control+Shift+O")
    expect(again.page.locator("html")).to_have_attribute("data-sidebar", "collapsed")
    again.page.locator("body").click(position={"x": 5, "y": 5})
    again.page.evaluate("document.activeElement.blur()")
    again.page.keyboard.press("?")
    sheet = again.page.get_by_role("dialog", name="Keyboard shortcuts")
    sheet.get_by_label("Use shortcuts").uncheck()
    expect(again.page.locator("#announcer")).to_contain_text("off")
    again.page.keyboard.press("Escape")
    again.box.press("Control+Shift+O")
    again.box.type("x?")  # single keys are text where somebody writes
    expect(again.box).to_have_value("x?")
    expect(again.page.locator("html")).to_have_attribute("data-sidebar", "collapsed")


def test_the_slash_menu_finds_runs_and_lets_go(chat):
    page = chat.page
    chat.ask("[[standin tokens=5]]").ended()
    chat.box.press_sequentially("/")
    menu = page.get_by_role("listbox", name="Commands")
    expect(menu.get_by_text("New chat")).to_be_visible()
    chat.box.press_sequentially("reg")
    expect(menu.get_by_role("option")).to_have_count(1)
    active = chat.box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_text(re.compile("^/regenerate"))
    chat.box.press("Enter")
    expect(chat.box).to_have_value("")
    expect(page.locator("[data-siblings]")).to_contain_text("2")
    chat.ended()

    chat.box.press_sequentially("/se")
    chat.box.press("Escape")
    expect(menu).to_be_hidden()
    chat.box.press_sequentially("ttings")
    chat.box.press("Enter")  # named in full, it needs no menu
    expect(page.get_by_role("dialog").first).to_be_visible()
    page.keyboard.press("Escape")

    chat.box.fill("/new ideas for a name, please [[standin tokens=5]]")
    chat.box.press("Enter")  # words behind a command that takes none make it a question
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.last).to_contain_text("/new ideas")
    chat.ended()

    chat.box.fill("/etc/passwd is a path [[standin tokens=5]]")
    expect(menu).to_be_hidden()
    chat.box.press("Enter")
    expect(chat.questions).to_have_count(3)
    expect(chat.questions.last).to_contain_text("/etc/passwd")


def test_selected_words_become_quotations_above_the_next_question(chat):
    page = chat.page
    chat.ask('[[standin text="First line.\\n\\nSecond line." reasoning=0]]').ended()
    chat.box.fill("Before")
    page.evaluate(
        """() => {
          const answer = document.querySelector("[data-answer]");
          getSelection().selectAllChildren(answer);
          document.dispatchEvent(new PointerEvent("pointerup", {bubbles: true}));
        }"""
    )
    page.get_by_role("button", name="Quote").click()
    expect(chat.box).to_have_value("Before\n\n> First line.\n>\n> Second line.\n\n")
    expect(chat.box).to_be_focused()


def test_arrow_up_in_an_empty_box_edits_the_question_that_waits(chat):
    chat.ask("[[standin tokens=200 rate=20]]").begun()
    chat.box.fill("and then this")
    chat.box.press("Enter")
    expect(chat.questions).to_have_count(2)
    expect(chat.page.get_by_text("Queued. It is sent")).to_be_visible()
    chat.box.press("ArrowUp")
    box = chat.page.get_by_label("Queued question")
    expect(box).to_be_focused()
    box.fill("and then that")
    box.press("Tab")
    chat.page.get_by_role("button", name="Save").click()
    expect(chat.questions.last).to_contain_text("and then that")
    chat.box.press_sequentially("/stop")
    chat.box.press("Enter")
    until(lambda: "stopped" in chat.page.content(), "the answer is stopped", page=chat.page)


def test_letters_go_from_message_to_message(chat):
    chat.ask("[[standin tokens=5]]").ended()
    chat.page.evaluate("document.activeElement.blur()")
    chat.page.keyboard.press("k")
    expect(chat.answers.last).to_be_focused()
    chat.page.keyboard.press("k")
    expect(chat.page.locator("article[data-role=user]").last).to_be_focused()
    chat.page.keyboard.press("j")
    expect(chat.answers.last).to_be_focused()
