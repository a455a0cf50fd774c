"""Every page of the product, and everything that opens over one, for rules that hold everywhere."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.browser.house import House
from tests.browser.rules import GERMAN
from tests.browser.showcase import Showcase

MEMBERS = ["chat", "troubles", "starved", "branches", "new", "temporary", "team", "me", "data", "links", "signals"]
MEMBERS += ["guide", "help", "connect", "privacy", "compare", "print", "password", "sign-out", "missing"]
# Of administrators and editors.
STAFF = ["groups", "group", "member", "reviews", "audit", "defaults", "library", "prompt", "history", "edit"]
STAFF += ["try", "figures", "rules", "version", "publish", "differences", "bring-in", "write"]
REVIEWERS = ["review", "gate", "reading", "rubric", "review-export", "forbidden"]
SIGNED_OUT = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/join/not-a-link/"]
SIGNED_OUT += ["/privacy/", "/s/nothing/"]
SHARED_OUT = ["shared", "join"]  # of the showcase, for those who are not signed in


def everywhere(house: House, shown: Showcase, **options) -> Iterator[tuple[str, Page]]:
    """(name, page) of each; `options` are those of the browser's windows."""
    with house.context(shown.admin, **options) as context:
        page = context.new_page()
        for name in [*MEMBERS, *STAFF]:
            page.goto(shown.paths[name])
            settled(page)
            if name in STAFF:
                page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
            yield name, page
        page.goto(shown.paths["chat"])
        settled(page)
        for name in opened_things(page):
            yield name, page
    with house.context(shown.reviewer, **options) as context:
        page = context.new_page()
        for name in REVIEWERS:
            page.goto(shown.paths[name])
            if name == "reading" and page.locator("#reason").is_visible():
                page.locator("#reason").fill("Checking the answers to customers")
                page.locator("#reason").press("Enter")
                page.locator(".reading-head").wait_for()
            settled(page)
            yield name, page
    with house.context(**options) as context:
        page = context.new_page()
        for address in [*SIGNED_OUT, *(shown.paths[name] for name in SHARED_OUT)]:
            page.goto(address)
            settled(page)
            yield address.removeprefix(house.server.base_url), page


Rule = Callable[[Page], list[object]]


def broken(house: House, shown: Showcase, rules: dict[str, Rule], **options) -> dict[str, dict[str, object]]:
    """rule → page → what breaks it there. One walk for all rules, because a walk takes a minute."""
    found: dict[str, dict[str, object]] = {rule: {} for rule in rules}
    for name, page in everywhere(house, shown, **options):
        for rule, breaks in rules.items():
            if what := breaks(page):
                found[rule][name] = what
    return found


def settled(page: Page) -> None:
    """Scripts run, code coloured, formulas drawn."""
    if page.locator("#transcript").count():
        page.wait_for_load_state("networkidle")
    if page.locator(".answer .math").count():
        expect(page.locator(".answer math").last).to_be_attached()
    if page.locator("body:not(.document) .answer pre code.language-python").count():
        expect(page.locator(".answer pre .hljs-keyword").first).to_be_attached()


def opened_things(page: Page) -> Iterator[str]:
    """Each thing that opens over a chat page, while it is open; in English or German."""
    is_german = page.locator("html").get_attribute("lang") == "de"

    def say(text: str) -> str:
        return GERMAN.get(text) or GERMAN[f"{text}…"] if is_german else text

    answer = page.locator("article[data-role=assistant]").last
    question = page.locator("article[data-role=user]").last
    box = page.locator("#composer-text")

    def dialog(name: str):
        return page.get_by_role("dialog", name=say(name))

    def menu(of, item: str) -> None:
        of.press("Enter")
        page.get_by_role("menuitem", name=say(item)).press("Enter")

    def close() -> None:
        page.keyboard.press("Escape")

    def drawer() -> None:
        """The lists in view: what opens over a drawer closes it."""
        if not page.locator("#sidebar").is_visible():
            page.locator("#sidebar-toggle").click()

    page.locator("#panel-toggle").click()
    expect(page.locator("#panel-form")).to_be_visible()
    yield "settings"
    page.locator("#panel [data-panel-close]").click()
    answer.locator(".actions [data-do=about]").click()
    page.locator("#about-json").wait_for(state="attached")
    for fold in page.locator("#about details").all():
        fold.locator("summary").click()
    yield "about"
    close()
    more = answer.locator(".actions [data-do=menu]")
    more.click()
    yield "message menu"
    close()
    menu(more, "Answer again with other settings")
    expect(dialog("Answer again with other settings")).to_be_visible()
    yield "other settings"
    close()
    menu(question.locator(".actions [data-do=menu]"), "Delete…")  # an answer with nothing after it goes unasked
    expect(dialog("Delete this question?")).to_be_visible()
    yield "delete"
    close()
    question.locator("[data-do=edit]").press("Enter")
    expect(page.locator(".edit-box textarea")).to_be_focused()
    yield "edit"
    close()
    answer.get_by_role("button", name=say("Bad answer")).press("Enter")
    expect(page.locator("#feedback")).to_be_visible()
    yield "feedback"
    page.locator("#feedback [data-take-back]").press("Enter")
    page.locator("[data-share]").click()
    expect(page.locator("#share-form, .share-made")).not_to_have_count(0)
    yield "sharing"
    close()
    page.locator(".meter-button").click()
    yield "meter"
    close()
    page.locator("#prompt-chip").click()
    expect(page.locator(".pick").first).to_be_visible()
    yield "prompts"
    page.locator(".pick").first.press("Enter")
    expect(page.locator("[data-fill]")).to_be_visible()
    yield "prompt's variables"
    close()
    box.press("Control+k")
    page.locator("#palette-input").fill("postgresql")
    expect(page.locator(".palette-hit").first).to_be_visible()
    yield "palette"
    close()
    box.press("Control+/")
    expect(dialog("Keyboard shortcuts")).to_be_visible()
    yield "shortcuts"
    close()
    box.press("Control+Shift+B")
    expect(dialog("Branches of this chat")).to_be_visible()
    yield "map"
    close()
    box.fill("/")
    expect(page.locator("#slash-menu")).to_be_visible()
    yield "slash menu"
    for command, title in (("/export", "Export this chat"), ("/compact", "Condense the earlier part")):
        box.fill(command)
        box.press("Enter")
        expect(dialog(title)).to_be_visible()
        yield command
        close()
    drawer()
    page.locator(".user-button").click()
    yield "user menu"
    close()
    drawer()
    lists = page.locator("#view-button")
    lists.press("Enter")
    folder = page.get_by_role("menuitem", name=say("New folder"))
    folder.wait_for()
    yield "list menu"
    folder.press("Enter")
    expect(dialog("New folder")).to_be_visible()
    yield "new folder"
    close()
    drawer()
    row = page.locator("#rows .row-more").first
    row.press("Enter")
    yield "row menu"
    page.get_by_role("menuitem", name=say("Put into folder")).press("Enter")
    expect(dialog("Put into a folder")).to_be_visible()
    yield "choose folder"
    close()
    drawer()
    menu(row, "Tags")
    expect(page.locator("#choose-tag")).to_be_visible()
    yield "choose tags"
    close()
    drawer()
    menu(lists, "Select several")
    page.locator("#rows .row-check").first.press("Space")
    expect(page.locator("#selection-bar")).to_be_visible()
    yield "selection"
    close()
