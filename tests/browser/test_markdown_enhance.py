"""What finished answers get on top of their HTML: colours, formulas, copying; and that nothing moves for it."""

import pytest

from chatapp.conversations.rendering import render
from tests.browser.answers import article, wait_until

pytestmark = pytest.mark.browser

ENHANCE = """async () => {
  const {enhance, settled} = await import("/static/js/chat/enhance.js");
  window.said = [];
  const announce = (words) => said.push(words);
  for (const article of document.querySelectorAll("article")) enhance(article, {announce});
  await settled();
}"""

CODE = "```python\ndef f(x):\n    return x < 1  # why\n```"


@pytest.fixture
def show(answers):
    page, site = answers

    def show(text: str, *, state="complete"):
        site.show(page, article(state=state, seq=1, answer=str(render(text))))
        page.evaluate(ENHANCE)
        return page

    return show


def test_code_in_a_known_language_is_coloured_and_unchanged(show):
    page = show(CODE)
    assert page.inner_text("pre .hljs-keyword >> nth=0") == "def"
    assert page.evaluate("document.querySelector('pre').textContent") == "def f(x):\n    return x < 1  # why\n"


@pytest.mark.parametrize("text", ["```nosuchlanguage\nx\n```", "```\nx\n```", "    indented"])
def test_other_code_stays_plain(show, text):
    page = show(text)
    assert page.query_selector("[class^=hljs]") is None


def test_very_long_code_stays_plain_rather_than_block_the_page(show):
    page = show("```python\n" + "x = 1\n" * 5000 + "```")
    assert page.query_selector("[class^=hljs]") is None


def test_formulas_become_mathml(show):
    page = show("so $x^2$ and\n\n$$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$")
    assert page.evaluate("document.querySelectorAll('math').length") == 2
    assert page.evaluate("document.querySelector('math msup').textContent") == "x2"
    assert page.evaluate("document.querySelectorAll('.math[data-display=block] mtable mtr').length") == 2
    assert page.get_attribute(".math", "title") == "x^2"


def test_a_formula_that_cannot_be_read_stays_as_its_source(show):
    page = show("so \\(\\frac{1}{\\) and")
    assert page.inner_text(".math-source") == "\\frac{1}{"


def test_libraries_are_loaded_only_when_needed(answers, show):
    _, site = answers
    site.asked.clear()
    show("Only *words*.")
    assert not [path for path in site.asked if "highlight-" in path or "temml-" in path]


def test_the_copy_button_copies_the_code_and_says_so(answers, show):
    page, site = answers
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    show(CODE)
    page.click("text=Copy")
    wait_until(page, "document.querySelector('.code-copy').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == "def f(x):\n    return x < 1  # why\n"
    assert page.evaluate("said") == ["Code copied."]


def test_enhancing_moves_nothing(answers):
    page, site = answers
    site.show(
        page, article(state="complete", answer=str(render(f"before\n\n{CODE}\n\n| a |\n|---|\n| 1 |\n\nafter")))
    )
    measure = "[...document.querySelectorAll('.block')].map((block) => block.getBoundingClientRect().top)"
    before = page.evaluate(measure)
    page.evaluate(ENHANCE)
    assert page.evaluate(measure) == before


def test_a_running_answer_is_left_to_its_painter(show):
    page = show(CODE, state="running")
    assert page.query_selector(".code-copy") is None


def test_wide_things_scroll_inside_themselves(show):
    wide = " | ".join("column" for _ in range(40))
    page = show(f"| {wide} |\n|{'---|' * 40}\n\n```text\n{'word ' * 200}\n```\n\n$$\n{'x + ' * 150} y\n$$")
    assert page.evaluate(
        "document.querySelector('#transcript').scrollWidth <= document.querySelector('#transcript').clientWidth"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for selector in (".table-scroll", "pre", ".math"):
        is_wider, overflow = page.evaluate(
            "(e => [e.scrollWidth > e.clientWidth, getComputedStyle(e).overflowX])"
            f"(document.querySelector('{selector}'))"
        )
        assert is_wider, selector
        assert overflow == "auto", selector


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(show):
    page = show(f"{CODE}\n\n| a |\n|---|\n| 1 |")
    assert page.get_attribute("pre", "tabindex") == "0"
    assert page.get_attribute("pre", "aria-label") == "Code, python"
    assert page.get_attribute(".table-scroll", "tabindex") == "0"
    assert page.get_attribute(".table-scroll", "aria-label") == "Table"
