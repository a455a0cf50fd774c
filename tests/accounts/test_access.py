"""Who may see a page, and which open sockets must end."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone

from chatapp.accounts.access import (
    Connection,
    admin_required,
    editor_required,
    may_administer,
    may_edit_prompts,
    may_publish_prompts,
    may_review,
    member_required,
    no_longer_valid,
    reviewer_required,
)
from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate
from chatapp.accounts.models import User
from chatapp.accounts.signout_everywhere import signout_everywhere

PAGE = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
FETCH = {"Sec-Fetch-Mode": "cors", "Accept": "*/*"}
PLAIN_FETCH = {"Accept": "*/*"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/c/1/?x=1", "Sec-Fetch-Mode": "cors"}


@member_required
def members_page(request):
    return HttpResponse("in")


@admin_required
def admins_page(request):
    return HttpResponse("in")


@member_required
async def members_async_page(request):
    return HttpResponse(request.user.email)


@pytest.fixture
def ask(rf):
    def ask(view, user, headers, method="get"):
        request = getattr(rf, method)("/somewhere/?q=1", headers=headers)
        request.user = user
        return view(request)

    return ask


@pytest.mark.parametrize("view", [members_page, admins_page])
def test_a_page_sends_the_signed_out_to_sign_in_and_back(ask, view):
    response = ask(view, AnonymousUser(), PAGE)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/somewhere/%3Fq%3D1")


@pytest.mark.parametrize("headers", [FETCH, PLAIN_FETCH])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fetch_of_the_signed_out_gets_a_sentence(ask, headers, method):
    response = ask(members_page, AnonymousUser(), headers, method)
    assert response.status_code == 401
    assert json.loads(response.content)["error"].startswith("You are signed out")
    assert "HX-Redirect" not in response


def test_htmx_of_the_signed_out_is_sent_to_sign_in_and_back_to_its_page(ask):
    response = ask(members_page, AnonymousUser(), HTMX, "post")
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fc%2F1%2F"


def test_a_foreign_current_url_names_no_foreign_place(ask):
    response = ask(members_page, AnonymousUser(), HTMX | {"HX-Current-URL": "https://evil.example/c/"})
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fc%2F"


def test_an_inactive_user_counts_as_signed_out(ask, alice):
    alice.is_active = False
    assert ask(members_page, alice, FETCH).status_code == 401


def test_members_are_let_in_but_not_to_the_administrators_page(ask, alice, rita):
    for user in (alice, rita):
        assert ask(members_page, user, PAGE).content == b"in"
        assert ask(admins_page, user, FETCH).status_code == 403
        with pytest.raises(PermissionDenied):
            ask(admins_page, user, PAGE)


def test_administrators_are_let_in(ask, ada):
    assert ask(admins_page, ada, PAGE).content == b"in"


@editor_required
def editors_page(request):
    return HttpResponse("in")


@reviewer_required
def reviewers_page(request):
    return HttpResponse("in")


RIGHTS = {
    "members": ("alice", "eddi", "rita", "ada"),
    "editors": ("eddi", "ada"),
    "reviewers": ("rita",),
    "admins": ("ada",),
}


@pytest.mark.parametrize("page", RIGHTS)
@pytest.mark.parametrize("who", ["alice", "eddi", "rita", "ada"])
def test_each_right_opens_its_door_and_no_other(ask, page, who, request):
    user = request.getfixturevalue(who)
    view = globals()[f"{page}_page"]
    for headers in (FETCH, PLAIN_FETCH, HTMX):
        assert ask(view, user, headers).status_code == (200 if who in RIGHTS[page] else 403)
    user.is_active = False
    assert ask(view, user, FETCH).status_code == 401


def test_who_edits_prompts_publishes_them_and_reviews_nothing(alice, eddi, rita, ada):
    people = (AnonymousUser(), alice, eddi, rita, ada)
    assert [may_edit_prompts(user) for user in people] == [False, False, True, False, True]
    assert [may_publish_prompts(user) for user in people] == [False, False, True, False, True]
    assert [may_review(user) for user in people] == [False, False, False, True, False]


def test_who_may_administer(alice, rita, ada):
    assert [may_administer(user) for user in (AnonymousUser(), alice, rita, ada)] == [False] * 3 + [True]
    ada.is_active = False
    assert not may_administer(ada)


@pytest.mark.django_db(transaction=True)
async def test_async_views_are_guarded_alike(async_rf, alice):
    async def as_alice():
        return alice

    async def as_nobody():
        return AnonymousUser()

    request = async_rf.get("/", headers=FETCH)
    request.auser = as_alice
    assert (await members_async_page(request)).content == b"alice@example.org"
    request.auser = as_nobody
    assert (await members_async_page(request)).status_code == 401


# ── open sockets ─────────────────────────────────────────────────────────────────────────────
def socket(user, client) -> Connection:
    client.force_login(user)
    user.refresh_from_db()
    return Connection(user.pk, user.auth_epoch, client.session.session_key)


@pytest.fixture
def sockets(alice, bob, client_of):
    return {name: socket(user, client_of(name)) for name, user in (("alice", alice), ("bob", bob))}


@pytest.fixture
def client_of():
    """A browser per name."""
    from django.test import Client

    clients = {}
    return lambda name: clients.setdefault(name, Client())


def ended(sockets):
    gone = no_longer_valid(sockets.values())
    return {name for name, connection in sockets.items() if connection in gone}


def test_sockets_stay_while_the_sessions_do(sockets):
    assert ended(sockets) == set()


def test_signing_out_ends_the_sockets_of_that_browser_alone(sockets, alice, client_of):
    sockets["alice's phone"] = socket(alice, client_of("phone"))
    client_of("phone").post("/accounts/logout/")
    assert ended(sockets) == {"alice's phone"}


def test_signing_out_everywhere_ends_all_sockets_of_the_user(sockets, alice, client_of):
    sockets["alice's phone"] = socket(alice, client_of("phone"))
    signout_everywhere(alice.pk, by=alice)
    assert ended(sockets) == {"alice", "alice's phone"}


def test_deactivation_ends_the_sockets(sockets, alice, ada):
    deactivate(alice.pk, by=ada)
    assert ended(sockets) == {"alice"}


def test_a_socket_that_a_reactivated_user_left_open_stays_ended(sockets, alice, ada):
    deactivate(alice.pk, by=ada)
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert ended(sockets) == {"alice"}


def test_a_new_role_ends_the_sockets(sockets, alice, ada):
    change_role(alice.pk, "reviewer", by=ada)
    assert ended(sockets) == {"alice"}


def test_a_new_password_ends_the_sockets(sockets, alice):
    alice.set_password("another password 1")
    alice.save()
    assert ended(sockets) == {"alice"}


def test_an_expired_session_ends_the_socket(sockets):
    Session.objects.filter(session_key=sockets["bob"].session_key).update(expire_date=timezone.now())
    assert ended(sockets) == {"bob"}


def test_a_deleted_user_ends_the_socket(sockets, bob):
    bob.delete()
    assert ended(sockets) == {"bob"}


def test_a_thousand_sockets_take_two_queries(alice, django_assert_num_queries):
    store = SessionStore()
    store.create()
    many = [Connection(alice.pk, 0, store.session_key)]
    many += [Connection(n + 1_000_000, 0, f"key{n}") for n in range(1000)]
    with django_assert_num_queries(2):
        assert no_longer_valid(many) == set(many[1:])
    with django_assert_num_queries(0):
        assert no_longer_valid([]) == set()
