"""The browser and the server render the same text to the same page, however the text arrives."""

import json
import random
from pathlib import Path

import pytest

from chatapp.conversations.rendering import render
from tests.bench.answer_text import SHAPES, answer

CASES = Path(__file__).parents[1] / "conversations"
MATHS = [case["markdown"] for case in json.loads((CASES / "math_cases.json").read_text())]
HOSTILE = json.loads((CASES / "hostile_markdown.json").read_text())

pytestmark = pytest.mark.browser

# For each [text, canonical HTML]: streams the text in steps, compares block by block; returns what differs.
COMPARE = """async ({pairs, steps}) => {
  const {BlockMemo} = await import("/static/js/chat/blocks.js");
  const different = [];
  for (const [text, canonical] of pairs) {
    const fresh = new DOMParser().parseFromString(canonical, "text/html");
    const wanted = [...fresh.querySelectorAll(".block")].map((block) => block.innerHTML);
    for (const step of steps) {
      const box = document.createElement("div");
      const memo = new BlockMemo(box, () => {});
      for (let at = 0; at < text.length; at += step) memo.take(text.slice(at, at + step));
      memo.close();
      const shown = [...box.querySelectorAll(".block")].map((block) => block.innerHTML);
      if (JSON.stringify(shown) === JSON.stringify(wanted)) continue;
      const at = wanted.findIndex((html, n) => html !== shown[n]);
      different.push({step, text: text.slice(0, 300), wanted: wanted[at], shown: shown[at]});
    }
  }
  return different;
}"""

PIECES = [
    *("word", " ", " ", "\n", "\n", "\n\n", "*", "**", "_", "`", "```\n", "```py\n", "~~~\n", "- ", "* ", "1. "),
    *("10) ", "> ", "# ", "## ", "    ", "  ", "\t", "[a](https://b.example)", "![i](https://c.example)", "<b>"),
    *("&amp;", "&", "\\", "$", "$$", "\\(", "\\)", "\\[", "\\]", "|", "| a | b |\n|---|:-:|\n", "---\n", "===\n"),
    *("~~", "<https://d.e>", "[", "]", "(", ")", "!", "é", "漢字", "𝑥", "\u00a0", "\r\n", "x_y", "5", "'", '"'),
]


def differences(answers, texts, steps) -> list[dict]:
    page, site = answers
    site.show(page)
    pairs = [[text, str(render(text))] for text in texts]
    return page.evaluate(COMPARE, {"pairs": pairs, "steps": steps})


def test_formulas(answers):
    assert differences(answers, MATHS, [1, 7, 10_000]) == []


def test_hostile_texts(answers):
    texts = [text for text in HOSTILE if "\n[" not in text]  # links defined later: see the next test
    assert differences(answers, texts, [1, 10_000]) == []


def test_a_link_defined_after_its_use_is_right_once_all_is_there(answers):
    assert differences(answers, ["see [a][x]\n\nmore\n\n[x]: https://a.example\n"], [10_000]) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_long_answers_whose_open_block_is_frozen_from_within(answers, shape):
    assert differences(answers, [answer(shape, 12_000)], [11, 400]) == []


def test_random_texts_at_once(answers):
    rng = random.Random(7)
    texts = ["".join(rng.choices(PIECES, k=rng.randint(3, 40))) for _ in range(600)]
    assert differences(answers, texts, [100_000]) == []


def test_random_texts_streamed_differ_in_few_and_are_put_right(answers):
    """The memo's shortcuts are wrong now and then; the canonical HTML then replaces just those blocks."""
    rng = random.Random(8)
    texts = ["".join(rng.choices(PIECES, k=rng.randint(3, 40))) for _ in range(400)]
    assert len(differences(answers, texts, [1])) <= len(texts) * 0.03
    page, _ = answers
    wrong = page.evaluate(
        """async (pairs) => {
          const {BlockMemo} = await import("/static/js/chat/blocks.js");
          const {reconcileBlocks} = await import("/static/js/chat/reconcile.js");
          return pairs.filter(([text, canonical]) => {
            const box = document.createElement("div");
            const memo = new BlockMemo(box, () => {});
            for (const character of text) memo.take(character);
            memo.close();
            const fresh = new DOMParser().parseFromString(canonical, "text/html").body;
            const wanted = [...fresh.querySelectorAll(".block")].map((block) => block.innerHTML);
            reconcileBlocks(box, fresh);
            const shown = [...box.querySelectorAll(".block")].map((block) => block.innerHTML);
            return JSON.stringify(shown) !== JSON.stringify(wanted);
          });
        }""",
        [[text, str(render(text))] for text in texts],
    )
    assert wrong == []
