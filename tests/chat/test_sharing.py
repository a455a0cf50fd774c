"""Links over HTTP: the owner's dialog and page, and what readers, strangers among them, are shown."""

import datetime
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from chatapp.chat.views import shared
from chatapp.conversations.models import Conversation
from chatapp.sharing.address import token_of
from chatapp.sharing.models import Share
from chatapp.sharing.revoke import revoke
from tests.conversations.stories import answered
from tests.sharing.test_share import link_to


def path_of(link: Share) -> str:
    return f"/s/{token_of(link.key)}/"


@pytest.fixture
def told(alice):
    return answered(alice, "What is **that**?", "An *answer* with `code`.", reasoning="Deep thoughts")


@pytest.fixture
def public(told) -> Share:
    return link_to(told.conversation, audience="anyone")


# ── reading ──


def test_anyone_with_the_link_reads_a_public_one_and_gets_no_cookie(public):
    browser = Client()
    answer = browser.get(path_of(public))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "What is **that**?" in page
    assert "<em>answer</em>" in page
    assert "Deep thoughts" not in page
    assert not browser.cookies


def test_a_stranger_sees_nothing_of_the_owner_but_the_name_if_it_was_chosen(told, public, alice):
    alice.name = "Alice Liddell"
    alice.save()
    named = link_to(told.conversation, audience="anyone", with_name=True)
    private = (alice.email, str(told.conversation.key), str(told.question.key), str(told.reply.key), "csrf")
    for link, has_name in ((public, False), (named, True)):
        page = Client().get(path_of(link)).content.decode()
        assert ("Alice" in page) == has_name
        assert not [word for word in private if word in page]


def test_what_shows_reasoning_shows_it(told):
    link = link_to(told.conversation, audience="anyone", with_reasoning=True)
    assert "Deep thoughts" in Client().get(path_of(link)).content.decode()


def test_the_page_is_kept_by_nobody_and_found_by_no_search(public):
    answer = Client().get(path_of(public))
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in answer.content.decode()
    assert answer["Referrer-Policy"] == "strict-origin"


def test_robots_are_told_to_stay_away(db):
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /\n" in answer.content.decode()


def test_the_page_has_nothing_to_press_but_what_a_reader_may(public):
    page = Client().get(path_of(public)).content.decode()
    assert "data-do=" not in page
    assert "<form" not in page
    assert page.count("<script") == 1


def test_words_of_the_conversation_cannot_become_markup(alice):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    told = answered(alice, evil, evil)
    Conversation.objects.update(title=evil)
    told.conversation.refresh_from_db()
    page = Client().get(path_of(link_to(told.conversation, audience="anyone"))).content.decode()
    assert "alert(1)" in page
    assert not re.search(r"<script>|<img", page)


def test_a_link_for_members_asks_a_stranger_to_sign_in_and_comes_back(told, bob, at):
    link = link_to(told.conversation)
    answer = Client().get(path_of(link))
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path_of(link)}"
    assert answer["Cache-Control"] == "private, no-store"
    assert "What is **that**?" in at(bob).get(path_of(link)).content.decode()


def test_public_links_ask_to_sign_in_once_they_are_switched_off(public, bob, at, settings):
    settings.SHARE_PUBLIC = False
    assert Client().get(path_of(public)).status_code == 302
    assert at(bob).get(path_of(public)).status_code == 200


def test_somebody_deactivated_is_a_stranger(told, bob, at):
    link = link_to(told.conversation)
    browser = at(bob)
    bob.is_active = False
    bob.save()
    assert browser.get(path_of(link)).status_code == 302


def test_all_that_cannot_be_read_looks_alike(told, public):
    ended = link_to(told.conversation, audience="anyone")
    Share.objects.filter(pk=ended.pk).update(expires_at=timezone.now())
    gone = link_to(told.conversation)
    for link in (public, gone):
        revoke(told.conversation, link.key)
    answers = [Client().get(path_of(link)) for link in (public, gone, ended)]
    answers += [Client().get(f"/s/{wrong}/") for wrong in ("x", "x" * 43, "%00", "é", "x" * 4000)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}


