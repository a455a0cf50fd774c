"""Folders, the archive, the trash and temporary chats, through the door."""

import json
import re
import uuid

import pytest

from chatapp.conversations.models import Conversation, Folder
from chatapp.conversations.ordering import folders, steps, tags
from chatapp.conversations.ordering.steps import Step
from chatapp.prompts import defaults
from tests.conversations.stories import answered


def rows(page) -> list[tuple[str, str]]:
    """(conversation, shelf) of the rows on a page, in order."""
    return re.findall(r'<li class="row" data-conversation="([^"]+)" data-shelf="([^"]+)"', page.content.decode())


def do(browser, *told, **step):
    step["c"] = [str(one.conversation.key) for one in told]
    return browser.post("/list/do/", {"steps": json.dumps([step])})


def test_the_sidebar_shows_the_pinned_then_folders_then_the_recent(alice, at):
    plain, pinned, inside, archived = (answered(alice) for _ in range(4))
    work = folders.create(alice, "Work")
    browser = at(alice)
    do(browser, pinned, deed="pin")
    do(browser, inside, deed="folder", folder=str(work.key))
    do(browser, archived, deed="archive")
    wanted = [
        (str(pinned.conversation.key), "pinned"),
        (str(inside.conversation.key), f"folder-{work.key}"),
        (str(plain.conversation.key), "recent"),
    ]
    assert rows(browser.get("/")) == rows(browser.get("/list/shelves/")) == wanted
    assert rows(browser.get("/list/shelves/?of=archived")) == [(str(archived.conversation.key), "archived")]
    assert "<h3>Today</h3>" in browser.get("/").content.decode()


def test_a_closed_folder_is_shown_without_rows_until_it_is_opened(alice, at):
    told = answered(alice)
    work = folders.create(alice, "Work")
    browser = at(alice)
    do(browser, told, deed="folder", folder=str(work.key))
    assert browser.post(f"/folders/{work.key}/fold/", {"closed": "1"}).status_code == 204
    page = browser.get("/").content.decode()
    assert rows(browser.get("/")) == []
    [address] = re.findall(r'data-unloaded="([^"]+)"', page)
    assert rows(browser.get(address.replace("&amp;", "&"))) == [(str(told.conversation.key), f"folder-{work.key}")]
    browser.post(f"/folders/{work.key}/fold/", {"closed": "0"})
    assert len(rows(browser.get("/"))) == 1


def test_a_deed_answers_with_what_undoes_it(alice, at):
    one, two = answered(alice), answered(alice)
    answer = do(at(alice), one, two, deed="delete").json()
    assert answer["changed"] == 2
    assert [step["deed"] for step in answer["undo"]] == ["restore"]
    page = f"/c/{one.conversation.key}/"
    assert at(alice).get(page).status_code == 404
    at(alice).post("/list/do/", {"steps": json.dumps(answer["undo"])})
    assert Conversation.objects.of(alice).count() == 2
    assert at(alice).get(page).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "x", "{}", "[1]", '[{"c": []}]', '[{"deed": "pin"}]', '[{"deed": "pin", "c": ["x"]}]',
     '[{"deed": "pin", "c": 5}]', '[{"deed": "folder", "c": [], "folder": "x"}]', "\x00", "[[]]",
     '[{"deed": ["pin"], "c": []}]'],
)  # fmt: skip
def test_steps_that_are_none_are_refused_in_words(alice, at, text):
    answer = at(alice).post("/list/do/", {"steps": text})
    if answer.status_code == 200:
        assert answer.json()["changed"] == 0
    else:
        assert answer.status_code == 422
        assert answer.json()["error"].endswith(".")


def test_a_tag_that_another_tab_makes_at_the_same_moment_is_no_error_of_ours(alice, at, monkeypatch):
    one, two = answered(alice), answered(alice)
    assert do(at(alice), one, deed="tag", tag="new").status_code == 200
    monkeypatch.setattr(tags, "find", lambda owner, name: None)  # not to be seen yet
    answer = do(at(alice), two, deed="tag", tag="new")
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "This was changed at the same time somewhere else. Try again."},
    )
    monkeypatch.undo()
    assert do(at(alice), two, deed="tag", tag="new").json()["changed"] == 1


