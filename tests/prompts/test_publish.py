"""Labels: moving one is publishing. `production` is never missing once it stands, whatever is done."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.accounts.refused import Refused
from chatapp.audit.models import Entry
from chatapp.prompts import access, bring_in, create, files, publish, team_default
from chatapp.prompts.models import Grant, Label, LabelMove, Right
from tests.prompts.writing import group, published, version, written

pytestmark = pytest.mark.django_db


def stands(prompt, name=Label.PRODUCTION):
    found = Label.objects.filter(prompt=prompt, name=name).select_related("version").first()
    return found.version.number if found else None


def test_publishing_moves_the_label_with_who_when_and_why(eddi):
    prompt = published(eddi)
    version(prompt, eddi, "Two")
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "  Better \n answers ")
    assert stands(prompt) == 2
    last = LabelMove.objects.filter(prompt=prompt, label=Label.PRODUCTION).latest("id")
    assert (last.before.number, last.after.number, last.by, last.why) == (1, 2, eddi, "Better answers")
    entry = Entry.objects.filter(action="prompt.label").latest("number")
    assert entry.detail == {"label": "production", "before": 1, "after": 2}
    assert entry.reason == "Better answers"


def test_a_rollback_is_a_move_like_any_other(eddi):
    prompt = published(eddi)
    version(prompt, eddi, "Two")
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "New")
    publish.move(prompt, Label.PRODUCTION, 1, eddi, "Back")
    assert stands(prompt) == 1
    moves = LabelMove.objects.filter(prompt=prompt, label=Label.PRODUCTION).order_by("id")
    assert [m.after.number for m in moves] == [1, 2, 1]


@pytest.mark.parametrize(
    ("label", "number", "why", "field"),
    [
        ("production", 1, "", "why"),
        ("production", 1, "x" * 501, "why"),
        ("production", 99, "x", "number"),
        ("production", 1, "again", "number"),
        ("draft", 1, "x", "label"),
        ("No Good", 1, "x", "label"),
        ("", 1, "x", "label"),
    ],
)
def test_what_cannot_be_moved_is_refused_beside_its_field(eddi, label, number, why, field):
    prompt = published(eddi)
    moves = LabelMove.objects.count()
    with pytest.raises(Refused) as refused:
        publish.move(prompt, label, number, eddi, why)
    assert refused.value.field == field
    assert LabelMove.objects.count() == moves


@pytest.mark.parametrize("label", [Label.PRODUCTION, Label.DRAFT, "never-there"])
def test_production_and_draft_cannot_be_taken_away(eddi, label):
    prompt = published(eddi)
    with pytest.raises(Refused):
        publish.remove(prompt, label, eddi, "x")
    assert stands(prompt) == 1


def test_own_labels_come_and_go_and_the_history_keeps_both(eddi):
    prompt = written(eddi)
    publish.move(prompt, "for-support", 1, eddi, "Asked for")
    publish.remove(prompt, "for-support", eddi, "No longer")
    assert stands(prompt, "for-support") is None
    last = LabelMove.objects.filter(label="for-support").latest("id")
    assert (last.before.number, last.after) == (1, None)


def test_without_the_right_nothing_is_published(eddi, alice):
    prompt = published(eddi)
    version(prompt, eddi, "Two")
    writers = group("Writers", alice)
    Grant.objects.create(prompt=prompt, right=Right.EDIT, group=writers)
    version(prompt, alice, "Three")
    with pytest.raises(Refused, match="may not publish"):
        publish.move(prompt, Label.PRODUCTION, 3, alice, "x")
    publish.move(prompt, Label.STAGING, 3, alice, "A look, please")
    assert (stands(prompt), stands(prompt, Label.STAGING)) == (1, 3)
    Grant.objects.create(prompt=prompt, right=Right.PUBLISH, group=writers)
    publish.move(prompt, Label.PRODUCTION, 3, alice, "Now I may")
    assert stands(prompt) == 3


def test_a_right_taken_away_while_the_page_is_open_ends_at_the_deed(eddi):
    prompt = published(eddi)
    version(prompt, eddi, "Two")
    eddi.role = "member"
    eddi.save(update_fields=["role"])
    with pytest.raises(Refused, match="may not publish"):
        publish.move(prompt, Label.PRODUCTION, 2, eddi, "x")


# ── four eyes ──


def test_under_four_eyes_the_author_publishes_by_no_door(eddi, ada):
    prompt = published(eddi)
    access.switch_four_eyes(prompt, eddi, True, "Audit")
    own = version(prompt, eddi, "Two")
    doors = [
        lambda: publish.move(prompt, Label.PRODUCTION, own.number, eddi, "x"),
        lambda: publish.move(prompt, Label.PRODUCTION, own.number, eddi, "Rollback"),
    ]
    for door in doors:
        with pytest.raises(Refused, match="somebody else has to publish"):
            door()
    # Nor by switching the rule off: only administrators may, and the version keeps it.
    with pytest.raises(Refused, match="Only administrators"):
        access.switch_four_eyes(prompt, eddi, False, "In a hurry")
    access.switch_four_eyes(prompt, ada, False, "In a hurry")
    prompt.refresh_from_db()
    with pytest.raises(Refused, match="somebody else has to publish"):
        doors[0]()
    # Nor by bringing the same words in as a file: that is a version of whoever brings it in, published by nobody.
    text = files.write(prompt, own).replace("Two", "Two again")
    report = bring_in.bring_in([("two.md", text.encode())], eddi, dry_run=False)
    assert report.added
    assert stands(prompt) == 1
    publish.move(prompt, Label.PRODUCTION, own.number, ada, "Read it")
    assert stands(prompt) == 2


def test_under_four_eyes_a_rollback_to_ones_own_version_needs_another_too(eddi, ada):
    prompt = written(eddi)
    access.switch_four_eyes(prompt, eddi, True, "Audit")
    publish.move(prompt, Label.PRODUCTION, 1, ada, "Fine")
    version(prompt, ada, "Ada's")
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "Fine")
    with pytest.raises(Refused, match="somebody else"):
        publish.move(prompt, Label.PRODUCTION, 1, eddi, "Back to mine")
    publish.move(prompt, Label.PRODUCTION, 1, ada, "Back")
    assert stands(prompt) == 1


def test_who_may_not_publish_switches_no_rule(eddi, alice):
    prompt = published(eddi)
    Grant.objects.create(prompt=prompt, right=Right.EDIT, group=group("Writers", alice))
    with pytest.raises(Refused, match="may not publish"):
        access.switch_four_eyes(prompt, alice, True, "x")
    with pytest.raises(Refused, match="may not publish"):
        access.grant(prompt, alice, {})


# ── never missing ──

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["save", "move", "remove", "archive", "bring_back", "eyes_on", "eyes_off", "default", "grant"]
        ),
        st.sampled_from(["production", "staging", "draft", "own", ""]),
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_deeds_leaves_production_unset(eddi, ada, steps):
    prompt = published(eddi, name="Never missing")
    for n, (deed, label, number, is_ada) in enumerate(steps):
        by = ada if is_ada else eddi
        prompt.refresh_from_db()
        try:
            match deed:
                case "save":
                    version(prompt, by, f"Text {n}")
                case "move":
                    publish.move(prompt, label, number, by, "why")
                case "remove":
                    publish.remove(prompt, label, by, "why")
                case "archive":
                    create.archive(prompt, by)
                case "bring_back":
                    create.bring_back(prompt, by)
                case "eyes_on" | "eyes_off":
                    access.switch_four_eyes(prompt, by, deed == "eyes_on", "why")
                case "default":
                    team_default.choose(prompt if number else None, by)
                case "grant":
                    access.grant(prompt, by, {"use": ["everyone"] if number else []})
        except Refused:
            pass
        standing = Label.objects.filter(prompt=prompt, name=Label.PRODUCTION).select_related("version").get()
        assert standing.version.prompt_id == prompt.pk
        last = LabelMove.objects.filter(prompt=prompt, label=Label.PRODUCTION).latest("id")
        assert last.after_id == standing.version_id
    team_default.choose(None, ada)
