"""A team's first day in one story: an administrator, a prompt editor, a member and a reviewer, from a database
without a table to a version that was rolled back and a review that was exported.

All of it goes through the pages, by links, menus, forms and keys as people use them; nothing is written into the
database beside them.
"""

import csv
import datetime
import hashlib
import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ARTIFACTS
from tests.browser.house import Chat, House, until
from tests.browser.rules import axe, sideways
from tests.server.process import Database

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PASSWORD = "Tulip-violin-93-marble"
PROMPT = "Letters to customers"
LAST_DAY = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=14)
PURPOSE = "Quality of the answers to customers"
REASON = "A thumb down on version 2"
FIRST = "You write to {{customer}} for {{me}}."
SECOND = "You write briefly to {{customer}} for {{me}}. Name the next step."
CORRECTED = "Your bulbs left us today and arrive on Monday."


class Person:
    """Somebody of the team, in a browser of their own."""

    def __init__(self, house: House, name: str):
        self.name = name
        self.first_name = name.split(maxsplit=1)[0]
        self.email = f"{self.first_name.lower()}@example.org"
        self.context = house.context()
        self.page: Page = self.context.new_page()
        self.chat = Chat(self.page)

    def to(self, place: str) -> None:
        """By the menu of one's own name beside the chats, or the links above any other page."""
        if self.page.locator("#user-menu").count():
            self.page.locator(".user-button").click()
            self.page.locator("#user-menu").get_by_role("link", name=place, exact=True).click()
        else:
            self.page.get_by_role("navigation", name="Site").get_by_role("link", name=place, exact=True).click()

    def arrived(self) -> None:
        """On the page of a new chat."""
        expect(self.page.locator("#empty")).to_contain_text(f"Hello, {self.first_name}.")
        self.chat.connected()

    def sign_in(self) -> None:
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.chat.frames.clear()
        self.page.get_by_role("button", name="Sign in").click()


def keeps_the_rules(page: Page) -> None:
    """What holds on every page holds for what this story has made of it."""
    assert axe(page) == []
    assert sideways(page) == []


@pytest.fixture(scope="module")
def server_options():
    database = Database(empty=True)
    yield {"database": database}
    database.close()


@pytest.fixture
def people(house, request):
    """A failed story leaves a picture of what each of them saw last in artifacts/."""
    team = [Person(house, name) for name in ("Ada Lovelace", "Edda Sagen", "Max Frisch", "Rita Levi")]
    yield team
    for one in team:
        if getattr(request.node, "failed", False):
            one.page.screenshot(path=f"{ARTIFACTS}/{one.first_name}.png")
        one.context.close()
    assert [error for one in team for error in one.chat.errors] == []


def test_from_an_empty_database_to_a_rolled_back_version_and_an_exported_review(house, people):
    admin, editor, member, reviewer = people
    set_up(house, admin)
    make_group(admin, "Support")
    invite(admin, editor, "Prompt editor")
    invite(admin, member, "Member", group="Support")
    invite(admin, reviewer, "Reviewer")

    write_the_first_version(editor)
    try_it(editor)
    publish(editor, 1, "Tried with a letter of Acme")
    ask_without_a_prompt(member)
    follows = ask_with_the_prompt_of_the_library(member)
    write_the_second_version(editor)
    publish(editor, 2, "Letters were too long")
    go_on_with_the_second_version(member)
    stays = ask_and_stay_on_the_second_version(member)
    refuses_the_administrator(admin, follows, stays)

    reads_nothing_yet(reviewer)
    grant(admin, reviewer, "Support")
    filter_the_list(reviewer)
    review(reviewer, member)
    who_can_read(member, reviewer)

    compare_the_figures(editor, member)
    roll_back(editor)
    the_rollback_holds(member, follows, stays)
    export(reviewer, follows=3, stays=2)

    look_through_the_audit_log(house, admin, people)
    take_the_right_away(admin, reviewer)
    refuses_the_administrator(admin, follows, stays)


# ── 1. the team ──────────────────────────────────────────────────────────────────────────────────


