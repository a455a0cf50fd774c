"""Who gets in, and that nothing private is left when somebody goes or is sent away."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, until

pytestmark = pytest.mark.browser

PASSWORD = "Tulip-violin-93-marble"


def test_the_first_administrator_invites_and_the_invited_chats(house):
    server = house.server
    with house.context() as admins, house.context() as guests:
        admin = Chat(admins.new_page())
        admin.page.goto(server.setup_url)
        for label, text in (("Your name", "Ada Lovelace"), ("E-mail address", "ada@example.org")):
            admin.page.get_by_label(label).fill(text)
        for field in admin.page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        admin.page.get_by_role("button", name="Create the administrator").click()
        expect(admin.page.locator("#empty")).to_contain_text("Hello, Ada.")

        gone = guests.new_page()
        assert gone.goto(server.setup_url).status == 404
        admin.page.goto("/team/")
        admin.page.locator("summary").filter(has_text="Invite somebody").click()
        admin.page.get_by_label("E-mail address").fill("grace@example.org")
        admin.page.get_by_role("button", name="Make the link").click()
        link = admin.page.locator("#link").input_value()

        guest = Chat(gone)
        guest.page.goto(link)
        expect(guest.page.locator("main")).to_contain_text("grace@example.org")
        guest.page.get_by_label("Your name").fill("Grace Hopper")
        for field in guest.page.locator("input[type=password]:visible").all():
            field.fill(PASSWORD)
        guest.page.get_by_role("button", name="Join").click()
        expect(guest.page.locator("#empty")).to_contain_text("Hello, Grace.")
        guest.connected().ask("Hello [[standin tokens=10]]").ended()

        with house.context() as others:
            late = others.new_page()
            late.goto(link)
            expect(late.get_by_role("heading", level=1)).to_have_text("This link does not work")

        # Signing out, and in again with the wrong and the right password.
        address = guest.page.url
        guest.page.locator(".user-button").click()
        guest.page.get_by_role("button", name="Sign out").click()
        expect(guest.page).to_have_url(re.compile("/accounts/login/"))
        guest.page.goto(address)
        expect(guest.page).to_have_url(re.compile(r"/accounts/login/\?next=/c/"))
        guest.page.get_by_label("E-mail address").fill("grace@example.org")
        guest.page.locator("input[type=password]").fill("not the password")
        guest.page.get_by_role("button", name="Sign in").click()
        expect(guest.page.locator(".form-error, .field-error").first).to_be_visible()
        expect(guest.page.get_by_label("E-mail address")).to_have_value("grace@example.org")
        guest.page.locator("input[type=password]").fill(PASSWORD)
        guest.frames.clear()
        guest.page.get_by_role("button", name="Sign in").click()
        expect(guest.page).to_have_url(address)
        expect(guest.answers).to_have_count(1)
        assert admin.errors == guest.errors == []


def test_after_signing_out_back_shows_nothing_private_and_nothing_is_stored(open_chat):
    chat = open_chat()
    chat.ask("My secret plan [[standin tokens=10]]").ended()
    chat.page.locator("#new-chat").click()
    expect(chat.page.locator("#empty")).to_be_visible()
    other = open_chat(beside=chat)
    chat.page.locator(".user-button").click()
    chat.page.get_by_role("button", name="Sign out").click()
    expect(chat.page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.page).to_have_url(re.compile("/accounts/login/"), timeout=10_000)
    kept = chat.stored().values()  # htmx notes the address of the page that is open
    assert [value for value in kept if not value.startswith("/accounts/login/")] == []
    assert chat.page.evaluate("async () => [...(await caches.keys()), ...(await indexedDB.databases())]") == []
    while chat.page.go_back() and chat.page.url != "about:blank":
        expect(chat.page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert "secret plan" not in chat.page.content()


def test_nothing_but_the_address_is_kept_in_web_storage_while_chatting(chat):
    chat.ask("Hello [[standin tokens=10]]").ended()
    chat.page.locator("#new-chat").click()
    expect(chat.page.locator("#empty")).to_be_visible()
    chat.page.locator("#panel-toggle").click()
    chat.page.keyboard.press("Escape")
    assert set(chat.stored()) <= {"htmx-current-path-for-history"}


def test_deactivation_closes_open_pages_and_ends_running_answers(house, open_chat):
    admin = house.member("admin")
    victim = house.member()
    chat = open_chat(who=victim)
    chat.ask("Long [[standin tokens=5000 rate=30]]").begun()
    desk = open_chat(who=admin)
    desk.page.goto("/team/")
    desk.page.locator("tbody tr").filter(has_text=victim.email).get_by_role("link").first.click()
    expect(desk.page.locator(".lead")).to_contain_text(victim.email)
    began = time.monotonic()
    desk.page.get_by_role("button", name="Deactivate").click()
    expect(chat.page).to_have_url(re.compile("/accounts/login/"))
    took = time.monotonic() - began
    assert took < 8, f"{took:.1f} s; promised are two, the rest is for a busy machine"
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("deactivated")
    desk.page.get_by_role("button", name="Reactivate").click()
    with house.context(victim) as context:
        context.new_page().goto("/")
        expect(context.pages[0]).to_have_url(re.compile("/accounts/login/"))  # the old session stays ended


def test_signing_out_everywhere_closes_all_open_pages(open_chat):
    chat = open_chat()
    elsewhere = open_chat()
    elsewhere.page.goto("/me/")
    elsewhere.page.get_by_role("button", name="Sign out everywhere").click()
    expect(chat.page).to_have_url(re.compile("/accounts/login/"))


def test_a_page_of_somebody_else_is_not_found(house, open_chat):
    chat = open_chat()
    chat.ask("Mine [[standin tokens=10]]").ended()
    with house.context(house.member()) as context:
        page = context.new_page()
        assert page.goto(chat.page.url).status == 404
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
        until(lambda: "Mine" not in page.content(), "nothing of it is shown")
