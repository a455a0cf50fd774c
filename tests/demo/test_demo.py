"""The demonstration: believable, the same for the same seed, and never among real people by mistake."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chatapp.accounts.access import may_export, review_scope
from chatapp.accounts.models import Group, ReviewGrant, Role, User
from chatapp.audit.models import Entry
from chatapp.audit.verify import verify
from chatapp.conversations.finding import index
from chatapp.conversations.finding.search import search
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.receipt import rebuild
from chatapp.feedback.models import Rating, Signal
from chatapp.feedback.versions import figures
from chatapp.prompts.models import Defaults, LabelMove, Prompt
from chatapp.review import facts
from chatapp.review.models import Facts, Mark, SavedView, Visit

pytestmark = pytest.mark.django_db


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **{"size": 1500, "days": 30} | options)
    return out.getvalue()


def test_a_team_with_all_roles_and_months_of_conversations(client):
    told = demo()
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert 1200 < Message.objects.count() < 1800
    assert set(Reply.objects.values_list("state", flat=True)) == {"complete", "stopped", "interrupted", "failed"}
    assert Reply.objects.filter(finish_reason="length").exists()
    assert Reply.objects.filter(way="retry").exists()
    assert set(Rating.objects.values_list("thumb", flat=True)) == {"up", "down"}
    assert set(Signal.objects.values_list("kind", flat=True)) == {"regenerate", "stop", "edit", "copy"}
    days = set(Conversation.objects.values_list("created__date", flat=True))
    assert len(days) > 15
    assert verify().broken is None
    address, password = told.splitlines()[-13].split()[:2]
    assert (
        client.login(email=address, password=password)
        or client.post("/accounts/login/", {"login": address, "password": password}).status_code == 302
    )


def test_every_conversation_hangs_together():
    demo(size=600)
    for conversation in Conversation.objects.select_related("leaf"):
        assert conversation.leaf.conversation_id == conversation.pk
        assert conversation.created < conversation.updated
    for message in Message.objects.select_related("parent"):
        if message.parent is not None:
            assert message.parent.conversation_id == message.conversation_id
            assert message.parent.role != message.role
            assert message.parent.created <= message.created
    for reply in Reply.objects.select_related("message"):
        assert reply.message.role == "assistant"
        assert reply.created < reply.started_at < reply.ended_at
        assert rebuild(reply)[1]


def test_what_was_said_is_found_and_nothing_is_left_to_index():
    demo(size=600)
    assert index.some() == 0
    message = Message.objects.filter(role="user", conversation__deleted_at=None).first()
    owner = message.conversation.owner
    found = search(owner, " ".join(message.text.split()[:3]))
    assert found.messages or found.titles


def test_the_reviewer_has_a_scope_and_may_export_some():
    demo(size=100)
    rita = User.objects.get(email__startswith="rita.")
    assert len(review_scope(rita)) == User.objects.count()
    assert may_export(rita)


def test_prompts_have_versions_moves_a_rollback_and_figures_that_differ():
    demo(size=4000, days=120)
    assert Prompt.objects.count() >= 8
    reply = Prompt.objects.get(slug="reply-to-a-customer")
    moves = list(
        LabelMove.objects.filter(prompt=reply, label="production")
        .order_by("pk")
        .values_list("after__number", flat=True)
    )
    assert moves == [1, 2, 3, 2, 4]
    assert Prompt.objects.filter(archived_at__isnull=False).exists()
    assert Prompt.objects.filter(four_eyes=True).exists()
    assert Defaults.objects.get(owner=None).prompt.slug == "house-style"
    minutes = Prompt.objects.get(slug="meeting-minutes")
    by_number = {f.version.number: f for f in figures(minutes.versions.all())}
    assert all(f.answers > 20 for f in by_number.values())
    assert by_number[2].cut.differs_from(by_number[3].cut)
    told = {f.version.number: f for f in figures(reply.versions.all())}
    assert told[3].thumbs_up.share < told[4].thumbs_up.share
    assert not Reply.objects.filter(prompt_version__isnull=False, prompt_named=None).exists()


def test_an_answer_was_told_what_was_in_production_then():
    demo(size=1500, days=60)
    counted = 0
    for answer in Reply.objects.filter(prompt_version__isnull=False).select_related("prompt_version"):
        moves = LabelMove.objects.filter(
            prompt=answer.prompt_version.prompt_id, label="production", at__lte=answer.created
        )
        assert moves.order_by("-at").first().after_id == answer.prompt_version_id
        counted += 1
    assert counted > 200


def test_reviewers_have_read_scored_commented_and_corrected_and_everyone_can_see_why():
    demo(size=1500, days=60)
    kinds = {"score", "label", "comment", "correction", "reviewed"}
    assert set(Mark.objects.standing().values_list("kind", flat=True)) == kinds
    assert set(Visit.objects.values_list("kind", flat=True)) == {"opened", "found"}
    assert not Visit.objects.filter(reason="").exists()
    assert ReviewGrant.objects.filter(ended_at__isnull=False).exists()
    assert SavedView.objects.count() >= 4
    assert {Facts.Reviewed.NO, Facts.Reviewed.YES} <= set(Facts.objects.values_list("reviewed", flat=True))
    assert facts.some() == 0
    for visit in Visit.objects.filter(kind="opened").select_related("conversation"):
        assert visit.begun <= visit.ended_at
    times = list(Entry.objects.order_by("number").values_list("at", flat=True))
    assert times == sorted(times)
    assert verify().broken is None


PAGES = {
    "ada.": [
        "/team/", "/team/groups/", "/team/reviews/", "/team/audit/", "/team/defaults/", "/team/usage/",
        "/team/health/", "/prompts/",
    ],
    "eddi.": ["/prompts/", "/prompts/new/", "/prompts/import/"],
    "rita.": ["/review/", "/review/?thumb=down", "/review/views/", "/review/rubric/", "/review/export/"],
}  # fmt: skip
OF_A_PROMPT = (
    "",
    "edit/",
    "history/",
    "versions/1/",
    "compare/?a=1&b=1",
    "publish/?number=1",
    "try/",
    "figures/",
    "rules/",
)


def test_every_page_of_prompts_review_and_team_has_something_to_show(client):
    demo(size=1500, days=60)
    conversation = Mark.objects.filter(kind="score").latest("pk").conversation
    member = User.objects.get(email__startswith="alice.")
    group = Group.objects.get(name="Support")
    more = {
        "ada.": [f"/team/{member.pk}/", f"/team/groups/{group.pk}/"],
        "eddi.": [f"/prompts/p/{p.slug}/{tail}" for p in Prompt.objects.all() for tail in OF_A_PROMPT],
        "rita.": [f"/review/c/{conversation.key}/"],
    }
    for who, pages in PAGES.items():
        client.force_login(User.objects.get(email__startswith=who))
        for address in (*pages, *more[who]):
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, address
            assert len(answer.content) > 1000, address
    seen = client.get("/review/?reviewed=yes").content.decode()
    assert seen.count("/review/c/") > 3
    client.force_login(User.objects.get(email__startswith="eddi."))
    history = client.get("/prompts/p/reply-to-a-customer/history/").content.decode()
    assert "half of the thumbs point down" in history
    figures_page = client.get("/prompts/p/reply-to-a-customer/figures/?days=90").content.decode()
    assert "%" in figures_page


def test_the_same_seed_tells_the_same_story_and_another_another():
    from django.db import transaction

    told = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            demo(size=300, seed=seed)
            told.append(list(Message.objects.order_by("pk").values_list("key", "text")))
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_it_is_not_put_among_real_people_by_mistake(alice):
    with pytest.raises(CommandError, match="There are people"):
        demo()
    assert list(User.objects.all()) == [alice]
    demo(size=100, force=True)
    assert User.objects.count() == 14


def test_it_is_not_told_twice():
    demo(size=100)
    with pytest.raises(CommandError, match="already"):
        demo(size=100, force=True)


@pytest.mark.parametrize("wrong", [{"size": 99}, {"size": 1_000_001}, {"days": 1}])
def test_sizes_out_of_reach_are_refused(wrong):
    with pytest.raises(CommandError, match="--size"):
        demo(**wrong)
    assert not User.objects.exists()
