"""Every address below /prompts/: who gets in, who does not, and that a refusal changes nothing.

Taken from the URLconf: a new address has to say which right it needs, here, or the first test fails.
"""

import uuid

import pytest
from django.apps import apps
from django.test import Client, RequestFactory
from django.urls import reverse

from chatapp.chat.prompt_urls import urlpatterns
from chatapp.prompts import access, publish
from chatapp.prompts.models import Grant, Label, Prompt, Right
from tests.prompts.writing import group, published, version

ROUTES = {pattern.name: str(pattern.pattern) for pattern in urlpatterns}
OF_PROMPT = sorted(name for name, route in ROUTES.items() if "<slug:slug>" in route)
# What each address needs: a right on its prompt ("work": to edit or to publish), or a role.
NEEDS = {
    "library": "member", "slash": "member", "try_figures": "member",
    "new": "editor", "export_all": "editor", "import": "editor", "team_default": "admin",
    "show": "see", "favourite": "see",
    "edit": "edit", "draft": "edit", "discard": "edit", "save": "edit", "try": "edit", "try_run": "edit",
    "describe": "edit", "remove_label": "edit",
    "history": "work", "version": "work", "compare": "work", "label": "work", "figures": "work",
    "rules": "work", "export": "work",
    "publish": "publish", "access": "publish", "four_eyes": "publish", "archive": "publish",
    "bring_back": "publish",
}  # fmt: skip
FORM = {
    "text": "Mine now", "base": "2", "revision": "0", "note": "Mine", "number": "2", "label": "production",
    "why": "x", "name": "Mine", "slug": "mine", "description": "", "tags": "", "on": "1", "column": "1",
    "input": "Hello", "prompt": "",
}  # fmt: skip
HAVE = {
    "nothing": set(),
    "see": {"see", "member"},
    "use": {"see", "member"},
    "edit": {"see", "edit", "work", "member"},
    "publish": {"see", "publish", "work", "member"},
}


def address(name: str, prompt: Prompt) -> str:
    if name not in OF_PROMPT:
        return reverse(f"prompts:{name}", args=[uuid.uuid4()] if "<uuid" in ROUTES[name] else [])
    return reverse(f"prompts:{name}", args=[prompt.slug, 1] if "<int" in ROUTES[name] else [prompt.slug])


def methods(name: str) -> set[str]:
    view = next(pattern.callback for pattern in urlpatterns if pattern.name == name)
    refused = view(RequestFactory().generic("PROPFIND", "/"))
    assert refused.status_code == 405
    return set(refused["Allow"].split(", ")) & {"GET", "POST"}


def everything() -> dict[str, list]:
    models = [m for m in apps.get_models() if m.__module__.startswith("chatapp.")]
    return {m.__name__: sorted(map(str, m.objects.values())) for m in models}


@pytest.fixture
def prompt(eddi) -> Prompt:
    """Published in version 1, with a second version; nobody but the roles has a right on it."""
    made = published(eddi, "Secret words")
    version(made, eddi, "Secret words, again")
    Grant.objects.all().delete()
    made.refresh_from_db()
    return made


def ask(browser: Client, name: str, prompt: Prompt, **headers):
    url = address(name, prompt)
    query = "?a=1&b=2&number=2"
    return [
        browser.get(url + query, headers=headers) if method == "GET" else browser.post(url, FORM, headers=headers)
        for method in sorted(methods(name))
    ]


def test_every_address_says_what_it_needs():
    assert set(NEEDS) == set(ROUTES)


@pytest.mark.parametrize("name", OF_PROMPT)
@pytest.mark.parametrize("who", ["alice", "rita"])
def test_who_has_no_right_learns_nothing_of_a_prompt_and_changes_nothing(prompt, name, who, at, request):
    browser = at(request.getfixturevalue(who))
    before = everything()
    for answer in ask(browser, name, prompt):
        assert answer.status_code == 404
        assert b"Secret words" not in answer.content
    assert everything() == before


@pytest.mark.parametrize("name", OF_PROMPT)
@pytest.mark.parametrize("right", ["see", "use", "edit", "publish"])
def test_a_right_opens_what_it_is_for_and_nothing_else(prompt, alice, name, right, at):
    Grant.objects.create(prompt=prompt, right=right, group=group("Ours", alice))
    browser = at(alice)
    before = everything()
    if NEEDS[name] in HAVE[right]:
        assert {answer.status_code for answer in ask(browser, name, prompt)} <= {200, 302, 422}
    else:
        assert [answer.status_code for answer in ask(browser, name, prompt)] == [403] * len(methods(name))
        assert everything() == before


