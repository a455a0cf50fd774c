"""Markdown of answers → the canonical HTML that pages, exports and the end of every stream show.

The dialect is CommonMark with tables, strikethrough and formulas, without HTML. static/js/chat/dialect.js is
its twin for the text that is still streaming: both must give the same HTML for the same text.

Costs about 2 ms for a usual answer and 150 ms for 80,000 characters: call it in a thread, not on the loop.
"""

import re
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chatapp.conversations.maths import add_maths

LINK_SCHEMES = {"http", "https", "mailto"}
LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
# The first word of a fence's info string; braces, commas and colons begin attributes in some habits.
LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,39}(?![^ \t{,:])")
TOP_HEADING = 3  # the page has h1 and h2, each message an h3
DEEPEST_HEADING = 6
CACHE_CHARACTERS = 8_000_000

TAGS = "p br hr h3 h4 h5 h6 strong em s code pre blockquote ul ol li table thead tbody tr th td a span div"

# The last word on what reaches a page, whatever the rules above let through. class, rel and target are
# checked by value, so that no answer can borrow the look or the behaviour of the app.
_sanitiser = nh3.Cleaner(
    tags=set(TAGS.split()),
    attributes={"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}},
    attribute_filter=lambda tag, name, value: _keep_attribute(tag, name, value),
    tag_attribute_values={
        "div": {"class": {"block", "table-scroll"}},
        "span": {"class": {"math"}, "data-display": {"inline", "block"}},
        "th": {"align": {"left", "center", "right"}},
        "td": {"align": {"left", "center", "right"}},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes=LINK_SCHEMES,
    url_relative="deny",
)


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "code" and name == "class":
        language = value.removeprefix("language-")
        return value if language != value and LANGUAGE.fullmatch(language) else None
    return value


def _renderer(md: MarkdownIt) -> RendererHTML:
    assert isinstance(md.renderer, RendererHTML)  # the one every MarkdownIt has unless told otherwise
    return md.renderer


def _images_to_links(state: StateCore) -> None:
    """`![alt](url)` becomes a link: a remote image tells its server who reads, and can carry data out."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        children: list[Token] = []
        depth = 0
        for token in block.children:
            depth += (token.type == "link_open") - (token.type == "link_close")
            if token.type != "image":
                children.append(token)
                continue
            alt = _renderer(state.md).renderInlineAsText(token.children or [], state.md.options, state.env)
            text = Token("text", "", 0, content=f"Image: {alt}" if alt.strip(" \n") else "Image")
            if depth:
                children.append(text)
                continue
            link = Token("link_open", "a", 1, attrs={"href": token.attrs["src"]})
            if token.attrs.get("title"):
                link.attrs["title"] = token.attrs["title"]
            children += [link, text, Token("link_close", "a", -1)]
        block.children = children


def _shift_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + TOP_HEADING - 1, DEEPEST_HEADING)}"


def _align_by_attribute(state: StateCore) -> None:
    """Column alignment as `align`: the page's policy forbids the style attribute that markdown-it writes."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}


def _link_open(self, tokens, index, options, env) -> str:
    token = tokens[index]
    token.attrs["target"] = "_blank"
    token.attrs["rel"] = "noopener noreferrer nofollow"
    return self.renderToken(tokens, index, options, env)


def _fence(self, tokens, index, options, env) -> str:
    token = tokens[index]
    language = LANGUAGE.match(unescapeAll(token.info).strip(" \t"))
    attribute = f' class="language-{language[0].lower()}"' if language else ""
    return f"<pre><code{attribute}>{escapeHtml(token.content)}</code></pre>\n"


def _table_open(self, tokens, index, options, env) -> str:
    return '<div class="table-scroll"><table>\n'


def _table_close(self, tokens, index, options, env) -> str:
    return "</table></div>\n"


def _dialect() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False, "xhtmlOut": False})
    md.enable(["table", "strikethrough"])
    md.validateLink = lambda url: bool(LINK.match(url))  # type: ignore[method-assign]
    add_maths(md)
    for rule in (_images_to_links, _shift_headings, _align_by_attribute):
        md.core.ruler.push(rule.__name__, rule)
    md.add_render_rule("link_open", _link_open)
    md.add_render_rule("fence", _fence)
    md.add_render_rule("table_open", _table_open)
    md.add_render_rule("table_close", _table_close)
    return md


_md = _dialect()


class _Cache:
    """Finished HTML by the hash of its text, least recently used out first, bounded by characters held."""

    def __init__(self, characters: int) -> None:
        self._limit = characters
        self._held = 0
        self._entries: OrderedDict[bytes, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: bytes) -> str | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: bytes, html: str) -> None:
        with self._lock:
            self._held += len(html) - len(self._entries.pop(key, ""))
            self._entries[key] = html
            while self._held > self._limit:
                _, dropped = self._entries.popitem(last=False)
                self._held -= len(dropped)


_cache = _Cache(CACHE_CHARACTERS)


def render(text: str) -> SafeString:
    """The safe HTML of `text`: one `<div class="block">` for each top-level block. Raises for no text."""
    source = text.encode("utf-8", "replace")  # half a surrogate pair is no text; the sanitiser would raise
    key = blake2b(source, digest_size=16).digest()
    html = _cache.get(key)
    if html is None:
        html = _sanitiser.clean(_blocks(source.decode()))
        _cache.put(key, html)
    return mark_safe(html)  # noqa: S308 - sanitised in the line that made it


def _blocks(text: str) -> str:
    env: dict = {}
    out = []
    group: list[Token] = []
    depth = 0
    for token in _md.parse(text, env):
        group.append(token)
        depth += token.nesting
        if depth == 0:
            out.append(f'<div class="block">{_md.renderer.render(group, _md.options, env)}</div>\n')
            group = []
    return "".join(out)
