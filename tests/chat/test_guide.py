"""The help page: the guide of the documents, held to the product."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from chatapp.chat.guide import FOLDER, guide
from chatapp.conversations.finding.query import parse
from chatapp.standin.writing import product

SCRIPTS = Path(settings.STATICFILES_DIRS[0]) / "js"
TEXT = (FOLDER / "guide.md").read_text(encoding="utf-8")


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_the_page_has_every_section_of_the_document_and_a_contents_list_that_leads_there(alice, at):
    page = at(alice).get("/help/").content.decode()
    titles = headings(TEXT)
    assert len(titles) > 8
    for section in guide({}).sections:
        assert f'href="#{section.anchor}">{section.title.replace("&", "&amp;")}<' in page
        assert page.count(f'id="{section.anchor}"') == 1
    assert [section.title for section in guide({}).sections] == titles


def test_bold_names_of_pages_lead_there(alice, at):
    browser = at(alice)
    page = browser.get("/help/").content.decode().split("help-text", 1)[1]
    found = set(re.findall(r'<a href="(/[^"]*)">', page))
    assert found == {"/data/", "/shared/", "/privacy/", "/help/parameters/"}
    assert all(browser.get(address).status_code == 200 for address in found)


def test_who_reads_german_gets_the_german_guide_with_its_pages_and_as_many_sections(alice, at):
    page = at(alice).get("/help/", headers={"Accept-Language": "de"}).content.decode().split("help-text", 1)[1]
    assert "<h1>So benutzt du Chatapp</h1>" in page
    found = set(re.findall(r'<a href="(/[^"]*)">', page))
    assert found == {"/data/", "/shared/", "/privacy/", "/help/parameters/"}
    german = (FOLDER / "guide.de.md").read_text(encoding="utf-8")
    assert len(headings(german)) == len(headings(TEXT))
    for what in (r"`/\w+`", r"^\| .* \|$", r"^- ", r"`(?:in|tag|before|after|has|is):"):
        assert len(re.findall(what, german, re.MULTILINE)) == len(re.findall(what, TEXT, re.MULTILINE)), what


def test_a_language_without_a_guide_gets_the_english_one_and_says_so(alice, at):
    with translation.override("fr"):
        assert guide({}).language == "en"


def test_every_command_that_it_names_is_there():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.js"))
    there = set(re.findall(r'slash: "([a-z]+)"', sources))
    named = set(re.findall(r"`/([a-z]+)`", TEXT))
    assert len(named) > 5
    assert named <= there


def test_every_search_operator_that_it_names_narrows_a_search():
    named = re.findall(r"`(\w+:[\w-]+)`", TEXT)
    assert len(named) >= 8
    for operator in named:
        assert parse(operator).filters, operator


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("How do I search in this app?", "Search"),
        ("What are temporary chats?", "Temporary chats"),
        ("What does the context meter show?", "The context meter and other figures"),
        ("How do I share a chat in Chatapp?", "Share a chat"),
        ("How can I edit a question in this chat?", "Edit a question"),
        ("Which keyboard shortcuts are there?", "Keyboard shortcuts and commands"),
    ],
)
def test_the_stand_in_answers_questions_about_the_product_from_the_same_words(question, section):
    answer = product.reply(question)
    assert answer is not None
    assert answer.startswith(f"From `docs/guide.md`, section **{section}**:")


def test_it_is_one_press_away_on_every_page(alice, at):
    browser = at(alice)
    for path in ("/", "/me/", "/data/"):
        assert 'href="/help/"' in browser.get(path).content.decode()
