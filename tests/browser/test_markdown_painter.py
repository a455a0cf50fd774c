"""Frames become an answer exactly once and in order, and the end leaves the server's article."""

import pytest

from chatapp.conversations.rendering import render
from tests.browser.answers import article, wait_until

pytestmark = pytest.mark.browser

TEXT = "# Title\n\nSome *words* about `code`:\n\n```python\nprint(1)\n```\n\n- one\n- two\n\nDone with $x^2$."

# A painter whose server is `log`, the reply's events so far; what it asks and says is kept.
START = """async ({log, canonical}) => {
  const {Painter} = await import("/static/js/chat/painter.js");
  const {Scroller} = await import("/static/js/chat/scroll.js");
  const transcript = document.querySelector("#transcript");
  window.log = log;
  window.canonical = canonical;
  window.asked = [];
  window.said = [];
  window.failures = 0;
  window.painter = new Painter({
    transcript,
    scroller: new Scroller({viewport: transcript, button: document.querySelector("#jump")}),
    announce: (sentence) => said.push(sentence),
    fetchTail: async (reply, after) => {
      asked.push(["tail", reply, after]);
      if (window.failures-- > 0) throw new Error("no connection");
      return {events: window.log.filter(([seq]) => seq > after)};
    },
    fetchArticle: async (message) => {
      asked.push(["article", message]);
      if (window.failures-- > 0) throw new Error("no connection");
      return window.canonical;
    },
  });
  const article = document.querySelector("article");
  if (article) painter.adopt(article);
}"""

END = {"state": "complete", "finish_reason": "stop"}


def events(text: str, reasoning: str = "") -> list:
    """The log of a reply: three characters of text each, and its end."""
    told = [("reasoning", reasoning[at : at + 9]) for at in range(0, len(reasoning), 9)]
    told += [("text", text[at : at + 3]) for at in range(0, len(text), 3)]
    return [[seq, kind, data] for seq, (kind, data) in enumerate([*told, ("end", END)], 1)]


def finished(text: str, **more) -> str:
    return article(state="complete", seq=99, answer=str(render(text)), label="Thought for 2 s", **more)


class Stage:
    """The page with its painter; frames go in, what is shown comes out."""

    def __init__(self, answers, *, body=None, log=None, canonical=None):
        self.page, site = answers
        site.show(self.page, article() if body is None else body)
        self.page.evaluate(START, {"log": log or [], "canonical": canonical or finished(TEXT)})

    def grew(self, events: list, reply="r1") -> None:
        self.page.evaluate("([r, e]) => painter.grew({m: 'm1', r, e})", [reply, events])

    def wait(self, condition: str) -> None:
        wait_until(self.page, condition)

    def wait_for_end(self) -> None:
        self.wait("document.querySelector('[data-message]').dataset.seq === '99'")

    def blocks(self) -> list[str]:
        return self.page.evaluate(
            """async () => {
              const {originalOf} = await import("/static/js/chat/enhance.js");
              return [...document.querySelectorAll("[data-answer] .block")].map(originalOf);
            }"""
        )

    def assert_canonical(self, text: str) -> None:
        wanted = self.page.evaluate(
            """(html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".block")]
              .map((block) => block.innerHTML)""",
            str(render(text)),
        )
        assert self.blocks() == wanted


def test_frames_in_order_become_the_answer(answers):
    stage = Stage(answers)
    for event in events(TEXT):
        stage.grew([event])
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
    assert stage.page.evaluate("said") == ["Answering.", "Answer finished."]
    assert stage.page.get_attribute("article", "aria-busy") is None
    assert stage.page.get_attribute("article", "data-state") == "complete"


def test_a_running_article_is_busy(answers):
    stage = Stage(answers, body=article(state="queued"))
    stage.grew(events(TEXT)[:1])
    assert stage.page.get_attribute("article", "aria-busy") == "true"
    assert stage.page.get_attribute("article", "data-state") == "running"
    assert stage.page.is_hidden("[data-waiting]")


def test_repeated_frames_change_nothing(answers):
    stage = Stage(answers)
    log = events(TEXT)
    for at in range(0, len(log), 4):
        stage.grew(log[max(0, at - 6) : at + 4])
        stage.grew(log[at : at + 2])
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
    assert stage.page.evaluate("asked") == [["article", "m1"]]


def test_a_gap_is_filled_from_the_server(answers):
    log = events(TEXT)
    stage = Stage(answers, log=log)
    stage.grew(log[:3])
    stage.grew(log[8:10])
    stage.grew(log[10:12])
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
    assert stage.page.evaluate("asked")[0] == ["tail", "r1", 3]


def test_frames_that_come_while_the_tail_is_fetched_are_not_lost(answers):
    log = events(TEXT)
    stage = Stage(answers, log=log[:10])
    stage.grew(log[:3])
    stage.page.evaluate(
        "([a, b]) => { for (const e of [a, b]) painter.grew({m: 'm1', r: 'r1', e}) }", [log[7:9], log[9:]]
    )
    stage.wait_for_end()
    stage.assert_canonical(TEXT)


def test_a_failed_fetch_is_tried_again(answers):
    log = events(TEXT)
    stage = Stage(answers, log=log)
    stage.page.evaluate("window.failures = 2")
    stage.grew(log[4:6])
    stage.wait_for_end()
    stage.assert_canonical(TEXT)


def test_frames_before_their_article_wait_for_it(answers):
    log = events(TEXT)
    stage = Stage(answers, body="")
    stage.grew(log[:5])
    stage.grew(log[5:])
    stage.page.evaluate(
        """(html) => {
          const transcript = document.querySelector("#transcript");
          transcript.insertAdjacentHTML("beforeend", html);
          painter.adopt(transcript.querySelector("article"));
        }""",
        article(),
    )
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
    assert stage.page.evaluate("asked") == [["article", "m1"]]