@pytest.mark.parametrize("name", sorted(set(ROUTES) - set(OF_PROMPT)))
@pytest.mark.parametrize("who", ["alice", "rita", "eddi", "ada"])
def test_the_other_addresses_keep_to_roles(prompt, name, who, at, request):
    roles = {"alice": {"member"}, "rita": {"member"}, "eddi": {"member", "editor"}}
    browser = at(request.getfixturevalue(who))
    before = everything()
    codes = {answer.status_code for answer in ask(browser, name, prompt)}
    if NEEDS[name] in roles.get(who, {"member", "editor", "admin"}):
        assert codes <= {200, 302, 404, 422}
        assert 403 not in codes
    else:
        assert codes == {403}
        assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_is_signed_out_is_sent_to_sign_in(prompt, name):
    before = everything()
    for answer in ask(Client(), name, prompt, accept="*/*"):
        assert answer.status_code == 401
    assert everything() == before


@pytest.mark.parametrize("name", sorted(name for name in ROUTES if "POST" in methods(name)))
def test_every_post_needs_the_token(prompt, eddi, name, at):
    browser = at(eddi, csrf=True)
    before = everything()
    assert browser.post(address(name, prompt), FORM).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", sorted(name for name in ROUTES if methods(name) == {"GET"}))
def test_reading_changes_nothing_and_is_kept_in_no_cache(prompt, eddi, name, at):
    browser = at(eddi)
    before = everything()
    answer = browser.get(address(name, prompt) + "?a=1&b=2")
    assert answer.status_code == (404 if name == "try_figures" else 200)
    assert "no-store" in answer["Cache-Control"]
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
@pytest.mark.parametrize("rubbish", ["\x00", "x" * 10_000, "1e999", "-1", "é", '{"a": 1}'])
def test_rubbish_is_refused_in_words_and_never_an_error(prompt, ada, name, rubbish, at):
    browser = at(ada)
    url = address(name, prompt)
    query = dict.fromkeys(["a", "b", "number", "days", "v", "q", "tag", "from"], rubbish)
    for method in methods(name):
        answer = browser.get(url, query) if method == "GET" else browser.post(url, dict.fromkeys(FORM, rubbish))
        assert answer.status_code in (200, 302, 404, 409, 422)


# ── deeds through their doors ──


def test_the_author_publishes_nothing_under_four_eyes_through_any_address(prompt, eddi, ada, at):
    access.switch_four_eyes(prompt, ada, True, "Audit")
    browser = at(eddi)
    browser.post(address("publish", prompt), {"number": "2", "why": "x"})
    browser.post(address("label", prompt), {"number": "2", "label": "production", "why": "x"})
    browser.post(address("label", prompt), {"number": "2", "label": " Production ", "why": "x"})
    browser.post(address("four_eyes", prompt), {"on": "0", "why": "x"})
    browser.post(address("publish", prompt), {"number": "2", "why": "x"})
    assert Label.objects.get(prompt=prompt, name="production").version.number == 1
    at(ada).post(address("publish", prompt), {"number": "2", "why": "Read it"})
    assert Label.objects.get(prompt=prompt, name="production").version.number == 2


def test_who_may_only_edit_moves_production_through_no_address(prompt, alice, at):
    Grant.objects.create(prompt=prompt, right=Right.EDIT, group=group("Ours", alice))
    browser = at(alice)
    for name in ("publish", "label"):
        browser.post(address(name, prompt), {"number": "2", "label": "production", "why": "x"})
    assert Label.objects.get(prompt=prompt, name="production").version.number == 1


def test_a_draft_that_grew_elsewhere_is_answered_with_both_texts(prompt, eddi, at):
    browser, url = at(eddi), address("draft", prompt)
    sent = {"base": "2", "revision": "0", "json": "1"}
    assert browser.post(url, sent | {"text": "One tab"}).json() == {"revision": 1}
    answer = browser.post(url, sent | {"text": "Other tab"})
    assert answer.status_code == 409
    assert "<del>" in answer.json()["html"]
    assert answer.json()["revision"] == 1
    page = browser.post(url, {"base": "2", "revision": "0", "text": "Other tab"})
    assert page.status_code == 409
    assert "Other tab" in page.content.decode()


def test_saving_from_an_older_version_shows_both_and_saves_nothing(prompt, eddi, ada, at):
    browser = at(eddi)
    browser.post(address("draft", prompt), {"base": "2", "revision": "0", "text": "Eddi's words"})
    version(prompt, ada, "Ada's words")
    answer = browser.post(address("save", prompt), {"base": "2", "note": "x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ada" in page and "Eddi" in page  # noqa: PT018
    assert prompt.versions.count() == 3
    assert browser.post(address("save", prompt), {"base": "3", "note": "x"}).status_code == 302
    assert prompt.versions.get(number=4).text == "Eddi's words"


def test_what_was_published_is_read_by_members_and_what_was_not_is_not(prompt, alice, eddi, at):
    Grant.objects.create(prompt=prompt, right=Right.USE)
    page = at(alice).get(address("show", prompt)).content.decode()
    assert "Secret words" in page
    assert "again" not in page
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "x")
    assert "again" in at(alice).get(address("show", prompt)).content.decode()