def test_a_long_conversation_is_read_in_parts(alice, monkeypatch):
    monkeypatch.setattr(shared, "MESSAGES", 2)
    told = answered(alice, "Question one", "Answer one")
    answered(alice, "Question two", "Answer two", conversation=told.conversation)
    path = path_of(link_to(told.conversation, audience="anyone"))
    first, second = (Client().get(path, {"page": n}).content.decode() for n in (1, 2))
    assert "Answer one" in first
    assert "Answer two" not in first
    assert "Answer two" in second
    assert Client().get(path, {"page": 3}).status_code == 404
    for rubbish in ("0", "-1", "x", "1e9", "²", "9" * 50, "\x00"):
        assert "Answer one" in Client().get(path, {"page": rubbish}).content.decode()


def test_who_reads_without_end_is_asked_to_wait_and_others_are_served(public, bob, at, monkeypatch):
    monkeypatch.setattr(shared, "READS_PER_MINUTE", 3)
    codes = [Client().get(f"/s/guess-{n}/").status_code for n in range(5)]
    assert codes[:2] == [404, 404]
    assert codes[-1] == 429
    assert Client().get(path_of(public), REMOTE_ADDR="10.0.0.9").status_code == 200
    assert at(bob).get(path_of(public)).status_code == 200


def test_a_shared_page_is_read_and_nothing_else(public):
    for method in ("put", "delete", "patch", "post"):
        assert getattr(Client(), method)(path_of(public)).status_code == 405
    assert Client().head(path_of(public)).status_code == 200


# ── going on with it ──


def copy_key(page: str) -> str:
    return re.search(r'name="copy" value="([^"]+)"', page)[1]


def test_a_member_goes_on_with_a_copy(told, bob, at):
    link = link_to(told.conversation)
    browser = at(bob)
    key = copy_key(browser.get(path_of(link)).content.decode())
    answers = [browser.post(path_of(link) + "take/", {"copy": key}) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"/c/{key}/"}
    page = browser.get(f"/c/{key}/").content.decode()
    assert "What is **that**?" in page
    assert Conversation.objects.filter(owner=bob).count() == 1


def test_a_strangers_copy_is_refused_and_so_is_one_without_the_token(told, public, bob, at):
    form = {"copy": str(uuid.uuid4())}
    assert Client().post(path_of(public) + "take/", form).status_code in (302, 401)
    assert at(bob, csrf=True).post(path_of(public) + "take/", form).status_code == 403
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("rubbish", ["", "x", "\x00", "1" * 5000])
def test_a_copy_of_nothing_or_by_rubbish_is_not_made(told, public, bob, at, rubbish):
    browser = at(bob)
    assert browser.post(path_of(public) + "take/", {"copy": rubbish}).status_code == 404
    assert browser.post("/s/nothing/take/", {"copy": str(uuid.uuid4())}).status_code == 404
    revoke(told.conversation, public.key)
    assert browser.post(path_of(public) + "take/", {"copy": str(uuid.uuid4())}).status_code == 404
    assert Conversation.objects.count() == 1


def test_a_copy_is_not_put_over_what_is_somebody_elses(told, public, bob, at):
    form = {"copy": str(told.conversation.key)}
    assert at(bob).post(path_of(public) + "take/", form).status_code == 404
    assert told.conversation.messages.count() == 2


# ── making ──

CHOICE = {"audience": "anyone", "until": "7"}


def test_the_dialog_says_what_will_be_visible(told, alice, at):
    answered(alice, "And more?", "No reasoning here", conversation=told.conversation)
    page = at(alice).get(f"/c/{told.conversation.key}/share/").content.decode()
    assert "The title and 4 messages" in page
    assert "Anyone with the link" in page


def test_making_a_link_gives_its_address_once_and_again(told, alice, at):
    browser = at(alice)
    page = browser.post(f"/c/{told.conversation.key}/share/make/", CHOICE).content.decode()
    address = re.search(r'value="(http[^"]+/s/[^"]+)"', page)[1]
    link = Share.objects.get()
    assert address.endswith(path_of(link))
    assert (link.audience, link.with_reasoning, link.with_name) == ("anyone", False, False)
    left = link.expires_at - timezone.now()
    assert datetime.timedelta(days=6, hours=23) < left <= datetime.timedelta(days=7)
    for path in (f"/c/{told.conversation.key}/share/", "/shared/"):
        assert address in browser.get(path).content.decode()


