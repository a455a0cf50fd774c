"""The settings of a chat: unset is not a value, wrong values are refused in place, every value has an origin."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.house import Chat

pytestmark = pytest.mark.browser


def opened(chat: Chat) -> Locator:
    chat.page.locator("#panel-toggle").click()
    panel = chat.page.locator("#panel")
    expect(panel.get_by_role("heading", name="Settings of this chat")).to_be_visible()
    return panel


def field(panel: Locator, name: str) -> Locator:
    return panel.locator(f'[data-field="{name}"]')


def saved(panel: Locator) -> None:
    expect(panel.locator("#panel-status")).to_have_text("Saved")


def test_unset_is_not_sent_and_a_value_is(chat):
    chat.ask("One [[standin tokens=10]]").ended()
    assert "temperature" not in chat.sent()
    panel = opened(chat)
    temperature = field(panel, "temperature")
    expect(temperature.locator("[data-origin]")).to_have_text("Model default")
    temperature.locator("input").fill("0")
    temperature.locator("input").blur()
    saved(panel)
    expect(temperature.locator("[data-origin]")).to_have_text("This chat")
    chat.ask("Two [[standin tokens=10]]")
    expect(chat.answers).to_have_count(2)
    chat.ended()
    assert chat.sent()["temperature"] == 0
    temperature.locator("[data-reset]").click()
    saved(panel)
    expect(temperature.locator("input")).to_have_value("")
    expect(temperature.locator("[data-origin]")).to_have_text("Model default")
    chat.ask("Three [[standin tokens=10]]")
    expect(chat.answers).to_have_count(3)
    chat.ended()
    assert "temperature" not in chat.sent()


def test_a_wrong_value_is_refused_beside_its_field_and_what_was_typed_stays(chat):
    panel = opened(chat)
    prompt, tokens = field(panel, "system_prompt"), field(panel, "max_tokens")
    prompt.locator("textarea").fill("Answer like a sailor.")
    tokens.locator("input").fill("many")
    tokens.locator("input").blur()
    error = tokens.locator("[data-error]")
    expect(error).to_be_visible()
    expect(error).not_to_be_empty()
    expect(tokens.locator("input")).to_have_value("many")
    expect(tokens.locator("input")).to_have_attribute("aria-invalid", "true")
    expect(prompt.locator("textarea")).to_have_value("Answer like a sailor.")
    expect(panel.locator("#panel-status")).to_contain_text("Not saved")
    tokens.locator("input").fill("200")
    tokens.locator("input").blur()
    saved(panel)
    expect(error).to_be_hidden()
    expect(prompt.locator("[data-origin]")).to_have_text("This chat")


def test_settings_belong_to_their_chat_and_hold_from_its_first_question_on(chat):
    panel = opened(chat)
    panel.locator('[data-field="reasoning.effort"] input[value=high]').check()
    saved(panel)
    expect(chat.page.locator("#settings-summary")).to_have_text("Effort: high")
    chat.ask("One [[standin tokens=10]]").ended()
    assert chat.sent()["reasoning"]["effort"] == "high"
    chat.reload()
    expect(chat.page.locator("#settings-summary")).to_have_text("Effort: high")
    chat.page.locator("#new-chat").click()
    expect(chat.page.locator("#empty")).to_be_visible()
    expect(chat.page.locator("#settings-summary")).to_have_text("Effort: default")


def test_my_defaults_hold_for_my_other_chats_and_a_chats_own_value_wins(house, open_chat):
    chat = open_chat()
    panel = opened(chat)
    field(panel, "temperature").locator("input").fill("0.4")
    panel.get_by_role("button", name="Make these my defaults").click()
    expect(field(panel, "temperature").locator("[data-origin]")).to_have_text("My default")
    expect(field(panel, "temperature").locator("input")).to_have_value("")
    expect(field(panel, "temperature").locator("input")).to_have_attribute("placeholder", "0.4")
    other = open_chat()
    panel = opened(other)
    expect(field(panel, "temperature").locator("[data-origin]")).to_have_text("My default")
    other.ask("One [[standin tokens=10]]").ended()
    assert other.sent()["temperature"] == 0.4
    field(panel, "temperature").locator("input").fill("1.1")
    field(panel, "temperature").locator("input").blur()
    saved(panel)
    expect(field(panel, "temperature").locator("[data-origin]")).to_have_text("This chat")


def test_only_administrators_set_the_teams_defaults_which_then_hold_for_all(house, open_chat):
    member = open_chat()
    panel = opened(member)
    expect(panel.get_by_role("button", name="Make these the team’s defaults")).to_have_count(0)
    admin = open_chat(who=house.member("admin"))
    desk = opened(admin)
    field(desk, "top_p").locator("input").fill("0.9")
    desk.get_by_role("button", name="Make these the team’s defaults").click()
    expect(field(desk, "top_p").locator("[data-origin]")).to_have_text("Team default")
    member.reload()
    panel = opened(member)
    expect(field(panel, "top_p").locator("[data-origin]")).to_have_text("Team default")
    expect(field(panel, "top_p").locator("input")).to_have_attribute("placeholder", "0.9")
    member.ask("One [[standin tokens=10]]").ended()
    assert member.sent()["top_p"] == 0.9


def test_every_field_has_a_name_a_range_an_explanation_and_a_reset(chat):
    panel = opened(chat)
    fields = panel.locator("[data-field]").all()
    assert len(fields) >= 8
    for one in fields:
        assert one.locator("label").first.text_content().strip()
        assert len(one.locator(".field-help").text_content().strip()) > 10
        expect(one.locator("[data-reset]")).to_have_count(1)
    expect(field(panel, "temperature").locator(".range")).to_have_text(re.compile(r"0(\.0)? to 5(\.0)?"))


def test_a_setting_typed_just_before_the_panel_closes_is_saved(chat):
    panel = opened(chat)
    field(panel, "system_prompt").locator("textarea").press_sequentially("Be brief.")
    with chat.page.expect_response(lambda response: "/settings/" in response.url):
        chat.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    chat.ask("One [[standin tokens=10]]").ended()
    assert chat.sent()["messages"][0] == {"role": "system", "content": "Be brief."}
