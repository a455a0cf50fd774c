"""What a screen reader finds in the page, read from Chromium's accessibility tree, and what it is told."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import saying, until

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.said = [];
  for (const id of ["announcer", "alerts"]) {
    new MutationObserver(() => {
      const words = document.getElementById(id).textContent;
      if (words) window.said.push([id, words]);
    }).observe(document.getElementById(id), {childList: true, characterData: true, subtree: true});
  }
  window.focused = [];
  document.addEventListener("focusin", ({target}) => window.focused.push(target.id || target.outerHTML));
}"""


class Tree:
    """The accessibility tree as it is now."""

    def __init__(self, page: Page):
        devtools = page.context.new_cdp_session(page)
        nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
        devtools.detach()
        self._nodes = {node["nodeId"]: node for node in nodes}

    def of(self, role: str) -> list[dict]:
        return [n for n in self._nodes.values() if not n["ignored"] and n["role"]["value"] == role]

    def within(self, node: dict) -> list[dict]:
        found = []
        for key in node.get("childIds", []):
            if key in self._nodes:
                found += [self._nodes[key], *self.within(self._nodes[key])]
        return found

    def text(self, node: dict) -> str:
        return " ".join(name(n) for n in self.within(node) if n.get("role", {}).get("value") == "StaticText")

    def headings(self, node: dict) -> list[str]:
        inside = self.within(node)
        return [name(n) for n in inside if not n["ignored"] and n["role"]["value"] == "heading"]


def name(node: dict) -> str:
    return node.get("name", {}).get("value", "")


def trait(node: dict, which: str):
    return next((p["value"].get("value") for p in node.get("properties", []) if p["name"] == which), None)


def said(page: Page) -> list[list[str]]:
    return page.evaluate("() => window.said")


def told_the_end(chat) -> None:
    """Also the end of the answer has been told; nothing of it comes among what is told next."""
    chat.page.evaluate(LISTEN)
    chat.ask(saying(3)).ended()
    until(lambda: ["announcer", "Answer finished."] in said(chat.page), "the end is told", page=chat.page)
    chat.page.evaluate("() => window.said.splice(0)")


def live_in_transcript(page: Page) -> int:
    """Regions among the messages that would be read out by themselves."""
    return page.locator(
        "#transcript :is([aria-live=polite], [aria-live=assertive], [role=status], [role=alert])"
    ).count()


def test_each_message_is_an_article_named_by_its_author_with_a_heading(chat):
    chat.ask(saying(3)).ended()
    chat.ask(saying(4))
    chat.answers.nth(1).wait_for()
    chat.ended()
    tree = Tree(chat.page)
    articles = tree.of("article")
    assert [name(a) for a in articles] == ["You asked", "gpt-oss-20b answered"] * 2
    assert [tree.headings(a)[0] for a in articles] == [name(a) for a in articles]
    [log] = tree.of("log")
    assert name(log) == "Conversation"
    assert trait(log, "live") in (None, "off")  # a log is live unless it is said otherwise


def test_a_running_answer_is_busy_can_be_walked_into_and_is_not_read_out(chat):
    page = chat.page
    page.evaluate(LISTEN)
    chat.ask(saying(400, rate=40)).begun()
    until(lambda: "w5" in chat.words(), "five words are there", page=page)
    tree = Tree(page)
    answer = tree.of("article")[-1]
    assert name(answer) == "gpt-oss-20b answered"
    assert trait(answer, "busy")
    assert "w1 w2 w3" in tree.text(answer)
    assert live_in_transcript(page) == 0
    assert said(page) == [["announcer", "Answering."]]
    expect(chat.box).to_be_focused()
    chat.box.press("Escape")
    chat.ended("stopped")
    until(lambda: len(said(page)) == 3, "the end is told", page=page)
    assert said(page)[1:] == [["announcer", "Stopping the answer."], ["announcer", "Answer stopped."]]
    assert not trait(Tree(page).of("article")[-1], "busy")
    expect(chat.box).to_be_focused()
    assert set(page.evaluate("() => window.focused")) <= {"composer-text"}


def test_start_and_end_are_told_once_each(chat):
    chat.page.evaluate(LISTEN)
    chat.ask(saying(60, rate=100)).ended()
    until(lambda: len(said(chat.page)) >= 2, "the end is told", page=chat.page)
    assert said(chat.page) == [["announcer", "Answering."], ["announcer", "Answer finished."]]


def test_a_failure_is_an_alert_and_stands_in_the_message(chat):
    page = chat.page
    page.evaluate(LISTEN)
    chat.ask("This fails [[standin fault=quota]]").ended("failed")
    until(lambda: any(place == "alerts" for place, _ in said(page)), "the failure is told", page=page)
    [told] = [words for place, words in said(page) if place == "alerts"]
    tree = Tree(page)
    assert told in tree.text(tree.of("article")[-1])
    assert [words for place, words in said(page) if words == told] == [told], "told once"
    assert any(name(n) == "Try again" for n in tree.within(tree.of("article")[-1]))
    expect(chat.box).to_be_focused()


def test_a_failure_that_comes_at_once_of_an_edited_question_is_told(chat):
    page = chat.page
    chat.ask(saying(3)).ended()
    page.evaluate(LISTEN)
    chat.questions.last.locator(".actions [data-do=edit]").press("Enter")
    page.get_by_role("textbox", name="Your question").fill("This fails [[standin fault=quota]]")
    page.get_by_role("button", name="Save & ask").click()
    chat.ended("failed")
    until(lambda: any(place == "alerts" for place, _ in said(page)), "the failure is told", page=page)
    [told] = [words for place, words in said(page) if place == "alerts"]
    expect(chat.last.locator("[data-notice]")).to_contain_text(told)


def test_what_was_deleted_is_told_and_the_focus_is_on_the_way_back(chat):
    page = chat.page
    told_the_end(chat)
    chat.last.get_by_role("button", name="More for this message").press("Enter")
    page.get_by_role("menuitem", name="Delete…").press("Enter")
    expect(chat.answers).to_have_count(0)
    expect(page.get_by_role("button", name="Restore")).to_be_focused()
    until(lambda: said(page), "it is told", page=page)
    assert said(page)[0][1].startswith("Deleted.")
    assert [name(a) for a in Tree(page).of("article")] == ["You asked"]
    page.keyboard.press("Enter")
    expect(chat.last.get_by_role("button", name="More for this message")).to_be_focused()
    until(lambda: ["announcer", "Restored"] in said(page), "that too", page=page)


def test_what_is_only_to_look_at_has_no_place_in_the_tree_and_all_else_has_a_name(chat):
    chat.ask(saying(3)).ended()
    tree = Tree(chat.page)
    for role in (
        "button",
        "link",
        "textbox",
        "checkbox",
        "radio",
        "dialog",
        "region",
        "navigation",
        "complementary",
    ):
        assert [n["backendDOMNodeId"] for n in tree.of(role) if not name(n)] == []
    assert tree.of("image") == []