@pytest.mark.parametrize("seen", [1, 7, 15, 25])
def test_a_reload_in_the_middle_goes_on_without_a_seam(answers, seen):
    log = events(TEXT, reasoning="I think about it.\nThen I answer.")
    text = "".join(data for _, kind, data in log[:seen] if kind == "text")
    thoughts = "".join(data for _, kind, data in log[:seen] if kind == "reasoning")
    body = article(seq=seen, answer=str(render(text)), reasoning=thoughts)
    canonical = finished(TEXT, reasoning="I think about it.\nThen I answer.")
    stage = Stage(answers, body=body, log=log[: seen + 2], canonical=canonical)
    for event in log[seen:]:
        stage.grew([event])
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
    assert stage.page.text_content("[data-reasoning-text]") == "I think about it.\nThen I answer."
    assert stage.page.evaluate("said") == ["Answer finished."]


def test_what_ended_while_the_socket_was_away_is_fetched(answers):
    log = events(TEXT)
    stage = Stage(answers, log=log)
    stage.grew(log[:4])
    stage.page.evaluate("painter.watching([])")
    stage.wait_for_end()
    stage.assert_canonical(TEXT)


def test_a_tab_that_lags_behind_fetches_when_it_watches(answers):
    log = events(TEXT)
    stage = Stage(answers, log=log[:-1])
    stage.page.evaluate("(seq) => painter.watching([{r: 'r1', m: 'm1', seq}])", len(log) - 1)
    stage.wait("document.querySelector('[data-answer]').textContent.includes('Done with')")
    stage.grew(log[-1:])
    stage.wait_for_end()


def test_the_canonical_article_replaces_only_what_differs(answers):
    # The definition comes in one piece: painted in part it would be a paragraph of its own for a moment.
    words, definition = "First [a][l].\n\nSecond.\n\n", "[l]: https://a.example\n"
    text = words + definition
    log = events(words)[:-1]
    log += [[len(log) + 1, "text", definition], [len(log) + 2, "end", END]]
    stage = Stage(answers, canonical=finished(text, notice='<div class="notice" data-notice><p>Note</p></div>'))
    for event in log[:-1]:
        stage.grew([event])
    stage.wait("document.querySelectorAll('.block')[1]?.textContent.includes('Second.')")
    stage.page.evaluate("window.second = document.querySelectorAll('.block')[1]")
    stage.grew(log[-1:])
    stage.wait_for_end()
    stage.assert_canonical(text)
    assert stage.page.evaluate("document.querySelectorAll('.block')[1] === window.second")
    assert stage.page.inner_text("[data-notice]") == "Note"


class TestReasoning:
    def test_it_streams_open_and_folds_when_the_answer_starts(self, answers):
        stage = Stage(answers)
        stage.grew([[1, "reasoning", "First I think.\n"], [2, "reasoning", "Then more."]])
        stage.wait("document.querySelector('[data-reasoning-text]').textContent === 'First I think.\\nThen more.'")
        assert stage.page.evaluate("document.querySelector('[data-reasoning]').open")
        assert stage.page.inner_text("[data-reasoning-label]") == "Thinking…"
        stage.wait("document.querySelector('[data-reasoning-label]').textContent === 'Thinking… 1 s'")
        stage.grew([[3, "text", "Now."]])
        assert not stage.page.evaluate("document.querySelector('[data-reasoning]').open")
        assert stage.page.inner_text("[data-reasoning-label]") == "Thought for 1 s"

    def test_what_the_reader_opened_stays_open(self, answers):
        stage = Stage(answers)
        stage.grew([[1, "reasoning", "First I think."]])
        stage.page.click("summary")
        stage.page.click("summary")
        stage.grew([[2, "text", TEXT], [3, "end", END]])
        stage.wait_for_end()
        assert stage.page.evaluate("document.querySelector('[data-reasoning]').open")

    def test_long_reasoning_is_kept_in_boxes_of_moderate_size(self, answers):
        stage = Stage(answers)
        thoughts = "".join(f"Line {n} of what I think about this.\n" for n in range(1000))
        stage.grew([[1, "reasoning", thoughts]])
        stage.wait("document.querySelector('[data-reasoning-text]').childElementCount > 9")
        sizes = stage.page.evaluate(
            "[...document.querySelectorAll('[data-reasoning-text] > *')].map((box) => box.textContent.length)"
        )
        assert sum(sizes) == len(thoughts)
        assert max(sizes) < 2200


class TestNotices:
    def test_a_notice_says_why_it_waits_until_words_come(self, answers):
        stage = Stage(answers)
        stage.grew([[1, "notice", {"code": "busy", "sentence": "Busy.", "seconds": 2}]])
        assert stage.page.inner_text("[data-waiting]") == "The model is busy. Trying again in 2 s."
        stage.grew([[2, "text", "Now."]])
        assert stage.page.is_hidden("[data-waiting]")

    def test_an_error_is_announced_in_its_words(self, answers):
        stage = Stage(answers)
        error = {"code": "timeout", "sentence": "The model did not answer in time."}
        stage.grew([[1, "text", "Half"], [2, "end", {"state": "failed", "finish_reason": None, "error": error}]])
        stage.wait_for_end()
        assert stage.page.evaluate("said")[-1] == "The model did not answer in time."


def test_a_hidden_tab_paints_the_end_without_animation_frames(answers):
    stage = Stage(answers)
    stage.page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", {value: true});
          window.requestAnimationFrame = () => 1;
        }"""
    )
    stage.grew(events(TEXT))
    stage.wait_for_end()
    stage.assert_canonical(TEXT)
