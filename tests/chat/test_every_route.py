"""Rules that hold for every address of the room, taken from the URLconf: a new one is under them at once."""

import uuid

import pytest
from django.apps import apps
from django.test import Client, RequestFactory
from django.urls import reverse

from chatapp.chat.urls import urlpatterns
from chatapp.conversations.models import Conversation, Folder
from tests.conversations.stories import answered, asked

ROUTES = {pattern.name: str(pattern.pattern) for pattern in urlpatterns}
KEYED = sorted(name for name, route in ROUTES.items() if "<uuid:key>" in route)
PLAIN = sorted(set(ROUTES) - set(KEYED))
NEW_TOO = {
    "draft",
    "settings",
    "settings_mine",
    "settings_team",
    "meter",
    "prompt",
    "prompt_form",
    "prompt_choose",
}  # may name a conversation to come
FORM = {
    "ask": "8a1f6a52-2f1e-4c8e-9d53-0c6ea3cf6a11",
    "text": "Mine now",
    "title": "Mine now",
    "weight": "pinned",
    "way": "retry",
    "temperature": "0.5",
    "audience": "anyone",
    "until": "7",
    "thumb": "up",
    "name": "Mine now",
    "closed": "1",
}


def address(name: str, told=None, key: uuid.UUID | None = None) -> str:
    """The address of a route for the objects of a story, or for `key`."""
    if name in PLAIN:
        return reverse(f"chat:{name}")
    if key is None:
        of = {"c": told.conversation, "list": told.conversation, "m": told.reply.message, "r": told.reply}
        of["folders"] = told.conversation.folder
        key = of[ROUTES[name].split("/")[0]].key
    return reverse(f"chat:{name}", args=[key])


def story(owner, **ending):
    """An answered question, in a folder of its own."""
    told = answered(owner, **ending)
    told.conversation.folder = Folder.objects.create(owner=owner, name="Secret words")
    told.conversation.save(update_fields=["folder"])
    return told


def everything() -> dict[str, list]:
    """All rows of all rooms, but for the sessions of those who look."""
    models = [m for m in apps.get_models() if m.__module__.startswith("chatapp.")]
    return {m.__name__: sorted(map(str, m.objects.values())) for m in models}


def methods(name: str) -> set[str]:
    """What the view itself says that it takes."""
    view = next(pattern.callback for pattern in urlpatterns if pattern.name == name)
    refused = view(RequestFactory().generic("PROPFIND", "/"))
    assert refused.status_code == 405
    return set(refused["Allow"].split(", "))


READS = sorted(name for name in ROUTES if "GET" in methods(name))
WRITES = sorted(name for name in ROUTES if "POST" in methods(name))


def test_the_routes_are_known():
    assert set(READS) | set(WRITES) == set(ROUTES)
    assert set(READS) & set(WRITES) == {"folder", "settings"}
    assert len(ROUTES) == len(urlpatterns) > 25
    assert set(PLAIN) >= {"new", "list"}


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize("who", ["bob", "rita", "ada"])
def test_what_is_somebody_elses_is_not_there(alice, who, name, at, request):
    told = story(alice, answer="Secret words", state="stopped", finish_reason="")
    browser = at(request.getfixturevalue(who))
    before = everything()
    answers = [browser.get(address(name, told)), browser.post(address(name, told), FORM)]
    codes = [answer.status_code for answer in answers]
    allowed = {404, 405} | ({403} if name == "settings_team" and who != "ada" else set())
    assert set(codes) <= allowed
    assert set(codes) & {404, 403}
    assert not any(b"Secret words" in answer.content for answer in answers)
    assert everything() == before


@pytest.mark.parametrize("name", [name for name in KEYED if name not in NEW_TOO | {"send"}])
def test_what_never_was_is_not_there_either(alice, name, at):
    codes = {
        answer.status_code
        for answer in (
            at(alice).get(address(name, key=uuid.uuid4())),
            at(alice).post(address(name, key=uuid.uuid4()), FORM),
        )
    }
    assert codes <= {404, 405}
    assert 404 in codes


@pytest.mark.parametrize("name", [name for name in KEYED if name != "restore" and "folder" not in name])
def test_what_was_deleted_is_not_there(ada, name, at):
    told = story(ada, state="stopped", finish_reason="")
    Conversation.objects.update(deleted_at=told.conversation.updated)
    browser = at(ada)
    before = everything()
    codes = {browser.get(address(name, told)).status_code, browser.post(address(name, told), FORM).status_code}
    assert codes <= {404, 405}
    assert 404 in codes
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_is_signed_out_is_sent_to_sign_in_and_changes_nothing(alice, name):
    told = story(alice)
    before = everything()
    page = Client().get(address(name, told), headers={"accept": "text/html"})
    assert page.status_code in (302, 405)
    if page.status_code == 302:
        assert page["Location"].startswith("/accounts/login/?next=")
    fetched = Client().get(address(name, told), headers={"accept": "*/*"})
    posted = Client().post(address(name, told), FORM, headers={"accept": "application/json"})
    for answer in (fetched, posted):
        assert answer.status_code in (401, 405)
        if answer.status_code == 401:
            assert answer.json()["error"]
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_was_deactivated_is_signed_out(alice, name, at):
    told = story(alice)
    browser = at(alice)
    alice.is_active = False
    alice.save()
    assert browser.get(address(name, told), headers={"accept": "*/*"}).status_code in (401, 405)
    assert browser.post(address(name, told), FORM, headers={"accept": "*/*"}).status_code in (401, 405)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_address_reads_or_writes_and_takes_no_other_method(ada, name, at):
    told = story(ada, state="stopped", finish_reason="")
    browser = at(ada)
    known = {"GET": browser.get, "POST": browser.post, "PUT": browser.put, "DELETE": browser.delete}
    for method in set(known) - methods(name):
        assert known[method](address(name, told)).status_code == 405


@pytest.mark.parametrize("name", WRITES)
def test_every_post_needs_the_token(ada, name, at):
    told = story(ada, state="stopped", finish_reason="")
    browser = at(ada, csrf=True)
    before = everything()
    assert browser.post(address(name, told), FORM).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", READS)
def test_reading_changes_nothing_and_is_kept_in_no_cache(ada, name, at):
    told = story(ada)
    asked(ada, "And now?", conversation=told.conversation)
    browser = at(ada)
    before = everything()
    answer = browser.get(address(name, told))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert everything() == before


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize("rubbish", ["\x00", "x" * 10_000, "1e999", "-1", "é", '{"a": 1}'])
def test_rubbish_in_a_form_is_refused_in_words_and_never_an_error(ada, name, rubbish, at):
    told = story(ada, state="stopped", finish_reason="")
    browser = at(ada)
    form = dict.fromkeys([*FORM, "before", "have", "after", "seed", "max_tokens"], rubbish)
    answer = browser.post(address(name, told), form)
    assert answer.status_code in (200, 204, 405, 409, 422)
    query = {"before": rubbish, "have": rubbish, "after": rubbish}
    assert browser.get(address(name, told), query).status_code in (200, 405)