def set_up(house: House, admin: Person) -> None:
    page = admin.page
    page.goto(house.server.setup_url)
    page.get_by_label("Your name").fill(admin.name)
    page.get_by_label("E-mail address").fill(admin.email)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    keeps_the_rules(page)
    page.get_by_role("button", name="Create the administrator").click()
    admin.arrived()


def make_group(admin: Person, name: str) -> None:
    page = admin.page
    admin.to("Team")
    page.get_by_role("link", name="Groups").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def invite(admin: Person, guest: Person, role: str, group: str = "") -> None:
    """By a link, on which the guest chooses a password; then the guest signs in by it."""
    page = admin.page
    page.get_by_role("navigation", name="Administration").get_by_role("link", name="Members").click()
    page.locator("summary", has_text="Invite somebody").click()
    form = page.get_by_role("form", name="Invite somebody")
    form.get_by_label("E-mail address").fill(guest.email)
    form.get_by_label("Role").select_option(role)
    if group:
        form.get_by_label(group).check()
    keeps_the_rules(page)
    form.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link").input_value()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("region", name="Open invitations")).to_contain_text(guest.email)

    page = guest.page
    page.goto(link)
    page.get_by_label("Your name").fill(guest.name)
    for field in page.locator("input[type=password]:visible").all():
        field.fill(PASSWORD)
    keeps_the_rules(page)
    page.get_by_role("button", name="Join").click()
    guest.arrived()
    page.locator(".user-button").click()
    page.get_by_role("button", name="Sign out").click()
    guest.sign_in()
    guest.arrived()


# ── 2. the prompt ────────────────────────────────────────────────────────────────────────────────


def write_the_first_version(editor: Person) -> None:
    page = editor.page
    editor.to("Prompts")
    page.get_by_role("link", name="New prompt").click()
    page.get_by_label("Name", exact=True).fill(PROMPT)
    page.get_by_label("What it is for").fill("For those who answer the post")
    page.get_by_role("button", name="Go on to its text").click()
    page.get_by_label("What the model is told").click()
    page.keyboard.type(FIRST)
    rows = page.locator("[data-variable]")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_label("What the form asks").fill("Who is it for?")
    rows.nth(0).get_by_label("Needed").check()
    rows.nth(1).get_by_label("Type").select_option("member")
    rows.nth(1).get_by_label("Which").select_option("name")
    expect(page.locator("#draft-state")).to_have_text("Your draft is kept.")
    keeps_the_rules(page)
    save(page, "Begun with one sentence", version=1)


def write_the_second_version(editor: Person) -> None:
    page = editor.page
    page.get_by_role("link", name="Write the next version").click()
    page.get_by_label("What the model is told").fill(SECOND)
    save(page, "Shorter, and what comes next", version=2)


def save(page: Page, note: str, *, version: int) -> None:
    page.get_by_role("button", name="See the changes, then save").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_label("What you changed, and why").fill(note)
    keeps_the_rules(page)
    page.get_by_role("button", name=f"Save as version {version}").click()
    expect(page.locator(".flash")).to_contain_text("is saved")
    expect(page.locator(".version").first).to_contain_text(note)


def try_it(editor: Person) -> None:
    page = editor.page
    tabs = page.get_by_role("navigation", name="About this prompt")
    tabs.get_by_role("link", name="Try").click()
    page.locator("#t-0").select_option("1")
    page.locator("#t-1").select_option("edit")
    page.locator("#t-1-text").fill(f"{FIRST} Be brief.")
    page.get_by_label("Who is it for?").fill("Acme")
    page.get_by_label("Input for all columns").fill(
        'Dear all, [[standin text="Dear Acme, they are on their way."]]'
    )
    page.get_by_role("button", name="Run").click()
    columns = page.locator(".try-column")
    expect(columns).to_have_count(2)
    for column in columns.all():
        expect(column.locator("[data-answer]")).to_contain_text("they are on their way")
        expect(column.locator("[data-figures]")).to_contain_text("Cost")
    keeps_the_rules(page)
    tabs.get_by_role("link", name="Versions").click()