def test_the_address_begins_as_people_type_it_whatever_the_host_header_says(told, alice, at, settings):
    settings.ALLOWED_ORIGINS = ["https://chat.example.org"]
    settings.ALLOWED_HOSTS = ["*"]
    page = at(alice).post(f"/c/{told.conversation.key}/share/make/", CHOICE, HTTP_HOST="evil.example")
    assert b"https://chat.example.org/s/" in page.content
    assert b"evil.example" not in page.content


@pytest.mark.parametrize(
    ("until", "date", "end"),
    [
        ("never", "", None),
        ("date", "2099-02-28", datetime.datetime(2099, 3, 1, tzinfo=datetime.UTC)),
    ],
)
def test_a_link_lives_until_the_end_of_a_day_or_until_it_is_revoked(told, alice, at, until, date, end):
    form = {"audience": "members", "until": until, "date": date, "reasoning": "on", "name": "on"}
    assert at(alice).post(f"/c/{told.conversation.key}/share/make/", form).status_code == 200
    link = Share.objects.get()
    assert (link.expires_at, link.with_reasoning, link.with_name) == (end, True, True)


@pytest.mark.parametrize(
    "form",
    [
        {"audience": "anyone"},
        {"audience": "anyone", "until": "365"},
        {"audience": "anyone", "until": "date", "date": ""},
        {"audience": "anyone", "until": "date", "date": "31 February"},
        {"audience": "anyone", "until": "date", "date": "2020-01-01"},
        {"audience": "anyone", "until": "date", "date": "9999-12-31"},
        {"until": "7"},
    ],
)
def test_choices_that_make_no_sense_are_refused_in_words(told, alice, at, form):
    answer = at(alice).post(f"/c/{told.conversation.key}/share/make/", form)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Share.objects.exists()


def test_what_cannot_be_shared_says_so_in_the_dialog(told, alice, at):
    Conversation.objects.update(expires_at=timezone.now() + datetime.timedelta(days=1))
    page = at(alice).get(f"/c/{told.conversation.key}/share/").content.decode()
    assert "temporary chat cannot be shared" in page
    assert "<form" not in page


def test_a_revoked_link_is_listed_no_more(told, public, alice, at):
    browser = at(alice)
    answer = browser.post(f"/c/{told.conversation.key}/share/revoke/", {"link": public.key})
    assert answer.status_code == 200
    assert path_of(public).encode() not in answer.content + browser.get("/shared/").content
    assert Client().get(path_of(public)).status_code == 404


def test_revoking_from_the_page_of_all_links_comes_back_there(told, public, alice, at):
    form = {"link": public.key}
    answer = at(alice).post(f"/c/{told.conversation.key}/share/revoke/", form, headers={"accept": "text/html"})
    assert answer["Location"] == "/shared/"


def test_nobody_sees_or_revokes_a_link_of_somebody_else(told, public, bob, ada, at):
    for who in (bob, ada):
        browser = at(who)
        assert path_of(public).encode() not in browser.get("/shared/").content
        assert browser.get(f"/c/{told.conversation.key}/share/").status_code == 404
        answer = browser.post(f"/c/{told.conversation.key}/share/revoke/", {"link": public.key})
        assert answer.status_code == 404
    his = answered(bob)
    at(bob).post(f"/c/{his.conversation.key}/share/revoke/", {"link": public.key})
    assert Client().get(path_of(public)).status_code == 200


def test_the_page_of_all_links_is_read_in_steps(told, alice, at, monkeypatch):
    monkeypatch.setattr("chatapp.chat.views.sharing.PAGE", 2)
    links = [link_to(told.conversation) for _ in range(3)]
    browser = at(alice)
    first = browser.get("/shared/").content.decode()
    assert [path_of(link) in first for link in links] == [False, True, True]
    more = re.search(r'href="(\?before=\d+)"', first)[1]
    assert path_of(links[0]) in browser.get(f"/shared/{more}").content.decode()
    assert browser.get("/shared/?before=x").status_code == 200
