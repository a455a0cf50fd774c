"""Every text of the interface is there in every language, and what is made from the catalogues is up to date."""

import re

import pytest
from babel.messages.catalog import Message

from tests.messages import catalogues, hardcoded, sources

LANGUAGES = catalogues.languages()
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w*\}")


@pytest.fixture(scope="module")
def texts() -> list[sources.Text]:
    return list(sources.texts())


def test_the_texts_of_all_three_kinds_of_source_are_found(texts):
    kinds = {text.path.rpartition(".")[2] for text in texts}
    assert kinds == {"py", "html", "txt", "js"}


def test_german_is_there():
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation_that_somebody_stands_for(language, texts):
    catalogue = catalogues.with_texts(catalogues.load(language), texts)
    assert [message.id for message in catalogues.untranslated(catalogue)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_nothing_that_is_not_said_any_more(language, texts):
    said = {text.key for text in texts}
    kept = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in catalogues.load(language) if m.id}
    assert kept == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language):
    assert [message.id for message in _translated(language) if not _same_places(message)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_brings_no_markup_and_no_straight_quotes_of_its_own(language):
    """Templates print it as it stands, also inside of attributes."""
    assert [m.id for m in _translated(language) if not _marks(m.string) <= _marks(m.id)] == []


def _translated(language: str) -> list[Message]:
    return [message for message in catalogues.load(language) if message.id and _forms(message.string)[0]]


def _forms(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def _marks(words: str | tuple[str, ...]) -> set[str]:
    return set(re.findall(r"<[^>]*>|[\"<>&]", " ".join(_forms(words))))


def _same_places(message: Message) -> bool:
    if isinstance(message.id, str):
        return _places(message.string) == _places(message.id)
    # A form for one thing may do without the number; none may have a place that nobody fills.
    offered = _places(message.id[0]) | _places(message.id[1])
    return all(_places(form) <= offered for form in message.string) and _places(message.string[-1]) == offered


def _places(words: str) -> set[str]:
    return set(PLACEHOLDER.findall(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_made_from_the_written_one(language):
    assert catalogues.mo(language).read_bytes() == catalogues.mo_bytes(language), "run: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_the_scripts_are_made_from_the_catalogue(language):
    assert catalogues.script(language).read_text(encoding="utf-8") == catalogues.script_text(language), (
        "run: make messages"
    )


def test_templates_say_nothing_that_goes_through_no_translation():
    assert hardcoded.report(sources.templates(), hardcoded.in_template) == []


def test_scripts_say_nothing_that_goes_through_no_translation():
    assert hardcoded.report(sources.scripts(), hardcoded.in_script) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p class="a b">{% translate "Hello there" %}</p>', []),
        ("{% blocktranslate trimmed %}Hello <b>there</b>{% endblocktranslate %}", []),
        ('<button aria-label="Close it">{{ x }}</button>', ["Close it"]),
        ("""<button aria-label="{% translate 'Close it' %}" title="{{ x }}">×</button>""", []),
        ('{{ title|default:"New chat" }}', ["New chat"]),
        ('{{ title|default:_("New chat") }}', []),
        ("{{ n }} chat{{ n|pluralize }}", ["chat", "pluralize"]),
        ("{# a comment #}<code>make run</code><svg><title>no</title></svg>&amp;", []),
        ("{% if a %}Yes, it is{% endif %}", ["Yes, it is"]),
    ],
)
def test_hard_coded_words_of_a_template_are_found(template, found):
    assert list(hardcoded.in_template(template)) == found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('toast("No connection. Try again.");', ["No connection. Try again."]),
        ('toast(t("No connection. Try again."));', []),
        ('tn("%(n)s chat is gone.", "%(n)s chats are gone.", n);', []),
        ('button.textContent = "Save";', ["Save"]),
        ('button.textContent = t("Save");', []),
        ('button.setAttribute("aria-label", "close");', ["close"]),
        ('if (event.key === "Escape") x = "is-open";', []),
        ("toast(`Deleted “${title}” for good.`);", ["Deleted “X” for good."]),
        ("// A sentence in a comment.\nrun(`m-${id}`);", []),
    ],
)
def test_hard_coded_words_of_a_script_are_found(script, found):
    assert list(hardcoded.in_script(script)) == found
