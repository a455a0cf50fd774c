"""Which prompt counts in a conversation, and in which order values win."""

import pytest

from chatapp.accounts.refused import Refused
from chatapp.prompts import access, create, defaults, publish, team_default
from chatapp.prompts.chosen import Choice
from chatapp.prompts.models import Defaults, Label
from chatapp.prompts.resolve import resolve
from tests.prompts.writing import group, published, version, written

pytestmark = pytest.mark.django_db


def said(user, choice=Choice(), chat=None, **how):  # noqa: B008
    return resolve(chat or {}, user, choice=choice, **how)


def test_who_follows_gets_what_is_in_production_and_who_stays_does_not(eddi, alice):
    prompt = published(eddi, "One")
    first = prompt.versions.get()
    following, staying = Choice(prompt.pk), Choice(prompt.pk, first.pk)
    version(prompt, eddi, "Two")
    assert said(alice, following).values["system_prompt"] == "One"  # saved is not published
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "New")
    assert said(alice, following).values["system_prompt"] == "Two"
    assert said(alice, staying).values["system_prompt"] == "One"
    publish.move(prompt, Label.PRODUCTION, 1, eddi, "Back")
    assert said(alice, following).values["system_prompt"] == "One"


def test_the_order_is_team_teams_prompt_mine_folder_prompt_chat(eddi, ada, alice):
    names = ["seed", "top_k", "max_tokens", "temperature", "top_p"]
    teams = published(eddi, "Team's", name="Team's", settings=dict.fromkeys(names[:1], "1") | {"temperature": "1"})
    own = published(eddi, "Own", name="Own", settings={"top_p": "0.5", "max_tokens": "500"})
    team_default.choose(teams, ada)
    defaults.keep({"seed": 9, "presence_penalty": 1}, by=ada)
    assert said(alice).values == {"seed": 1, "temperature": 1, "presence_penalty": 1, "system_prompt": "Team's"}
    defaults.keep({"temperature": 0.2, "top_p": 0.1}, alice, by=alice)
    resolved = resolve({"max_tokens": 99}, alice, {"top_k": 7}, Choice(own.pk))
    assert resolved.values == {
        "presence_penalty": 1, "seed": 9, "temperature": 0.2, "top_k": 7, "top_p": 0.5, "max_tokens": 99,
        "system_prompt": "Own",
    }  # fmt: skip
    assert resolved.origins == {
        "presence_penalty": "team", "seed": "team", "temperature": "mine", "top_k": "folder", "top_p": "prompt",
        "max_tokens": "chat", "system_prompt": "prompt",
    }  # fmt: skip


def test_without_a_prompt_not_even_the_teams_counts(eddi, ada, alice):
    team_default.choose(published(eddi), ada)
    assert said(alice).prompt is not None
    assert said(alice, Choice(without=True)).values == {}


def test_a_text_of_ones_own_counts_instead_and_the_prompt_is_not_said_to_be_used(eddi, alice):
    prompt = published(eddi)
    resolved = said(alice, Choice(prompt.pk), {"system_prompt": "My own words"})
    assert resolved.values["system_prompt"] == "My own words"
    assert not resolved.says_the_prompt
    assert said(alice, Choice(prompt.pk)).says_the_prompt


def test_a_trial_leaves_out_what_is_personal(eddi, alice):
    prompt = published(eddi)
    defaults.keep({"temperature": 2}, alice, by=alice)
    resolved = resolve({}, alice, {"top_k": 3}, Choice(prompt.pk), personal=False)
    assert resolved.values == {"system_prompt": "Answer in one sentence."}


def test_the_member_and_the_values_stand_in_the_text(eddi, alice):
    text = "{{who}} of {{teams}} <{{mail}}> asks for {{customer}}"
    names = [("who", "name"), ("teams", "groups"), ("mail", "email")]
    variables = [{"name": n, "type": "member", "field": f} for n, f in names]
    prompt = published(eddi, text, variables=[*variables, {"name": "customer", "type": "text"}])
    group("Support", alice)
    group("Berlin", alice)
    told = said(alice, Choice(prompt.pk, None, {"customer": "Acme"})).values["system_prompt"]
    assert told == "Alice of Berlin, Support <alice@example.org> asks for Acme"


def test_a_new_version_that_needs_more_is_a_problem_said_in_words(eddi, alice):
    prompt = published(eddi)
    version(prompt, eddi, "For {{customer}}", variables=[{"name": "customer", "type": "text", "required": True}])
    publish.move(prompt, Label.PRODUCTION, 2, eddi, "New")
    assert "Customer" in said(alice, Choice(prompt.pk)).problem
    assert said(alice, Choice(prompt.pk, None, {"customer": "Acme"})).problem == ""


def test_a_right_taken_away_is_a_problem_and_the_teams_default_is_then_simply_not_there(eddi, ada, alice):
    prompt = published(eddi)
    team_default.choose(prompt, ada)
    access.grant(prompt, eddi, {"use": [str(group("Others").pk)]})
    resolved = said(alice, Choice(prompt.pk))
    assert "may not use" in resolved.problem
    assert "system_prompt" not in resolved.values
    assert (said(alice).prompt, said(alice).problem) == (None, "")
    assert said(eddi, Choice(prompt.pk)).problem == ""


def test_an_archived_prompt_goes_on_where_it_was_chosen(eddi, alice):
    prompt = published(eddi)
    create.archive(prompt, eddi)
    assert said(alice, Choice(prompt.pk)).says_the_prompt


# ── the team's default ──


def test_only_administrators_choose_the_teams_default(eddi, alice):
    prompt = published(eddi)
    for one in (eddi, alice):
        with pytest.raises(Refused):
            team_default.choose(prompt, one)
    assert team_default.team_prompt() is None


def test_a_default_is_published_asks_for_nothing_and_is_not_archived(eddi, ada):
    needs = [{"name": "customer", "type": "text", "required": True}]
    with pytest.raises(Refused):
        team_default.choose(written(eddi, name="Unpublished"), ada)
    with pytest.raises(Refused, match="customer"):
        team_default.choose(published(eddi, "{{customer}}", name="Asks", variables=needs), ada)
    prompt = published(eddi, name="Good")
    team_default.choose(prompt, ada)
    with pytest.raises(Refused):
        create.archive(prompt, ada)
    version(prompt, eddi, "{{customer}}", variables=needs)
    with pytest.raises(Refused, match="customer"):
        publish.move(prompt, Label.PRODUCTION, 2, eddi, "New")
    assert team_default.team_prompt() == prompt


def test_clearing_the_teams_settings_leaves_its_prompt(eddi, ada, alice):
    prompt = published(eddi)
    defaults.keep({"seed": 4}, by=ada)
    team_default.choose(prompt, ada)
    defaults.clear(by=ada)
    assert said(alice).values == {"system_prompt": "Answer in one sentence."}
    assert Defaults.objects.get(owner=None).prompt == prompt