def test_what_is_somebody_elses_is_not_put_in_order(alice, bob, at):
    told = answered(alice)
    before = Conversation.objects.values().get()
    for deed in ("pin", "archive", "folder", "tag", "delete", "restore", "erase"):
        assert do(at(bob), told, deed=deed, tag="x").status_code == 404
    assert Conversation.objects.values().get() == before
    chooser = at(bob).get(f"/list/choose/tags/?c={told.conversation.key}").content.decode()
    assert "Tags of 0 chats" in chooser


def test_the_trash_is_emptied_of_ones_own(alice, bob, at):
    mine, hers = answered(bob), answered(alice)
    for owner, told in ((bob, mine), (alice, hers)):
        do(at(owner), told, deed="delete")
    assert at(bob).post("/list/trash/empty/").status_code == 204
    assert rows(at(bob).get("/list/shelves/?of=trash")) == []
    assert len(rows(at(alice).get("/list/shelves/?of=trash"))) == 1
    assert at(bob).get(f"/list/{mine.conversation.key}/?of=trash").status_code == 404


def test_a_deleted_chat_is_a_row_of_the_trash_and_of_nothing_else(alice, at):
    told = answered(alice)
    do(at(alice), told, deed="delete")
    address = f"/list/{told.conversation.key}/"
    assert at(alice).get(address).status_code == 404
    page = at(alice).get(address + "?of=trash")
    assert rows(page) == [(str(told.conversation.key), "trash")]
    assert f"/c/{told.conversation.key}/" not in page.content.decode(), "it cannot be opened"


# ── folders ──


