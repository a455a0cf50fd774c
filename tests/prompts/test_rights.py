"""Who may see, use, edit and publish a prompt: by role, and by what it grants to everyone or to groups."""

import pytest

from chatapp.accounts.refused import Refused
from chatapp.audit.models import Entry
from chatapp.prompts import access, create, favourites, library, rights
from chatapp.prompts.models import Favourite, Grant, Prompt, Right
from tests.prompts.writing import group, published, written

pytestmark = pytest.mark.django_db


def rights_of(user, prompt):
    return {right.value for right in Right if rights.may(user, prompt, right)}


def test_editors_and_administrators_may_do_everything_and_reviewers_no_more_than_members(eddi, ada, rita, alice):
    prompt = published(eddi)
    assert rights_of(eddi, prompt) == rights_of(ada, prompt) == {"see", "use", "edit", "publish"}
    assert rights_of(rita, prompt) == rights_of(alice, prompt) == {"see", "use"}


@pytest.mark.parametrize(
    ("right", "contains"),
    [
        ("see", {"see"}),
        ("use", {"see", "use"}),
        ("edit", {"see", "use", "edit"}),
        ("publish", {"see", "use", "publish"}),
    ],
)
def test_a_right_of_a_group_contains_those_before_it_but_editing_is_not_publishing(
    eddi, alice, bob, right, contains
):
    prompt = published(eddi)
    ours = group("Support", alice)
    access.grant(prompt, eddi, {right: [str(ours.pk)]})
    assert rights_of(alice, prompt) == contains
    assert rights_of(bob, prompt) == set()
    assert {p.pk for p in rights.prompts(alice, Right.SEE)} == {prompt.pk}
    assert not rights.prompts(bob, Right.SEE).exists()


def test_leaving_the_group_ends_the_right(eddi, alice):
    prompt = published(eddi)
    ours = group("Support", alice)
    access.grant(prompt, eddi, {"use": [str(ours.pk)]})
    ours.memberships.all().delete()
    assert rights_of(alice, prompt) == set()


@pytest.mark.parametrize("right", ["edit", "publish"])
def test_nobody_can_let_everyone_edit_or_publish(eddi, right):
    prompt = published(eddi)
    before = access.told(prompt)
    with pytest.raises(Refused):
        access.grant(prompt, eddi, {right: [access.EVERYONE]})
    assert access.told(prompt) == before


def test_a_group_that_is_gone_is_refused_and_nothing_changes(eddi):
    prompt = published(eddi)
    with pytest.raises(Refused):
        access.grant(prompt, eddi, {"use": ["123456"]})
    assert access.told(prompt) == {"use": ["everyone"]}


def test_rights_are_on_record_before_and_after(eddi, alice):
    prompt = published(eddi)
    access.grant(prompt, eddi, {"use": [str(group("Support", alice).pk)]})
    entry = Entry.objects.filter(action="prompt.access").get()
    assert entry.detail == {"before": {"use": ["everyone"]}, "after": {"use": ["Support"]}}


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_members_make_no_prompts(who, request):
    with pytest.raises(Refused):
        create.create(request.getfixturevalue(who), "Mine")
    assert not Prompt.objects.exists()


# ── what they are called ──


def test_a_short_name_is_made_and_is_nobody_elses(eddi):
    names = [create.create(eddi, name).slug for name in ("Kürze, bitte!", "Kurze bitte", "漢字", "漢字")]
    assert names == ["kurze-bitte", "kurze-bitte-2", "prompt", "prompt-2"]


@pytest.mark.parametrize(
    ("of", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"slug": "With Space"}, "slug"),
        ({"slug": "-"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"description": "x" * 301}, "description"),
        ({"tags": [f"tag{n}" for n in range(11)]}, "tags"),
    ],
)
def test_names_that_do_not_fit_are_refused_beside_their_field(eddi, of, field):
    create.create(eddi, "Taken", "taken")
    made = create.create(eddi, "Good", "good")
    asked = {"name": "Good", "slug": "good", "description": "", "tags": []} | of
    with pytest.raises(Refused) as refused:
        create.describe(made, eddi, **asked)
    assert refused.value.field == field


def test_archived_prompts_leave_the_library_and_come_back(eddi, alice):
    prompt = published(eddi)
    create.archive(prompt, eddi)
    assert library.books(alice) == []
    create.bring_back(prompt, eddi)
    assert [b.prompt for b in library.books(alice)] == [prompt]
    with pytest.raises(Refused):
        create.archive(prompt, alice)


# ── the library ──


def test_the_library_has_what_is_published_favourites_first_found_by_every_word(eddi, alice):
    published(eddi, name="Release notes")
    letters = published(eddi, name="Letters")
    written(eddi, name="Not yet")
    create.describe(letters, eddi, name="Letters", slug="letters", description="To customers", tags=["Support"])
    assert [b.prompt.name for b in library.books(alice)] == ["Letters", "Release notes"]
    favourites.mark(Prompt.objects.get(name="Release notes"), alice, True)
    assert [(b.prompt.name, b.is_favourite) for b in library.books(alice)] == [
        ("Release notes", True), ("Letters", False),
    ]  # fmt: skip
    assert [b.prompt.name for b in library.books(alice, "SUPPORT customers")] == ["Letters"]
    assert library.books(alice, "support nothing") == []
    assert library.tags_of(library.books(alice)) == ["support"]


def test_who_may_see_only_finds_it_and_cannot_use_it(eddi, alice):
    prompt = published(eddi)
    Grant.objects.filter(prompt=prompt).delete()
    Grant.objects.create(prompt=prompt, right=Right.SEE)
    assert [(b.prompt, b.is_usable) for b in library.books(alice)] == [(prompt, False)]
    assert library.books(alice, right=Right.USE) == []


def test_what_one_may_not_see_is_no_favourite(eddi, alice):
    prompt = published(eddi)
    Grant.objects.filter(prompt=prompt).delete()
    with pytest.raises(Refused):
        favourites.mark(prompt, alice, True)
    assert not Favourite.objects.exists()
