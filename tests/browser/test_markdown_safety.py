"""No answer runs a script, changes the page around it or asks for anything remote, however it arrives."""

import json
from pathlib import Path

import pytest

from chatapp.conversations.rendering import render
from tests.browser.answers import article

HOSTILE = json.loads((Path(__file__).parents[1] / "conversations" / "hostile_markdown.json").read_text())

pytestmark = pytest.mark.browser

# Paints every text into an answer of its own, enhances it, waits until the queue of enhancements is done.
PAINT = """async ({texts, step}) => {
  const {BlockMemo} = await import("/static/js/chat/blocks.js");
  const {enhance, settled} = await import("/static/js/chat/enhance.js");
  for (const text of texts) {
    const answer = document.createElement("div");
    answer.className = "answer markdown";
    document.querySelector("#transcript").append(answer);
    const memo = new BlockMemo(answer, (block) => enhance(block));
    const length = step || text.length;
    for (let at = 0; at < text.length; at += length) memo.take(text.slice(at, at + length));
    memo.close();
  }
  await settled();
}"""

ENHANCE = """async () => {
  const {enhance, settled} = await import("/static/js/chat/enhance.js");
  for (const answer of document.querySelectorAll(".answer")) enhance(answer);
  await settled();
}"""

# What is in the answers that neither the dialect nor our own enhancing puts there.
INTRUDERS = """() => {
  const elements = new Set(("p br hr h3 h4 h5 h6 strong em s code pre blockquote ul ol li table thead tbody"
    + " tr th td a span div button").split(" "));
  const attributes = new Set(("class href title rel target align start data-display data-language tabindex role"
    + " aria-label type").split(" "));
  const classes = new RegExp("^(block|group|closed|chunk|math|math-drawn|math-source|table-scroll|code|code-copy"
    + "|language-[a-z]+|hljs-[a-z_]+|function_|class_|inherited__)$");
  const isIntruder = (element) => {
    if (element.closest("math")) {
      return element.namespaceURI !== "http://www.w3.org/1998/Math/MathML"
        || element.getAttributeNames().some((name) => /^(on|hx-|data-|href$|id$|src$)/.test(name));
    }
    return !elements.has(element.localName)
      || element.getAttributeNames().some((name) => !attributes.has(name))
      || !/^(https?|mailto):/.test(element.getAttribute("href") ?? "https:")
      || [...element.classList].some((name) => !classes.test(name));
  };
  return [...document.querySelectorAll(".answer *")].filter(isIntruder).map((element) => element.outerHTML);
}"""


@pytest.fixture
def watched(answers):
    """The page, with everything suspicious that happens in it written down."""
    page, site = answers
    events = []
    page.on("dialog", lambda dialog: (events.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: events.append(message.text))
    page.on("pageerror", lambda error: events.append(str(error)))
    page.on("framenavigated", lambda frame: events.append(f"navigated {frame.url}"))
    page.on(
        "request",
        lambda request: events.append(request.url) if not request.url.startswith(site.address + "static/") else 0,
    )
    return page, site, events


@pytest.mark.parametrize("step", [1, 0], ids=["character by character", "at once"])
def test_nothing_hostile_comes_through_the_stream(watched, step):
    page, site, events = watched
    site.show(page)
    events.clear()
    page.evaluate(PAINT, {"texts": HOSTILE, "step": step})
    assert page.evaluate(INTRUDERS) == []
    assert events == []


def test_nothing_hostile_comes_through_the_server(watched):
    page, site, events = watched
    site.show(page, "".join(article(state="complete", answer=str(render(text))) for text in HOSTILE))
    events.clear()
    page.evaluate(ENHANCE)
    assert page.evaluate(INTRUDERS) == []
    assert events == []


def test_the_browsers_sanitiser_alone_refuses_what_the_dialect_never_writes(answers):
    page, site = answers
    site.show(page)
    html = page.evaluate(
        """async () => {
          const {sanitise} = await import("/static/js/chat/sanitise.js");
          const box = document.createElement("div");
          box.append(sanitise(
            '<p style="x" onclick="x" hx-get="/" data-hx-get="/" id="x" name="x">a</p><img src="x">'
            + '<script>x</script><a href="javascript:x" class="button">b</a><a href="/x">c</a>'
            + '<div class="notice" data-answer>d</div><code class="notice">e</code>'
            + '<code class="language-py">f</code><form action="x"><input></form>'));
          return box.innerHTML;
        }"""
    )
    assert html == '<p>a</p><a>b</a><a>c</a><div>d</div><code>e</code><code class="language-py">f</code>'