def test_a_folder_is_made_and_set_up_in_its_dialog(alice, at):
    browser = at(alice)
    made = browser.post("/folders/create/", {"name": "Law", "system_prompt": "Answer as a lawyer.", "seed": "7"})
    folder = Folder.objects.get(key=made.json()["key"])
    assert folder.settings == {"system_prompt": "Answer as a lawyer.", "seed": 7}
    page = browser.get(f"/folders/{folder.key}/").content.decode()
    assert "Answer as a lawyer." in page
    assert 'value="7"' in page
    assert browser.post(f"/folders/{folder.key}/", {"name": "Laws", "seed": ""}).json()["name"] == "Laws"
    folder.refresh_from_db()
    assert (folder.name, folder.settings) == ("Laws", {})


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"name": " "}, "folder-name-error"),
        ({"name": "Taken"}, "folder-name-error"),
        ({"name": "New", "temperature": "9"}, "e-folder-temperature"),
        ({"name": "New", "temperature": "warm"}, "e-folder-temperature"),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_what_was_typed_stays(alice, at, typed, place):
    folders.create(alice, "Taken")
    folder = folders.create(alice, "Mine", {"seed": 1})
    for address in ("/folders/create/", f"/folders/{folder.key}/"):
        answer = at(alice).post(address, {**typed, "system_prompt": "My words"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert re.search(rf'id="{place}"[^>]*>[A-Z“][^<]+\.<', page)
        assert "My words" in page
    folder.refresh_from_db()
    assert (folder.name, folder.settings) == ("Mine", {"seed": 1})
    assert Folder.objects.count() == 2


def origin(page: str, name: str) -> str:
    return re.search(rf'data-field="{re.escape(name)}".*?data-origin>(.*?)</span>', page, re.S)[1]


def test_the_panel_names_the_folder_a_value_comes_from(alice, at):
    defaults.keep({"seed": 1, "top_p": 0.5}, alice)
    folder = folders.create(alice, "Law", {"seed": 2, "reasoning.effort": "high"})
    told = answered(alice)
    browser = at(alice)
    do(browser, told, deed="folder", folder=str(folder.key))
    page = browser.get(f"/c/{told.conversation.key}/settings/").content.decode()
    assert (origin(page, "seed"), origin(page, "top_p")) == ("Folder Law", "My default")
    assert 'data-summary="Effort: high"' in page
    assert "Effort: high" in browser.get(f"/c/{told.conversation.key}/").content.decode()


def test_making_my_defaults_of_a_chat_keeps_what_its_folder_would_change(alice, at):
    folder = folders.create(alice, "Law", {"seed": 2})
    told = answered(alice)
    Conversation.objects.update(folder=folder, settings={"seed": 5})
    at(alice).post(f"/c/{told.conversation.key}/settings/defaults/", {"seed": "5"})
    assert Conversation.objects.get().settings == {"seed": 5}, "the folder's would win over my default"


def test_a_new_chat_in_a_folder_lies_there_whether_asked_or_set_up_first(alice, at):
    folder = folders.create(alice, "Law", {"seed": 2})
    browser = at(alice)
    page = browser.get(f"/?folder={folder.key}").content.decode()
    [send] = re.findall(r'data-send-url="([^"]+)"', page)
    key = re.search(r"/c/([^/]+)/", send)[1]
    panel = browser.get(f"/c/{key}/settings/?folder={folder.key}").content.decode()
    assert origin(panel, "seed") == "Folder Law"
    [action] = re.findall(r'<form id="panel-form"[^>]* action="([^"]+)"', panel)
    browser.post(action, {"top_p": "0.5", "changed": "top_p"})
    assert Conversation.objects.get().folder == folder
    assert browser.post(send, {"ask": uuid.uuid4(), "text": "Hm?"}).status_code == 200
    assert Conversation.objects.get(key=key).folder == folder
    other = uuid.uuid4()
    browser.post(f"/c/{other}/send/?folder={folder.key}", {"ask": uuid.uuid4(), "text": "Hm?"})
    assert Conversation.objects.get(key=other).folder == folder


def test_nobody_begins_a_chat_in_the_folder_of_somebody_else(alice, bob, at):
    folder = folders.create(alice, "Hers", {"system_prompt": "Secret words"})
    address = f"/c/{uuid.uuid4()}/send/?folder={folder.key}"
    at(bob).post(address, {"ask": uuid.uuid4(), "text": "Hm?"})
    panel = f"/c/{uuid.uuid4()}/settings/?folder={folder.key}"
    assert b"Secret words" not in at(bob).get(panel).content
    at(bob).post(panel, {"seed": "1"})
    assert b"Hers" not in at(bob).get(f"/?folder={folder.key}").content
    assert list(Conversation.objects.values_list("owner", "folder")) == [(bob.pk, None)] * 2


# ── temporary chats ──


def test_a_temporary_chat_says_when_it_is_erased_and_who_could_see_it(alice, at):
    browser = at(alice)
    new = browser.get("/?temporary=1").content.decode()
    assert "It is erased 24 hours after your first question." in new
    key = uuid.uuid4()
    browser.post(f"/c/{key}/send/?temporary=1", {"ask": uuid.uuid4(), "text": "Between us"})
    page = browser.get(f"/c/{key}/").content.decode()
    assert re.search(r"It is erased on \d+ [A-Z][a-z]+, \d\d:\d\d UTC\.", page)
    for words in ("in no list and in no search", "administer this server", "backups", "provider"):
        assert words in page
    assert rows(browser.get("/")) == []
    assert rows(browser.get(f"/list/{key}/")) == [(str(key), "temporary")]


def test_keeping_a_temporary_chat_puts_it_into_the_list(alice, at):
    browser, key = at(alice), uuid.uuid4()
    browser.post(f"/c/{key}/send/", {"ask": uuid.uuid4(), "text": "Between us", "temporary": "1"})
    assert Conversation.objects.get().expires_at is not None
    assert browser.post(f"/c/{key}/keep/").status_code == 204
    assert browser.post(f"/c/{key}/keep/").status_code == 409
    assert rows(browser.get("/")) == [(str(key), "recent")]
    assert 'id="temporary"' not in browser.get(f"/c/{key}/").content.decode()


def test_a_page_that_had_loaded_more_gets_as_much_anew_but_not_without_end(alice, at):
    for _ in range(45):
        answered(alice)
    assert len(rows(at(alice).get("/list/shelves/?size=44"))) == 44
    for size in ("", "x", "-1", "0", "²", "9" * 30):
        assert len(rows(at(alice).get("/list/shelves/", {"size": size}))) == 40


def test_a_tag_is_found_in_the_menu_of_lists(alice, at):
    told = answered(alice)
    steps.do(alice, [Step("tag", (told.conversation.key,), tag="R&D <b>")])
    page = at(alice).get("/list/views/").content.decode()
    assert "R&amp;D &lt;b&gt;" in page
    [query] = re.findall(r'data-view="(of=tag[^"]+)"', page)
    assert rows(at(alice).get("/list/shelves/?" + query.replace("&amp;", "&"))) == [
        (str(told.conversation.key), "tag")
    ]