def publish(editor: Person, number: int, why: str) -> None:
    """After a look at what changes for members."""
    page = editor.page
    page.get_by_role("link", name=f"Publish… {number}").click()
    expect(page.locator(".diff ins").first).to_be_visible()
    if number > 1:
        expect(page.locator(".diff")).to_contain_text("Name the next step")
    page.get_by_label("Why").fill(why)
    keeps_the_rules(page)
    page.get_by_role("button", name=f"Publish version {number}").click()
    expect(page.locator(".flash")).to_contain_text(f"Version {number} is in production now")


# ── 3. the chats ─────────────────────────────────────────────────────────────────────────────────


def says(question: str, text: str) -> str:
    """A question, and what the stand-in answers to it, slowly enough to be seen coming."""
    return f'{question} [[standin text="{text}" reasoning=4 rate=60]]'


def ask(member: Person, question: str, text: str) -> Locator:
    """Ask, see the answer come and end; the answer."""
    chat = member.chat
    count = chat.answers.count()
    chat.ask(says(question, text))
    expect(chat.answers).to_have_count(count + 1)
    chat.begun().ended()
    assert chat.words() == text.split()
    return chat.last


def written_with(member: Person) -> str:
    """Prompt and version, as the receipt of the last answer names them; nothing if it names none."""
    page, about = member.page, member.page.locator("#about")
    member.chat.last.hover()
    member.chat.last.locator(".actions [data-do=about]").click()
    expect(about).to_contain_text("Time to first token")
    named = about.locator("[data-receipt-prompt]")
    words = named.inner_text() if named.count() else ""
    keeps_the_rules(page)
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    return words


def thumb_down(member: Person, words: str) -> None:
    page, box = member.page, member.page.locator("#feedback")
    member.chat.last.hover()
    member.chat.last.get_by_role("button", name="Bad answer").click()
    expect(box).to_be_visible()
    box.get_by_label("Not correct").check()
    expect(box.locator("[data-status]")).to_have_text("Saved")
    box.get_by_label("In your words").fill(words)
    keeps_the_rules(page)
    box.get_by_role("button", name="Done").click()
    expect(box).to_be_hidden()


def ask_without_a_prompt(member: Person) -> None:
    ask(member, "What is the capital of France?", "Paris is.")
    assert written_with(member) == ""


def ask_with_the_prompt_of_the_library(member: Person) -> str:
    """The address of the chat, which follows what is in production."""
    page = member.page
    member.to("Prompts")
    page.get_by_label("Search", exact=True).fill("letters")
    book = page.locator(".book", has_text=PROMPT)
    expect(book).to_contain_text("Version 1")
    keeps_the_rules(page)
    member.chat.frames.clear()
    book.get_by_role("link", name="Use in a new chat").click()
    member.chat.connected()
    fill = page.locator("[data-fill]")
    expect(fill).to_contain_text("Follow production (now version 1)")
    fill.get_by_role("button", name="Use it").click()
    expect(fill.get_by_text("This is needed.")).to_be_visible()
    fill.get_by_label("Who is it for?").fill("Acme")
    keeps_the_rules(page)
    fill.get_by_role("button", name="Use it").click()
    expect(page.locator("#prompt-chip")).to_contain_text(PROMPT)
    ask(member, "Where are the bulbs?", "They are under way, dear Acme, and will be with you before long.")
    assert written_with(member) == f"{PROMPT}, version 1"
    assert member.chat.sent()["messages"][0]["content"] == f"You write to Acme for {member.name}."
    return page.url


def go_on_with_the_second_version(member: Person) -> None:
    ask(member, "And the tulips?", "They were lost.")
    assert written_with(member) == f"{PROMPT}, version 2"
    expect(member.page.locator("#prompt-chip")).to_contain_text("Follows production, now version 2")
    thumb_down(member, "They came yesterday.")


def ask_and_stay_on_the_second_version(member: Person) -> str:
    """The address of the chat, which goes on with version 2 whatever is in production."""
    page = member.page
    page.locator("#new-chat").click()
    member.arrived()
    page.locator("#prompt-chip").click()
    page.get_by_label("Search prompts").fill("letters")
    page.locator("[data-pick]", has_text=PROMPT).click()
    fill = page.locator("[data-fill]")
    fill.get_by_label("Who is it for?").fill("Globex")
    fill.get_by_label("Stay on version 2").check()
    fill.get_by_role("button", name="Use it").click()
    expect(page.locator("#prompt-chip")).to_contain_text("Stays on version 2")
    ask(member, "When do the roses come?", "Never.")
    assert written_with(member) == f"{PROMPT}, version 2"
    thumb_down(member, "That is no answer for a customer.")
    return page.url


