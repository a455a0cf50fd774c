"""In which language a page speaks."""

import pytest

from chatapp.accounts.language import language_for
from chatapp.accounts.prefer import prefer

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}


def speaks(answer) -> str:
    page = answer.content.decode()
    language = answer.headers["Content-Language"]
    assert f'<html lang="{language}" dir="ltr"' in page
    return language


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH", "de"),
        ("fr, de;q=0.4", "de"),
        ("en, de", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("x" * 5000, "en"),
        ("de\x00; q=oops", "en"),
    ],
)
def test_the_browsers_wish_is_answered_by_what_there_is(asked, answered):
    assert language_for(asked) == answered


def test_the_teams_language_answers_wishes_that_cannot_be_met(settings):
    settings.TEAM_LANGUAGE = "de"
    assert language_for("fr") == language_for("") == "de"
    assert language_for("en") == "en"


def test_who_is_not_signed_in_gets_the_browsers_language(client, db):
    assert speaks(client.get("/accounts/login/", **GERMAN)) == "de"
    assert speaks(client.get("/accounts/login/")) == "en"


def test_caches_are_told_that_the_page_depends_on_the_language(client, db):
    assert "Accept-Language" in client.get("/accounts/login/", **GERMAN).headers["Vary"]


def test_a_members_choice_wins_over_the_browser_on_every_device(client, alice):
    prefer(alice.pk, language="en")
    client.force_login(alice)
    assert speaks(client.get("/me/", **GERMAN)) == "en"
    client.post("/me/language/", {"language": "de"})
    page = client.get("/me/", HTTP_ACCEPT_LANGUAGE="en")
    assert speaks(page) == "de"
    assert "Sprache speichern" in page.content.decode()


def test_the_choice_can_be_left_to_the_browser_again(client, alice):
    prefer(alice.pk, language="en", other=1)
    client.force_login(alice)
    client.post("/me/language/", {"language": ""})
    alice.refresh_from_db()
    assert alice.preferences == {"other": 1}
    assert speaks(client.get("/me/", **GERMAN)) == "de"


@pytest.mark.parametrize("language", ["xx", "de\x00", "../de", "d" * 300])
def test_a_language_there_is_not_is_refused_in_words(client, alice, language):
    client.force_login(alice)
    refused = client.post("/me/language/", {"language": language})
    assert refused.status_code == 422
    assert "from the list" in refused.content.decode()
    alice.refresh_from_db()
    assert alice.preferences == {}


def test_a_choice_that_is_no_language_any_more_is_passed_over(client, alice):
    prefer(alice.pk, language="tlh")
    client.force_login(alice)
    assert speaks(client.get("/me/", **GERMAN)) == "de"


def test_one_request_does_not_speak_for_the_next(client, db):
    client.get("/accounts/login/", **GERMAN)
    assert "Angemeldet" not in client.get("/accounts/login/").content.decode()
    assert speaks(client.get("/accounts/login/")) == "en"


def test_an_english_page_loads_no_texts_and_a_german_one_before_its_scripts(client, db):
    assert "js/texts/" not in client.get("/accounts/login/").content.decode()
    page = client.get("/accounts/login/", **GERMAN).content.decode()
    assert page.index("js/texts/de.js") < page.index("js/chat/theme.js")
