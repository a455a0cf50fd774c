"""What was stored in English is said again in the reader's language."""

import pytest
from django.utils.translation import override

from chatapp.accounts.retold import retold
from chatapp.conversations.compacting.write import UNCHANGED
from chatapp.takeout.importing.reading import TOO_MANY
from chatapp.workersai.errors import Busy
from chatapp.workersai.refusals import TOO_MUCH


def test_english_stays_as_it_is():
    for words in (Busy.plain, TOO_MUCH % {"setting": "Seed", "bound": "3"}, "Anything at all."):
        assert retold(words) == words


def test_a_whole_sentence_is_translated():
    with override("de"):
        assert retold(Busy.plain).startswith("Das Modell hat im Moment keine freie Kapazität")


def test_a_sentence_with_places_keeps_what_stands_in_them():
    with override("de"):
        assert "„Top k“ abgelehnt: Es darf höchstens 50 sein" in retold(
            TOO_MUCH % {"setting": "Top k", "bound": "50"}
        )


def test_a_place_may_hold_a_sentence_or_a_number_of_ours():
    with override("de"):
        words = retold(UNCHANGED % {"why": Busy.plain})
        assert words.startswith("Das Modell hat im Moment")
        assert words.endswith("Nichts wurde geändert; versuche es noch einmal.")
        assert "131.000" in retold(TOO_MANY % {"most": "131,000"})


@pytest.mark.parametrize("words", ["", "Who knows?", "a %(b)s c", "(", "100 % sure", "%s"])
def test_what_is_no_sentence_of_ours_stays_as_it_is(words):
    with override("de"):
        assert retold(words) == words