def refuses_the_administrator(admin: Person, *chats: str) -> None:
    """By every address under which these chats could be read, and by the search."""
    page = admin.page
    for address in chats:
        assert page.goto(address).status == 404
        assert page.goto(address.replace("/c/", "/review/c/")).status == 403
        expect(page.get_by_role("main")).to_contain_text("You may not do that")
    assert page.goto("/review/").status == 403
    expect(page.get_by_role("main")).to_contain_text("Only reviewers may do this")
    keeps_the_rules(page)
    admin.chat.open("/")
    admin.chat.box.press("Control+k")
    page.locator("#palette-input").fill("bulbs")
    expect(page.locator("#palette")).to_contain_text("No chats or messages match “bulbs”")
    page.keyboard.press("Escape")


# ── 4. the review ────────────────────────────────────────────────────────────────────────────────


def reads_nothing_yet(reviewer: Person) -> None:
    reviewer.to("Review")
    expect(reviewer.page.get_by_role("main")).to_contain_text("There is nobody whose chats you may read")
    keeps_the_rules(reviewer.page)


def grant(admin: Person, reviewer: Person, group: str) -> None:
    page = admin.page
    admin.to("Team")
    page.get_by_role("link", name="Rights to review").click()
    page.get_by_label("Reviewer", exact=True).select_option(label=reviewer.name)
    page.get_by_label("Whose conversations").select_option(label=group)
    page.get_by_label("Until and including").fill(LAST_DAY.isoformat())
    page.get_by_label("What for").fill(PURPOSE)
    page.get_by_label("May export what was reviewed").check()
    keeps_the_rules(page)
    page.get_by_role("button", name="Give the right").click()
    expect(page.locator(".flash")).to_contain_text(f"{reviewer.name} may review now.")


def filter_the_list(reviewer: Person) -> None:
    """To what was written with version 2 and has a thumb down; of three chats two are left."""
    page = reviewer.page
    until(lambda: page.reload() and page.locator(".found-row").count() == 3, "the list shows the three")
    expect(page.get_by_role("main")).to_contain_text(f"You may read: Support, until {LAST_DAY:%-d %B %Y}.")
    expect(page.get_by_role("main")).not_to_contain_text("Max")
    expect(page.get_by_role("main")).not_to_contain_text("bulbs")
    page.get_by_label("Thumbs").select_option("Down")
    page.get_by_label("Prompt version").select_option(f"{PROMPT} · 2")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="2 conversations")).to_be_visible()
    page.wait_for_load_state()  # from here on it hears keys
    keeps_the_rules(page)


def review(reviewer: Person, member: Person) -> None:
    """Two conversations by keys alone; the member, who has the first one open, is shown who reads it, and why."""
    page, keys = reviewer.page, reviewer.page.keyboard
    visits = member.page.locator("#visits")
    expect(visits).to_be_hidden()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Why do you open it?")).to_be_focused()
    expect(page.get_by_role("main")).not_to_contain_text("roses")
    page.wait_for_load_state()
    keeps_the_rules(page)
    keys.type(REASON)
    keys.press("Enter")
    expect(page.locator(".reading-head")).to_contain_text(member.name)
    expect(page.locator("#turns")).to_contain_text("When do the roses come?")
    page.wait_for_load_state()
    expect(page.locator(".thumb-words")).to_have_text("That is no answer for a customer.")
    expect(page.locator(".bar-facts")).to_contain_text("Not correct")

    expect(visits).to_contain_text(reviewer.name)
    expect(visits).to_contain_text(REASON)
    expect(visits.locator("time")).to_be_visible()
    keeps_the_rules(member.page)

    keys.press("3")
    expect(page.get_by_role("button", name="Wrong", exact=True)).to_have_attribute("aria-pressed", "true")
    keys.press("e")
    keys.press("Control+a")
    keys.type(CORRECTED)
    keys.press("Control+Enter")
    expect(page.locator(".correction")).to_contain_text(CORRECTED)
    keys.press("c")
    keys.type("A customer would leave after this.")
    keys.press("Control+Enter")
    expect(page.locator(".comment-text")).to_have_text("A customer would leave after this.")
    keys.press("Escape")
    keys.press("i")
    expect(page.get_by_role("dialog", name="About this answer")).to_contain_text(f"{PROMPT}, version 2")
    keys.press("Escape")
    keys.press("r")
    expect(page.locator("#progress")).to_contain_text("1 of 2 in this view reviewed")
    keeps_the_rules(page)

    keys.press("ArrowRight")
    expect(page.get_by_label("Why do you open it?")).to_have_value(REASON)
    page.wait_for_load_state()
    keys.press("Enter")
    expect(page.locator("#turns")).to_contain_text("Where are the bulbs?")
    page.wait_for_load_state()
    keys.press("2")
    expect(page.get_by_role("button", name="Acceptable", exact=True).last).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.press("r")
    expect(page.locator("#progress")).to_contain_text("2 of 2 in this view reviewed")


