r"""Formulas in answers: `\(…\)`, `\[…\]`, `$$…$$` and a careful `$…$`, as markdown-it rules.

static/js/chat/maths.js is the same rule for the browser; tests/conversations/math_cases.json holds both to
it. The patterns use no `\s`, `\w` or `\d`, because Python and JavaScript disagree about what those match.

A formula becomes `<span class="math" data-display="inline|block">TeX</span>`; the browser draws it, and
without the browser's help the TeX is still readable.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# Bounds keep a text of nothing but openers from costing a scan to its end for each of them.
PARENS = re.compile(r"\\\(((?:[^\\]|\\[^)]){1,1000})\\\)")
BRACKETS = re.compile(r"\\\[((?:[^\\]|\\[^\]]){1,4000})\\\]")
DOUBLE = re.compile(r"\$\$((?:[^$\\]|\\[^\n]){1,4000})\$\$")
# A lone $ is usually money: no space inside the dollars, no letter, digit or dollar touching them outside.
SINGLE = re.compile(r"\$(?![ \t$])((?:[^$\\\n]|\\[^\n]){1,500})(?<![ \t])\$(?![0-9A-Za-z$])")
BEFORE_SINGLE = re.compile(r"[0-9A-Za-z$]")
AMOUNT = re.compile(r"[0-9][0-9.,]*[kKmMbB%]?[ \t]+\(?[A-Za-z]{2}")
EDGES = " \t\n"
MOST_LINES = 60

OPENER = re.compile(r"(?:\$\$|\\\[)")
CLOSERS = {"$$": "$$", "\\[": "\\]"}
ENDS = CLOSERS | {"\\(": "\\)"}
LONGEST = 8000  # characters of a formula: 4,000 that may all be escaped pairs


def add_maths(md: MarkdownIt) -> None:
    """Teaches `md` formulas, in text and as blocks."""
    # Before "escape": that rule would take the backslash of `\(` away.
    md.inline.ruler.before("escape", "math", _inline)
    md.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.add_render_rule("math", _render)
    md.add_render_rule("math_block", _render_block)


def _match(src: str, pos: int) -> tuple[str, str, int] | None:
    """The formula that starts at `pos`: (TeX, "inline" or "block", position after it)."""
    two = src[pos : pos + 2]
    if two in ENDS and src.find(ENDS[two], pos + 2, pos + LONGEST + 4) < 0:
        return None
    if two == "\\(":
        found, display = PARENS.match(src, pos), "inline"
    elif two == "\\[":
        found, display = BRACKETS.match(src, pos), "block"
    elif two == "$$":
        found, display = DOUBLE.match(src, pos), "block"
    elif two[:1] == "$" and not (pos and BEFORE_SINGLE.match(src, pos - 1)):
        found, display = SINGLE.match(src, pos), "inline"
        if found and AMOUNT.match(found[1]):
            return None
    else:
        return None
    if not found or not (tex := found[1].strip(EDGES)):
        return None
    return tex, display, found.end()


def _inline(state: StateInline, silent: bool) -> bool:
    if not (found := _match(state.src, state.pos)):
        return False
    tex, display, end = found
    if not silent:
        token = state.push("math", "span", 0)
        token.content = tex
        token.info = display
    state.pos = end
    return True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula that has its lines to itself; a blank line inside means that it was none."""
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    if not OPENER.match(first):
        return False
    closer = CLOSERS[first[:2]]
    last = min(end, start + MOST_LINES) - 1
    if state.src.find(closer, state.bMarks[start] + state.tShift[start] + 2, state.eMarks[last]) < 0:
        return False
    lines = [first[2:]]
    line = start
    while closer not in lines[-1]:
        line += 1
        if line > last or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        lines.append(_line(state, line))
    before, _, after = lines[-1].partition(closer)
    lines[-1] = before
    tex = "\n".join(lines).strip(EDGES)
    if after.strip(EDGES) or not tex:
        return False
    if silent:
        return True
    state.line = line + 1
    token = state.push("math_block", "p", 0)
    token.block = True
    token.content = tex
    token.map = [start, state.line]
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _render(self, tokens, index, options, env) -> str:
    token = tokens[index]
    return f'<span class="math" data-display="{token.info}">{escapeHtml(token.content)}</span>'


def _render_block(self, tokens, index, options, env) -> str:
    return f'<p><span class="math" data-display="block">{escapeHtml(tokens[index].content)}</span></p>\n'
