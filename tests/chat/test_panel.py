"""The settings panel: what is unset, where a value comes from, and what happens to a wrong one."""

import html
import re
import uuid

import pytest
from django.urls import reverse

from chatapp.chat import panel
from chatapp.conversations.models import Conversation
from chatapp.prompts import defaults
from chatapp.prompts.models import Defaults
from chatapp.prompts.resolve import defaults_of, resolve, team_defaults
from tests.conversations.stories import answered


def field(name: str, user, chat=None, errors=None) -> panel.Field:
    return next(f for g in panel.groups(user, chat or {}, errors) for f in g["fields"] if f.name == name)


def url(key, name: str = "settings") -> str:
    return reverse(f"chat:{name}", args=[key])


def origin(page: str, name: str) -> str:
    """What a rendered panel says of where the value of a field comes from."""
    return re.search(rf'data-field="{re.escape(name)}".*?data-origin>(.*?)</span>', page, re.S)[1]


def test_every_panel_parameter_has_a_field_with_a_range_and_an_explanation(alice):
    fields = [f for g in panel.groups(alice, {}) for f in g["fields"]]
    assert [f.name for f in fields if f.name not in panel.names()] == []
    assert len(fields) == len(panel.names()) == len({f.name for f in fields})
    for one in fields:
        assert one.label
        assert one.help.endswith(".")
        assert one.type in ("number", "integer", "choice", "textarea")
        if one.type in ("number", "integer"):
            assert one.minimum < one.maximum


def test_unset_is_shown_as_unset_with_what_holds_meanwhile(alice):
    temperature = field("temperature", alice)
    assert (temperature.value, temperature.placeholder, temperature.origin) == ("", "0.6", "Model default")
    defaults.keep({"temperature": 1.5})
    temperature = field("temperature", alice)
    assert (temperature.value, temperature.placeholder, temperature.origin) == ("", "1.5", "Team default")
    defaults.keep({"temperature": 0}, alice)
    temperature = field("temperature", alice)
    assert (temperature.value, temperature.placeholder, temperature.origin) == ("", "0", "My default")


@pytest.mark.parametrize("value", [0, 0.7, 5])
def test_a_value_of_this_chat_is_shown_as_its_own(alice, value):
    defaults.keep({"temperature": 1.5}, alice)
    temperature = field("temperature", alice, {"temperature": value})
    assert (temperature.value, temperature.origin) == (value, "This chat")


def test_what_is_typed_is_cleaned_and_the_unset_left_away():
    typed = {
        "temperature": " 0.70 ",
        "top_k": "",
        "seed": "7",
        "reasoning.effort": "high",
        "system_prompt": " Hi \x00",
    }
    assert panel.cleaned(typed) == {
        "temperature": 0.7, "seed": 7, "reasoning.effort": "high", "system_prompt": "Hi"
    }  # fmt: skip


def test_all_errors_are_told_at_once_each_beside_its_field():
    with pytest.raises(panel.InvalidSettings) as invalid:
        panel.cleaned({"temperature": "warm", "top_k": "51", "seed": "1.5", "reasoning.effort": "huge",
                       "system_prompt": "x" * 100_001})  # fmt: skip
    assert set(invalid.value.errors) == {"temperature", "top_k", "seed", "reasoning.effort", "system_prompt"}
    assert all(sentence.endswith(".") for sentence in invalid.value.errors.values())


def test_fields_that_are_not_the_panels_are_not_looked_at():
    assert set(panel.typed({"messages": "x", "stream": "false", "owner": "1"})) == set(panel.names())


def test_settings_are_saved_for_this_conversation_alone(alice, at):
    one, two = answered(alice), answered(alice)
    page = at(alice).post(url(one.conversation.key), {"temperature": "0.3", "seed": ""})
    assert page.status_code == 200
    assert origin(page.content.decode(), "temperature") == "This chat"
    assert Conversation.objects.get(pk=one.conversation.pk).settings == {"temperature": 0.3}
    assert Conversation.objects.get(pk=two.conversation.pk).settings == {}
    at(alice).post(url(one.conversation.key), {"temperature": ""})
    assert Conversation.objects.get(pk=one.conversation.pk).settings == {}


def test_a_wrong_value_is_refused_beside_its_field_and_nothing_typed_is_lost(alice, at):
    told = answered(alice)
    at(alice).post(url(told.conversation.key), {"seed": "5"})
    answer = at(alice).post(
        url(told.conversation.key), {"temperature": "warm", "seed": "6", "system_prompt": "Be <b>brief</b>"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="warm"' in page
    assert 'value="6"' in page
    assert "Be &lt;b&gt;brief&lt;/b&gt;" in page
    sentence = re.search(r'id="e-temperature" data-error>(.*?)</p>', page)[1]
    assert html.unescape(sentence).startswith("Write a number")
    assert len(re.findall(r"data-error>[^<]", page)) == 1
    assert Conversation.objects.get().settings == {"seed": 5}


def test_settings_before_the_first_question_hold_for_it(alice, at):
    key = uuid.uuid4()
    assert at(alice).post(url(key), {"temperature": "0.3"}).status_code == 200
    assert at(alice).get("/list/").content.count(b"data-conversation") == 0, "it is in no list until it is asked"
    at(alice).post(reverse("chat:send", args=[key]), {"ask": str(uuid.uuid4()), "text": "Why?"})
    assert Conversation.objects.get().settings == {"temperature": 0.3}


def test_they_become_my_defaults_and_no_longer_this_chats(alice, bob, at):
    told = answered(alice)
    at(alice).post(url(told.conversation.key), {"temperature": "0.3"})
    answer = at(alice).post(url(told.conversation.key, "settings_mine"), {"temperature": "0.4"})
    assert answer.status_code in (200, 204)
    assert defaults_of(alice) == {"temperature": 0.4}
    assert defaults_of(bob) == team_defaults() == {}
    assert origin(at(alice).get(url(told.conversation.key)).content.decode(), "temperature") == "My default"


@pytest.mark.parametrize("name", ["settings_mine", "settings_team"])
def test_wrong_values_become_nobodys_defaults(ada, at, name):
    told = answered(ada)
    answer = at(ada).post(url(told.conversation.key, name), {"temperature": "6"})
    assert answer.status_code == 422
    assert not Defaults.objects.exists()


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_only_administrators_set_the_teams_defaults(request, at, who):
    user = request.getfixturevalue(who)
    told = answered(user)
    answer = at(user).post(url(told.conversation.key, "settings_team"), {"temperature": "0.4"})
    assert answer.status_code == 403
    assert not Defaults.objects.exists()


def test_the_teams_defaults_hold_for_everybody(ada, alice, at):
    at(ada).post(url(uuid.uuid4(), "settings_team"), {"temperature": "0.4"})
    assert team_defaults() == {"temperature": 0.4}
    assert origin(at(alice).get(url(uuid.uuid4())).content.decode(), "temperature") == "Team default"


def test_the_chip_says_the_effort_that_counts(alice):
    assert panel.summary_of(resolve({}, alice)) == "Effort: default"
    defaults.keep({"reasoning.effort": "low"})
    assert panel.summary_of(resolve({}, alice)) == "Effort: low"
    assert panel.summary_of(resolve({"reasoning.effort": "high"}, alice)) == "Effort: high"