def who_can_read(member: Person, reviewer: Person) -> None:
    page = member.page
    page.locator("#visits").get_by_role("link").click()
    now = page.get_by_role("region", name="Reviewers with a right to read your chats")
    until_when = f"to {LAST_DAY:%-d %B %Y}"
    for words in (reviewer.name, "because you are in the group Support", until_when, PURPOSE, "may export"):
        expect(now).to_contain_text(words)
    past = page.get_by_role("region", name="Who has read them")
    expect(past.locator("li")).to_have_count(2)
    expect(past.locator("li").first).to_contain_text(REASON)
    keeps_the_rules(page)


# ── 5. the rollback ──────────────────────────────────────────────────────────────────────────────


def compare_the_figures(editor: Person, member: Person) -> None:
    page = editor.page
    tabs = page.get_by_role("navigation", name="About this prompt")
    tabs.get_by_role("link", name="Figures").click()
    table = page.get_by_role("group", name="The same as a table")
    expect(table.get_by_role("columnheader")).to_have_text(["Figure", "Version 2", "Version 1"])
    expect(table.get_by_role("row", name=re.compile("^Answers ")).get_by_role("cell")).to_have_text(["2", "1"])
    expect(table.get_by_role("row", name=re.compile("^Thumbs up ")).get_by_role("cell").first).to_contain_text(
        "0 of 2"
    )
    for words in (member.name, "bulbs", "roses"):
        expect(page.get_by_role("main")).not_to_contain_text(words)
    keeps_the_rules(page)
    tabs.get_by_role("link", name="Versions").click()


def roll_back(editor: Person) -> None:
    page = editor.page
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.locator(".flash")).to_contain_text("“production” stands at version 1 now")
    expect(page.get_by_role("cell", name="Rolled back from version 2 to version 1")).to_be_visible()
    keeps_the_rules(page)


def the_rollback_holds(member: Person, follows: str, stays: str) -> None:
    """From the next question on where the chat follows production, and not at all where it stays."""
    chat = member.chat
    chat.open(follows)
    expect(member.page.locator("#prompt-chip")).to_contain_text("v1")
    ask(member, "Anything else?", "Nothing else, dear Acme, and thank you for your patience.")
    assert written_with(member) == f"{PROMPT}, version 1"
    assert chat.sent()["messages"][0]["content"] == f"You write to Acme for {member.name}."
    chat.open(stays)
    ask(member, "Really never?", "Never.")
    assert written_with(member) == f"{PROMPT}, version 2"


# ── 6. the export ────────────────────────────────────────────────────────────────────────────────


