"""The canonical HTML of answers: the dialect, what may come through, and the memory it takes."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter

import pytest
from django.utils.safestring import SafeString

from chatapp.conversations import rendering
from chatapp.conversations.rendering import render

HERE = Path(__file__).parent
MATH_CASES = json.loads((HERE / "math_cases.json").read_text())
HOSTILE = json.loads((HERE / "hostile_markdown.json").read_text())


class Elements(HTMLParser):
    """Every element of a piece of HTML, with its attributes and the text of formulas."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.formulas: list[list[str]] = []
        self._in_formula = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if dict(attrs).get("class") == "math":
            self.formulas.append([dict(attrs)["data-display"], ""])
            self._in_formula = True

    def handle_endtag(self, tag):
        self._in_formula = self._in_formula and tag != "span"

    def handle_data(self, data):
        if self._in_formula:
            self.formulas[-1][1] += data


def body(html: str) -> str:
    """The HTML of one block without its wrapping."""
    found = re.fullmatch(r'<div class="block">(.*)\n</div>\n?', html, re.DOTALL)
    assert found, html
    return found[1]


class TestDialect:
    def test_each_top_level_block_has_its_own_wrapping(self):
        html = render("# Title\n\ntext\n\n- a\n- b\n")
        assert re.findall(r'<div class="block"><(\w+)', html) == ["h3", "p", "ul"]

    def test_the_result_is_marked_safe_for_templates(self):
        assert isinstance(render("x"), SafeString)

    @pytest.mark.parametrize(("level", "tag"), [(1, "h3"), (2, "h4"), (3, "h5"), (4, "h6"), (6, "h6")])
    def test_headings_begin_below_those_of_the_page(self, level, tag):
        assert body(render(f"{'#' * level} T")) == f"<{tag}>T</{tag}>"

    def test_links_open_elsewhere_and_tell_nothing(self):
        assert body(render('[x](https://a.example "t")')) == (
            '<p><a href="https://a.example" title="t" target="_blank" rel="noopener noreferrer nofollow">x</a></p>'
        )

    @pytest.mark.parametrize("url", ["/x", "x.md", "#x", "ftp://a.example", "tel:1", "javascript:x"])
    def test_a_link_to_anything_but_web_and_mail_stays_as_it_is_written(self, url):
        assert body(render(f"[x]({url})")) == f"<p>[x]({url})</p>"

    def test_an_image_becomes_a_link_with_its_words(self):
        assert ">Image: a <b></a>".replace("<b>", "&lt;b&gt;") in render("![a <b>](https://a.example/x.png)")
        assert ">Image</a>" in render("![](https://a.example/x.png)")

    def test_an_image_in_a_link_gives_the_link_its_words(self):
        html = render("[![logo](https://a.example/x.png)](https://b.example)")
        assert html.count("<a ") == 1
        assert 'href="https://b.example"' in html
        assert ">Image: logo</a>" in html

    def test_columns_are_aligned_without_style(self):
        html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
        assert '<th align="center">' in html
        assert '<td align="right">' in html
        assert "style" not in html

    @pytest.mark.parametrize(
        ("info", "language"),
        [("py", "py"), (" Python {1}", "python"), ("c++", "c++"), ("js,ignore", "js"), ('a"b', None), ("", None)],
    )
    def test_a_fence_names_its_language(self, info, language):
        attribute = f' class="language-{language}"' if language else ""
        assert body(render(f"```{info}\nx\n```")) == f"<pre><code{attribute}>x\n</code></pre>"

    def test_html_is_text(self):
        assert body(render("a <b>c</b>")) == "<p>a &lt;b&gt;c&lt;/b&gt;</p>"

    def test_half_a_surrogate_pair_is_no_error(self):
        assert "a?b" in render("a\ud83db")


class TestMaths:
    @pytest.mark.parametrize("case", MATH_CASES, ids=lambda case: case["name"])
    def test_formulas(self, case):
        assert Elements(render(case["markdown"])).formulas == case["formulas"]

    @pytest.mark.parametrize("text", ["\\(" * 30_000, "$x" * 30_000, "\\[\n" * 20_000, "$$" * 30_001])
    def test_openers_without_an_end_cost_no_minutes(self, text):
        started = perf_counter()
        render(text)
        assert perf_counter() - started < 10


class TestSafety:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_nothing_hostile_comes_through(self, text):
        for tag, attributes in Elements(render(text)).found:
            assert tag in rendering.TAGS.split()
            allowed = {
                "a": {"href", "title", "rel", "target"},
                "code": {"class"},
                "div": {"class"},
                "span": {"class", "data-display"},
            }.get(tag, {"align", "start"})
            assert set(attributes) <= allowed
            assert re.match(r"https?:|mailto:", attributes.get("href", "https:"))
            assert attributes.get("class", "block") in {
                "block",
                "math",
                "table-scroll",
                "language-html",
                "language-x",
            }

    def test_the_sanitiser_alone_refuses_what_the_dialect_never_writes(self):
        html = rendering._sanitiser.clean(
            '<p style="x" onclick="x" hx-get="/">a</p><img src="x"><script>x</script>'
            '<a href="javascript:x" class="button">b</a><a href="/x">c</a><div class="notice">d</div>'
            '<code class="notice">e</code><code class="language-py">f</code>'
        )
        rel = 'target="_blank" rel="noopener noreferrer nofollow"'
        assert html == (
            f'<p>a</p><a {rel}>b</a><a {rel}>c</a><div>d</div><code>e</code><code class="language-py">f</code>'
        )


class TestMemory:
    def test_the_same_text_is_rendered_once(self, monkeypatch):
        render("only once, **please**")
        monkeypatch.setattr(rendering, "_blocks", lambda text: pytest.fail("rendered again"))
        assert "<strong>please</strong>" in render("only once, **please**")

    def test_the_cache_is_bounded_and_drops_what_was_not_used(self):
        cache = rendering._Cache(characters=10)
        cache.put(b"a", "12345")
        cache.put(b"b", "12345")
        assert cache.get(b"a") == "12345"
        cache.put(b"c", "12345")
        assert cache.get(b"b") is None
        assert cache.get(b"a") == "12345"
        cache.put(b"d", "1" * 11)
        assert cache.get(b"d") is None
        assert cache._held == 0
