"""Drafts: kept as typed, one for each author; two tabs of one author lose nothing."""

import pytest

from chatapp.accounts.refused import Refused
from chatapp.prompts import drafts
from chatapp.prompts.models import Draft
from tests.prompts.writing import published, written

pytestmark = pytest.mark.django_db


def test_a_draft_begins_as_the_version_stands_and_is_kept_even_if_it_is_not_valid(eddi):
    prompt = written(eddi)
    begun = drafts.begun(prompt, eddi, prompt.versions.get())
    assert (begun.pk, begun.typed["text"], begun.base) == (None, "Answer in one sentence.", 1)
    drafts.keep(prompt, eddi, {"text": "", "settings": {"temperature": "hot"}}, base=1, revision=0)
    assert drafts.begun(prompt, eddi, None).typed == {"text": "", "settings": {"temperature": "hot"}}


def test_another_tab_of_the_same_author_overwrites_nothing(eddi):
    prompt = written(eddi)
    first = drafts.keep(prompt, eddi, {"text": "One tab"}, base=1, revision=0)
    with pytest.raises(drafts.Elsewhere) as elsewhere:
        drafts.keep(prompt, eddi, {"text": "Other tab"}, base=1, revision=0)
    assert elsewhere.value.draft.typed == {"text": "One tab"}
    assert drafts.keep(prompt, eddi, {"text": "Other tab"}, base=1, revision=first.revision).revision == 2
    with pytest.raises(drafts.Elsewhere):
        drafts.keep(prompt, eddi, {"text": "One tab, older"}, base=1, revision=1)
    assert Draft.objects.get().typed == {"text": "Other tab"}


def test_the_same_words_from_two_tabs_are_no_conflict(eddi):
    prompt = written(eddi)
    for _ in range(2):
        assert drafts.keep(prompt, eddi, {"text": "Same"}, base=1, revision=0).revision == 1


def test_a_draft_saved_or_discarded_in_another_tab_is_not_made_anew_unnoticed(eddi):
    prompt = written(eddi)
    drafts.keep(prompt, eddi, {"text": "One"}, base=1, revision=0)
    drafts.discard(prompt, eddi)
    with pytest.raises(drafts.Elsewhere) as elsewhere:
        drafts.keep(prompt, eddi, {"text": "Two"}, base=1, revision=1)
    assert elsewhere.value.draft is None


def test_authors_have_drafts_of_their_own(eddi, ada):
    prompt = written(eddi)
    drafts.keep(prompt, eddi, {"text": "Eddi's"}, base=1, revision=0)
    drafts.keep(prompt, ada, {"text": "Ada's"}, base=1, revision=0)
    drafts.discard(prompt, ada)
    assert Draft.objects.get().author == eddi


def test_who_may_not_edit_keeps_no_draft(eddi, alice):
    prompt = published(eddi)
    with pytest.raises(Refused, match="may not edit"):
        drafts.keep(prompt, alice, {"text": "Mine"}, base=1, revision=0)
    with pytest.raises(Refused, match="may not edit"):
        drafts.discard(prompt, alice)