def export(reviewer: Person, follows: int, stays: int) -> None:
    """What the filter shows, in all three forms; `follows` and `stays`: how many answers the two chats have."""
    page, keys = reviewer.page, reviewer.page.keyboard
    keys.press("Escape")
    expect(page.get_by_role("heading", name="2 conversations")).to_be_visible()
    # Both went on since; the list knows it a moment later.
    until(
        lambda: page.reload() and page.locator(".found-row", has_text="Went on since").count() == 2,
        "the list knows the newest answers",
    )
    keys.press("x")
    expect(page.get_by_role("heading", name="Export", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("2 conversations of those you may export are in this view.")
    keeps_the_rules(page)

    lines = [json.loads(line) for line in fetch(page, "Conversations", lines=2).splitlines()]
    said = {one["messages"][1]["content"].split(" [[")[0]: one["messages"] for one in lines}
    assert said.keys() == {"Where are the bulbs?", "When do the roses come?"}
    assert said["Where are the bulbs?"][0] == {"role": "system", "content": "You write to Acme for Max Frisch."}
    assert [m["role"] for m in said["Where are the bulbs?"]] == ["system", *["user", "assistant"] * follows]
    assert said["When do the roses come?"][2]["content"] == CORRECTED

    pairs = [json.loads(line) for line in fetch(page, "Preference pairs", lines=1).splitlines()]
    assert pairs[0]["preferred_output"] == [{"role": "assistant", "content": CORRECTED}]
    assert pairs[0]["non_preferred_output"] == [{"role": "assistant", "content": "Never."}]

    table = fetch(page, "Table", lines=follows + stays)
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert len(rows) == follows + stays
    assert [row["corrected"] for row in rows].count(CORRECTED) == 1


def fetch(page: Page, form: str, *, lines: int) -> str:
    """The file of an export, after its manifest was held against it."""
    page.get_by_label(form).check()
    page.get_by_label("Why do you export?").fill("For the next version")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    state = page.locator("#export-state[data-state=complete]")
    expect(state).to_contain_text(f"Done: {lines} line")
    with zipfile.ZipFile(download.value.path()) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        data = archive.read(manifest["file"])
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["bytes"] == len(data)
    assert (manifest["conversations"], manifest["records"]) == (2, lines)
    assert manifest["filter"].keys() == {"thumb", "version"}
    assert manifest["reason"] == "For the next version"
    expect(state).to_contain_text(manifest["sha256"])
    keeps_the_rules(page)
    page.reload()  # the next one begins with an empty place for its state
    return data.decode()


# ── 7. the trail, and the end ────────────────────────────────────────────────────────────────────


def look_through_the_audit_log(house: House, admin: Person, people: list[Person]) -> None:
    page = admin.page
    admin.to("Team")
    page.get_by_role("link", name="Audit log").click()
    log = page.locator(".log")
    for words, count in {
        "First administrator made": 1,
        "Invited": 3,
        "Joined by an invitation": 3,
        "Group made": 1,
        "Prompt created": 1,
        "Version of a prompt saved": 2,
        "Label of a prompt moved": 3,
        "Right to review given": 1,
        "Conversation opened for review": 2,
        "Conversations exported": 3,
    }.items():
        expect(log.locator(".log-what strong").get_by_text(words, exact=True)).to_have_count(count)
    opened = log.locator("li", has_text="Conversation opened for review").first
    expect(opened).to_contain_text(REASON)
    expect(log).not_to_contain_text("bulbs")
    expect(log).not_to_contain_text("roses")
    for one in people:
        expect(log.locator(".log-who").get_by_text(one.name).first).to_be_visible()
    keeps_the_rules(page)
    told = page.get_by_role("region", name="The end of the log").locator("code").inner_text()
    command = told.removeprefix("manage.py ").split()
    assert "The audit log is whole" in house.server.manage(*command)


def take_the_right_away(admin: Person, reviewer: Person) -> None:
    """What the reviewer reads is gone from the open page, which nobody touches; and there is no way back to it."""
    page = reviewer.page
    page.get_by_role("link", name="Back to the list").click()
    page.locator(".found-link").first.click()
    expect(page.locator("#turns")).to_contain_text("roses")
    address = page.url

    desk = admin.page
    desk.get_by_role("link", name="Rights to review").click()
    keeps_the_rules(desk)
    desk.get_by_role("button", name=f"Take back the right of {reviewer.name}").click()
    expect(desk.locator(".flash")).to_contain_text("The right is taken back.")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    expect(page.locator("body")).not_to_contain_text("roses")

    reviewer.sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    assert page.goto(address).status == 404
    page.goto("/")
    reviewer.arrived()
    reads_nothing_yet(reviewer)
