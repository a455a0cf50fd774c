"""Every address below /team/, taken from the URLconf: for administrators alone, by whichever door one comes."""

import datetime

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from chatapp.accounts.invite import invite
from chatapp.accounts.models import Group, ReviewGrant
from chatapp.audit.models import Entry
from tests.conversations.stories import answered

pytestmark = pytest.mark.django_db
DOORS = {
    "page": {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"},
    "htmx": {"HX-Request": "true", "Accept": "*/*"},
    "json": {"Accept": "application/json", "Sec-Fetch-Mode": "cors"},
}
FORM = {
    "email": "new@example.org",
    "role": "admin",
    "name": "Mine now",
    "on": "false",
    "scope": "everyone",
    "reason": "Mine now",
    "first": "2030-01-01",
    "last": "2030-02-01",
    "may_export": "on",
    "form": "csv",
    "temperature": "0.3",
}


def patterns(resolver=None, before="", space=""):
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and route.startswith("team/"):
            yield f"{space}{one.name}", one


TEAM = dict(patterns())
NAMES = sorted(TEAM)


@pytest.fixture
def world(ada, alice, rita):
    """Things for the addresses to be about: ids by the names of the routes' arguments."""
    group = Group.objects.create(name="Legal")
    group.memberships.create(user=alice)
    until = timezone.now() + datetime.timedelta(days=3)
    grant = ReviewGrant.objects.create(reviewer=rita, group=group, until=until, reason="Quality", granted_by=ada)
    invitation, _ = invite("nora@example.org", by=ada)
    answered(alice, "What nobody may read here?", "Words of Alice alone.")
    return {
        "user_id": alice.pk,
        "group_id": group.pk,
        "grant_id": grant.pk,
        "invitation_id": invitation.pk,
        "session_id": 1,
        "user": alice.pk,
        "reviewer": rita.pk,
    }


def address(name, world):
    arguments = {argument: world[argument] for argument in TEAM[name].pattern.converters}
    return reverse(name, kwargs=arguments)


def form(world):
    return FORM | {"user": world["user"], "reviewer": world["reviewer"], "groups": [world["group_id"]]}


def everything():
    models = [m for m in apps.get_models() if m.__module__.startswith("chatapp.")]
    return {m.__name__: sorted(map(str, m.objects.values())) for m in models}


def test_the_addresses_are_known():
    assert len(NAMES) > 20
    assert {"accounts:team", "accounts:group", "administration:audit", "chat:recording"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["alice", "eddi", "rita"])
def test_no_other_role_comes_in_by_any_door_or_changes_anything(world, name, who, request):
    browser = Client()
    browser.force_login(request.getfixturevalue(who))
    before = everything()
    for headers in DOORS.values():
        for answer in (
            browser.get(address(name, world), headers=headers),
            browser.post(address(name, world), form(world), headers=headers),
        ):
            assert answer.status_code in (403, 405)
            assert b"Legal" not in answer.content
            assert b"nora@" not in answer.content
    assert everything() == before


@pytest.mark.parametrize("name", NAMES)
def test_who_is_signed_out_or_deactivated_is_sent_to_sign_in(world, name, ada):
    gone = Client()
    gone.force_login(ada)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    before = everything()
    for browser in (Client(), gone):
        for headers in DOORS.values():
            for answer in (
                browser.get(address(name, world), headers=headers),
                browser.post(address(name, world), form(world), headers=headers),
            ):
                assert answer.status_code in (302, 401, 405)
                if answer.status_code == 302:
                    assert answer["Location"].startswith("/accounts/login/?next=")
    assert everything() == before


@pytest.mark.parametrize("name", NAMES)
def test_an_administrator_is_let_in_and_reads_no_conversation(world, name, ada):
    browser = Client()
    browser.force_login(ada)
    answers = [browser.get(address(name, world), headers=headers) for headers in DOORS.values()]
    answers += [browser.post(address(name, world), form(world), headers=headers) for headers in DOORS.values()]
    for answer in answers:
        assert answer.status_code in (200, 302, 405, 422)
        content = b"" if answer.streaming else answer.content
        assert b"Words of Alice" not in content
        assert b"nobody may read" not in content


@pytest.mark.parametrize("name", NAMES)
def test_looking_changes_nothing_and_is_kept_in_no_cache(world, name, ada):
    browser = Client()
    browser.force_login(ada)
    before = everything()
    answer = browser.get(address(name, world))
    if answer.status_code != 405:
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    assert everything() == before


@pytest.mark.parametrize("name", NAMES)
def test_every_post_needs_the_token(world, name, ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    before = everything()
    assert browser.post(address(name, world), form(world)).status_code in (403, 405)
    assert everything() == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rubbish", ["\x00", "x" * 10_000, "1e999", "-1", "é", '{"a": 1}', "9999-12-31"])
def test_rubbish_is_refused_in_words_and_never_an_error(world, name, rubbish, ada):
    browser = Client()
    browser.force_login(ada)
    told = dict.fromkeys(
        [*FORM, "user", "reviewer", "groups", "who", "about", "action", "before", "page"], rubbish
    )
    assert browser.post(address(name, world), told).status_code in (200, 302, 405, 422)
    assert browser.get(address(name, world), told).status_code in (200, 405)


def test_what_an_administrator_does_is_recorded(world, ada):
    browser = Client()
    browser.force_login(ada)
    written = {}
    for name in NAMES:
        before = Entry.objects.count()
        browser.post(address(name, world), form(world))
        written[name] = Entry.objects.count() - before
    posts = {name for name in NAMES if browser.get(address(name, world)).status_code == 405}
    idle = {name for name in posts if not written[name]}
    # Nothing to do by the time its turn came: everything of Alice's had ended with an earlier step.
    assert idle <= {
        "accounts:team_end_session", "accounts:group_enter", "accounts:group_leave", "accounts:group_rename",
        "accounts:review_revoke", "accounts:team_groups", "accounts:team_invite", "accounts:team_password_link",
        "accounts:review_grant",
    }  # fmt: skip
