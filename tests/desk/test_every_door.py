"""Rules that hold for every address of the reviewer's room, taken from the URLconf, so for a new one at once."""

import re
import uuid

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from chatapp.accounts.models import Membership, ReviewGrant
from chatapp.audit.models import Entry
from chatapp.desk.urls import urlpatterns
from chatapp.review import marks
from chatapp.review.models import Export, Mark, SavedView, Visit
from tests.chat.test_every_route import everything
from tests.conversations.stories import answered, deleted
from tests.review.reviewing import REASON, let, up_to_date

ROUTES = {pattern.name: str(pattern.pattern) for pattern in urlpatterns}
OF_CONVERSATION = sorted(name for name, route in ROUTES.items() if route.startswith("c/"))
NEEDS_VISIT = sorted(set(OF_CONVERSATION) - {"conversation", "open", "close"})
FORM = {
    "reason": REASON, "words": "secret", "member": "", "query": "thumb=none", "name": "Mine", "place": "1",
    "text": "Better words", "label": "wrong", "comment": "Look here", "done": "true", "form": "chats",
    "name-1": "Good",
}  # fmt: skip
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate"}
FETCH = {"accept": "*/*"}


class Story:
    """Alice's answered question with everything that a reviewer may put beside it."""

    def __init__(self, owner, reviewer):
        self.told = answered(owner, "A secret question", "A secret answer", reasoning="A secret thought")
        up_to_date()
        self.key = self.told.conversation.key
        marks.comment(reviewer, self.told.conversation, "A secret comment")
        self.keys = {
            "key": self.key,
            "message": self.told.reply.message.key,
            "comment": Mark.objects.get().key,
        }
        self.view = SavedView.objects.create(reviewer=reviewer, name="Mine", query="thumb=none").key
        self.export = Export.objects.create(
            reviewer=reviewer, form="chats", reason=REASON, session="somebody", query="thumb=none"
        ).key

    def address(self, name: str) -> str:
        wanted = re.findall(r"<uuid:(\w+)>", ROUTES[name])
        keys = {**self.keys}
        if name == "view_forget":
            keys["key"] = self.view
        if name.startswith("export_"):
            keys["key"] = self.export
        return reverse(f"desk:{name}", kwargs={one: keys[one] for one in wanted})


@pytest.fixture
def story(alice, rita) -> Story:
    return Story(alice, rita)


def methods(name: str) -> set[str]:
    view = next(pattern.callback for pattern in urlpatterns if pattern.name == name)
    return set(view(RequestFactory().generic("PROPFIND", "/"))["Allow"].split(", "))


READS = sorted(name for name in ROUTES if "GET" in methods(name))
WRITES = sorted(name for name in ROUTES if "POST" in methods(name))


def knock(browser: Client, name: str, story: Story, headers=FETCH):
    ask = browser.post if name in WRITES else browser.get
    return ask(story.address(name), FORM, headers=headers)


def body(answer) -> bytes:
    return answer.content if not answer.streaming else b"".join(answer.streaming_content)


def opened(browser: Client, story: Story) -> None:
    assert browser.post(reverse("desk:open", args=[story.key]), {"reason": REASON}).status_code == 200


def test_the_routes_are_known():
    assert set(READS) | set(WRITES) == set(ROUTES)
    assert not set(READS) & set(WRITES)
    assert len(ROUTES) == len(urlpatterns) > 20
    assert len(NEEDS_VISIT) > 8


@pytest.mark.parametrize("name", sorted(ROUTES))
@pytest.mark.parametrize("who", ["alice", "bob", "ada", "eddi"])
def test_who_does_not_review_gets_no_word_and_changes_nothing(story, who, name, at, request):
    if name.startswith("rubric") and who == "ada":
        pytest.skip("an administrator may set the rubric, which has no word of a conversation")
    someone = request.getfixturevalue(who)
    let(someone, export=True)  # a right to review is nothing without the role
    browser = at(someone)
    before = everything()
    answers = [knock(browser, name, story), knock(browser, name, story, PAGE)]
    assert {answer.status_code for answer in answers} == {403}
    assert not any(b"secret" in answer.content for answer in answers)
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_is_signed_out_is_sent_to_sign_in_and_changes_nothing(story, name):
    before = everything()
    fetched = knock(Client(), name, story)
    assert fetched.status_code == 401
    assert fetched.json()["error"]
    page = knock(Client(), name, story, PAGE)
    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/")
    assert everything() == before


def taken_away(how: str, alice, rita, story) -> None:
    if how == "grant ended":
        ReviewGrant.objects.update(ended_at=ReviewGrant.objects.get().granted_at)
    elif how == "moved out of the group":
        Membership.objects.filter(user=alice).delete()
    elif how == "deleted":
        deleted(alice, story.key)


@pytest.mark.parametrize("name", OF_CONVERSATION)
@pytest.mark.parametrize("how", ["no grant", "other group", "grant ended", "moved out of the group", "deleted"])
def test_what_is_not_in_the_scope_is_not_there_on_any_door(story, alice, bob, rita, how, name, at):
    """Also for a page that was open when the right went."""
    if how == "other group":
        let(rita, bob, export=True)
    elif how != "no grant":
        let(rita, alice, export=True)
    browser = at(rita)
    if how not in ("no grant", "other group"):
        opened(browser, story)
    taken_away(how, alice, rita, story)
    before = everything()
    answers = [knock(browser, name, story), knock(browser, name, story, PAGE)]
    if name != "close":
        assert {answer.status_code for answer in answers} == {404}
        assert everything() == before
    assert not any(b"secret" in answer.content for answer in answers)


