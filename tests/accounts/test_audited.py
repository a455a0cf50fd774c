"""Every deed of this room leaves one row in the audit log, and a refused one leaves none."""

import pytest
from django.test import Client

from chatapp.accounts.change_role import change_role
from chatapp.accounts.deactivate import deactivate, reactivate
from chatapp.accounts.invite import invite, revoke_invitation
from chatapp.accounts.join import join
from chatapp.accounts.models import Group
from chatapp.accounts.password_link import make_password_link, use_password_link
from chatapp.accounts.refused import Refused
from chatapp.accounts.rename import rename
from chatapp.accounts.setup import create_first_admin, issue_setup_link
from chatapp.accounts.signout_everywhere import signout_everywhere
from chatapp.audit.models import Entry
from chatapp.audit.verify import verify
from chatapp.feedback import recording
from chatapp.prompts import defaults
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def left():
    """The rows written since the last call, as (action, actor, subject) and with their details by action."""
    seen = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0

    def rows():
        nonlocal seen
        new = list(Entry.objects.filter(number__gt=seen))
        seen = max([seen, *(row.number for row in new)])
        return [(row.action, row.actor_name, row.subject_label) for row in new]

    yield rows
    assert verify().broken is None


def last() -> Entry:
    return Entry.objects.order_by("-number")[0]


ALICE = "Alice <alice@example.org>"


def test_roles_and_deactivation(ada, alice, left):
    change_role(alice.pk, "editor", by=ada)
    change_role(alice.pk, "editor", by=ada)
    assert left() == [("member.role", "Ada", ALICE)]
    assert last().detail == {"before": "member", "after": "editor"}
    deactivate(alice.pk, by=ada)
    deactivate(alice.pk, by=ada)
    reactivate(alice.pk, by=ada)
    reactivate(alice.pk, by=ada)
    assert left() == [("member.deactivated", "Ada", ALICE), ("member.reactivated", "Ada", ALICE)]


def test_what_is_refused_leaves_no_row(ada, alice, bob, left):
    for deed in (
        lambda: change_role(alice.pk, "admin", by=bob),
        lambda: change_role(ada.pk, "member", by=ada),
        lambda: deactivate(ada.pk, by=ada),
        lambda: reactivate(ada.pk, by=alice),
        lambda: invite("new@example.org", by=bob),
        lambda: invite("alice@example.org", by=ada),
        lambda: invite("new@example.org", groups=[99], by=ada),
        lambda: make_password_link(alice.pk, by=bob),
        lambda: signout_everywhere(alice.pk, by=bob),
        lambda: use_password_link("nothing", PASSWORD),
        lambda: join("nothing", name="Eve", password=PASSWORD),
    ):
        with pytest.raises(Refused):
            deed()
    assert left() == []


def test_invitations_and_who_joins_by_them(ada, left):
    group = Group.objects.create(name="Legal")
    _, token = invite("new@example.org", "editor", groups=[group.pk], by=ada)
    other, _ = invite("other@example.org", by=None)
    revoke_invitation(other.pk, by=ada)
    assert not revoke_invitation(other.pk, by=ada)
    user = join(token, name="Nina", password=PASSWORD)
    assert left() == [
        ("member.invited", "Ada", "new@example.org"),
        ("member.invited", "", "other@example.org"),
        ("member.invitation_revoked", "Ada", "other@example.org"),
        ("member.joined", "Nina", "Nina <new@example.org>"),
    ]
    assert last().detail == {"role": "editor", "groups": ["Legal"]}
    assert list(user.groups.all()) == [group]
    assert token not in "".join(Entry.objects.values_list("detail_json", flat=True))


def test_the_first_administrator(left):
    create_first_admin(issue_setup_link(), email="a@example.org", name="Ada", password=PASSWORD)
    assert left() == [("member.first", "Ada", "Ada <a@example.org>")]


def test_links_to_a_new_password_and_their_use(ada, alice, left):
    token = make_password_link(alice.pk, by=ada)
    use_password_link(token, "another password 1")
    assert left() == [("member.password_link", "Ada", ALICE), ("account.password_changed", "Alice", ALICE)]


def test_names(alice, left):
    rename(alice.pk, "Alice")
    rename(alice.pk, "Alicia")
    assert left() == [("account.renamed", "Alicia", "Alicia <alice@example.org>")]
    assert last().detail == {"before": "Alice"}


def test_signing_out_everywhere_by_oneself_and_by_an_administrator(ada, alice, left):
    signout_everywhere(alice.pk, by=alice)
    signout_everywhere(alice.pk, by=ada)
    assert left() == [("account.sessions_ended", "Alice", ALICE), ("member.sessions_ended", "Ada", ALICE)]


def sign_in(client, email="alice@example.org", password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_in_and_out_through_the_door(alice, left):
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"})
    assert sign_in(client).status_code == 302
    assert left() == [("account.signed_in", "Alice", ALICE)]
    assert last().detail == {"ip": "127.0.0.1", "browser": "Firefox on Linux"}
    client.post("/accounts/logout/")
    client.post("/accounts/logout/")
    assert left() == [("account.signed_out", "Alice", ALICE)]


def test_a_session_ended_on_the_own_page(alice, left):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    here.get("/me/")
    there.get("/me/")
    left()
    from allauth.usersessions.models import UserSession

    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/me/sessions/{other.pk}/end/").status_code == 302
    assert left() == [("account.session_ended", "Alice", ALICE)]


def test_sign_ins_that_fail_say_why_and_keep_no_password(alice, ada, left):
    sign_in(Client(), password="Not the password 7")
    assert left() == [("account.sign_in_failed", "", ALICE)]
    assert last().detail["why"] == "password"
    sign_in(Client(), email="nobody@example.org")
    assert left() == [("account.sign_in_failed", "", "nobody@example.org")]
    assert last().detail["why"] == "unknown address"
    deactivate(alice.pk, by=ada)
    left()
    sign_in(Client())
    assert left() == [("account.sign_in_failed", "", ALICE)]
    assert "Not the password 7" not in "".join(Entry.objects.values_list("detail_json", flat=True))


def test_a_password_changed_on_the_own_page(alice, left):
    client = Client()
    sign_in(client)
    left()
    new = "a quite different one 5"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert left() == [("account.password_changed", "Alice", ALICE)]
    assert last().detail == {"way": "own page"}


def test_a_sign_in_that_cannot_be_recorded_does_not_happen(alice, monkeypatch):
    from chatapp.accounts import adapter

    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(adapter, "record", full)
    client = Client(raise_request_exception=False)
    assert sign_in(client).status_code == 500
    assert client.get("/me/").status_code == 302


def test_team_defaults_and_signals(ada, alice, left):
    defaults.keep({"temperature": 0.5}, by=ada)
    defaults.keep({"temperature": 0.5}, by=ada)
    defaults.keep({"seed": 1}, alice, by=alice)
    assert left() == [("settings.team_defaults", "Ada", "")]
    assert last().detail == {"temperature": {"before": None, "after": 0.5}}
    defaults.replace({"system_prompt": "x" * 300}, by=ada)
    assert last().detail["system_prompt"]["after"] == "x" * 200 + "…"
    defaults.clear(by=ada)
    defaults.clear(by=ada)
    recording.turn(False, by=ada)
    assert left() == [("settings.team_defaults", "Ada", "")] * 2 + [("settings.signals", "Ada", "")]
