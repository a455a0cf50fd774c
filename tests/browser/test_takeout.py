"""Chats brought in from a file and taken along again, as a person does it."""

import io
import re
import zipfile
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import expect

from tests.browser.house import window
from tests.takeout.chatgpt import Told, file_of, simple

pytestmark = pytest.mark.browser


@pytest.fixture
def export_of_chatgpt(tmp_path) -> Path:
    docs = [simple(f"c-{n}", f"Old chat {n}") for n in range(30)]
    told = Told("c-last", "Cats", update_time=1_800_000_000.0)
    told.add(
        "user", content={"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}]}
    )
    told.add("assistant", "Two cats: \\( x^2 \\)", metadata={"model_slug": "gpt-4o"})
    path = tmp_path / "conversations.json"
    path.write_bytes(file_of(*docs, told.doc()))
    return path


def test_a_file_is_looked_through_brought_in_and_taken_along_by_keyboard(open_chat, export_of_chatgpt, tmp_path):
    other = open_chat()
    page = window(other.page)
    page.goto("/data/")
    page.wait_for_load_state("networkidle")
    page.set_input_files("#file", export_of_chatgpt)
    page.get_by_role("button", name="Look through it").press("Enter")
    heading = page.get_by_role("heading", name="What is in conversations.json")
    expect(heading).to_be_focused()
    expect(page.locator(".skips summary")).to_have_text(re.compile("Images: 1"))
    expect(other.page.locator("#rows .row")).to_have_count(0)

    page.get_by_role("button", name="Import 31 chats").press("Enter")
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    expect(page.locator("#all-chats")).to_have_text("All 31 chats")
    expect(other.page.locator("#rows .row")).to_have_count(31)
    page.reload()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()

    row = other.page.locator("#rows .row").filter(has_text="Cats")
    row.locator(".row-link").click()
    expect(other.last).to_contain_text("Written by gpt-4o")
    row.locator("[data-row-menu]").press("Enter")
    other.page.get_by_role("menuitem", name="Export").press("Enter")
    expect(other.page.get_by_role("link", name="Markdown")).to_be_focused()
    with other.page.expect_download() as download:
        other.page.get_by_role("link", name="HTML").press("Enter")
    saved = tmp_path / "chat.html"
    download.value.save_as(saved)
    alone = page.context.browser.new_context(offline=True).new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(saved.as_uri())
    expect(alone.locator("math msup")).to_have_count(1)
    assert asked == [saved.as_uri()]
    alone.context.close()

    page.get_by_label("Some of them").check()
    for name in ("Cats", "Old chat 7"):
        page.get_by_role("checkbox", name=name).check()
    expect(page.locator("#chosen-count")).to_have_text("2 chats chosen.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).press("Enter")
    read = orjson.loads(Path(download.value.path()).read_bytes())
    assert sorted(c["title"] for c in read["conversations"]) == ["Cats", "Old chat 7"]
    page.get_by_label("Markdown").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).press("Enter")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as read:
        assert len(read.namelist()) == 2


def test_an_upload_that_breaks_off_goes_on_and_a_broken_file_is_refused_in_words(open_chat, tmp_path):
    page = open_chat("/").page
    page.goto("/data/")
    page.wait_for_load_state("networkidle")
    path = tmp_path / "big.json"
    path.write_bytes(b"[" + orjson.dumps(simple()) + b", " + b" " * 5_000_000)
    parts: list[str] = []

    def sometimes(route):
        parts.append(route.request.url)
        route.abort() if len(parts) == 2 else route.continue_()

    page.route("**/data/import/part/**", sometimes)
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Look through it").click()
    alert = page.locator("#import [role=alert]")
    expect(alert).to_contain_text("The file ends after 1 conversations")
    expect(alert).to_contain_text("nothing was changed")
    assert parts[1] == parts[2], "the part that was lost is sent again"
    assert len(parts) == 4