@pytest.mark.parametrize("name", NEEDS_VISIT)
@pytest.mark.parametrize("why", ["none was opened", "idle", "another session", "ended"])
def test_nothing_goes_out_and_nothing_changes_without_an_open_visit(story, alice, rita, why, name, at, settings):
    let(rita, alice, export=True)
    browser = at(rita)
    if why != "none was opened":
        opened(browser, story)
    if why == "idle":
        settings.REVIEW_IDLE_MINUTES = 0
    elif why == "another session":
        browser = at(rita)
    elif why == "ended":
        browser.post(reverse("desk:close", args=[story.key]))
    before = everything()
    fetched = knock(browser, name, story)
    assert fetched.status_code == 409
    assert fetched.json()["again"].startswith(f"/review/c/{story.key}/")
    assert fetched["HX-Redirect"] == fetched.json()["again"]
    page = knock(browser, name, story, PAGE)
    assert page.status_code == 302
    assert b"secret" not in fetched.content + page.content
    assert everything() == before


def test_the_gate_and_the_list_show_facts_and_a_code_but_no_word_and_no_name(story, alice, rita, at):
    let(rita, alice)
    browser = at(rita)
    pages = [browser.get(reverse("desk:list")), browser.get(reverse("desk:conversation", args=[story.key]))]
    for page in pages:
        assert page.status_code == 200
        for word in (b"secret", b"Alice", b"alice@example.org"):
            assert word not in page.content
    assert not Visit.objects.exists()
    assert not Entry.objects.filter(action__startswith="review.").exists()


@pytest.mark.parametrize("name", NEEDS_VISIT)
def test_with_a_visit_every_door_opens(story, alice, rita, name, at):
    let(rita, alice, export=True)
    browser = at(rita)
    opened(browser, story)
    assert knock(browser, name, story).status_code in (200, 204)


@pytest.mark.parametrize("name", [name for name in NEEDS_VISIT if "<uuid:message>" in ROUTES[name]])
def test_a_visit_opens_no_message_of_another_conversation(story, alice, rita, name, at):
    let(rita, alice)
    other = answered(alice, "Another secret", "Never opened")
    browser = at(rita)
    opened(browser, story)
    story.keys["message"] = other.reply.message.key
    before = everything()
    assert knock(browser, name, story).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_address_reads_or_writes_and_takes_no_other_method(story, rita, name, at):
    let(rita, export=True)
    browser = at(rita)
    known = {"GET": browser.get, "POST": browser.post, "PUT": browser.put, "DELETE": browser.delete}
    for method in set(known) - methods(name):
        assert known[method](story.address(name)).status_code == 405


@pytest.mark.parametrize("name", WRITES)
def test_every_post_needs_the_token(story, rita, name, at):
    let(rita, export=True)
    browser = at(rita, csrf=True)
    before = everything()
    assert knock(browser, name, story).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", sorted(ROUTES))
@pytest.mark.parametrize("rubbish", ["\x00", "x" * 10_000, "1e999", "-1", "é", '{"a": 1}'])
def test_rubbish_is_refused_in_words_and_never_an_error(story, alice, rita, name, rubbish, at):
    let(rita, export=True)
    browser = at(rita)
    opened(browser, story)
    fields = [
        *FORM, "since", "until", "version", "thumb", "tokens_from", "cost_to", "wait_from", "tag", "option",
        "reviewed",         "look", "after", "before", "at", "worth-1", "error", "end", "signal",
    ]  # fmt: skip
    ask = browser.post if name in WRITES else browser.get
    answer = ask(story.address(name), dict.fromkeys(fields, rubbish))
    assert answer.status_code in (200, 204, 404, 422)
    body(answer)


@pytest.mark.parametrize("name", [name for name in READS if not name.startswith("export_f")])
def test_what_is_read_is_kept_in_no_cache(story, alice, rita, name, at):
    let(rita, export=True)
    browser = at(rita)
    opened(browser, story)
    answer = knock(browser, name, story)
    assert answer.status_code in (200, 204)
    assert "no-store" in answer["Cache-Control"]


def test_what_never_was_is_not_there_either(story, rita, at):
    let(rita, export=True)
    browser = at(rita)
    story.keys["key"] = story.view = story.export = uuid.uuid4()
    for name in ROUTES:
        if "<uuid:key>" in ROUTES[name] and name not in ("view_forget", "close"):
            assert knock(browser, name, story).status_code == 404, name


@pytest.mark.parametrize("name", ["export", "export_begin", "export_file"])
def test_who_may_not_export_is_refused_on_every_door_of_it(story, alice, rita, name, at):
    let(rita, alice)
    browser = at(rita)
    before = everything()
    answer = knock(browser, name, story)
    assert answer.status_code == 403
    assert answer.json()["error"]
    assert everything() == before
