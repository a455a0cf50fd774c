// Formulas in answers: `\(…\)`, `\[…\]`, `$$…$$` and a careful `$…$`, as markdown-it rules.
//
// chatapp/conversations/maths.py is the same rule for the server; tests/conversations/math_cases.json holds both
// to it. The patterns use no \s, \w or \d, because Python and JavaScript disagree about what those match.

// Bounds keep a text of nothing but openers from costing a scan to its end for each of them.
const PARENS = /\\\(((?:[^\\]|\\[^)]){1,1000})\\\)/uy;
const BRACKETS = /\\\[((?:[^\\]|\\[^\]]){1,4000})\\\]/uy;
const DOUBLE = /\$\$((?:[^$\\]|\\[^\n]){1,4000})\$\$/uy;
// A lone $ is usually money: no space inside the dollars, no letter, digit or dollar touching them outside.
const SINGLE = /\$(?![ \t$])((?:[^$\\\n]|\\[^\n]){1,500})(?<![ \t])\$(?![0-9A-Za-z$])/uy;
const BEFORE_SINGLE = /[0-9A-Za-z$]/;
const AMOUNT = /^[0-9][0-9.,]*[kKmMbB%]?[ \t]+\(?[A-Za-z]{2}/;

const MOST_LINES = 60;
const CLOSERS = { "$$": "$$", "\\[": "\\]" };

/** Teaches `md` formulas, in text and as blocks. */
export function addMaths(md) {
  // Before "escape": that rule would take the backslash of `\(` away.
  md.inline.ruler.before("escape", "math", inline);
  md.block.ruler.before("fence", "math_block", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
  const { escapeHtml } = md.utils;
  md.renderer.rules.math = (tokens, index) =>
    `<span class="math" data-display="${tokens[index].info}">${escapeHtml(tokens[index].content)}</span>`;
  md.renderer.rules.math_pending = (tokens, index) => `<p>${escapeHtml(tokens[index].content)}</p>\n`;
  md.renderer.rules.math_block = (tokens, index) =>
    `<p><span class="math" data-display="block">${escapeHtml(tokens[index].content)}</span></p>\n`;
}

const trim = (tex) => tex.replace(/^[ \t\n]+|[ \t\n]+$/g, "");

function matchAt(pattern, src, pos) {
  pattern.lastIndex = pos;
  return pattern.exec(src);
}

/** The formula that starts at `pos`: [TeX, "inline" or "block", position after it], or null. */
function match(src, pos) {
  const two = src.slice(pos, pos + 2);
  let found;
  let display = "block";
  if (two === "\\(") {
    found = matchAt(PARENS, src, pos);
    display = "inline";
  } else if (two === "\\[") {
    found = matchAt(BRACKETS, src, pos);
  } else if (two === "$$") {
    found = matchAt(DOUBLE, src, pos);
  } else if (two[0] === "$" && !(pos && BEFORE_SINGLE.test(src[pos - 1]))) {
    found = matchAt(SINGLE, src, pos);
    display = "inline";
    if (found && AMOUNT.test(found[1])) return null;
  } else {
    return null;
  }
  const tex = found ? trim(found[1]) : "";
  return tex ? [tex, display, pos + found[0].length] : null;
}

function inline(state, silent) {
  const found = match(state.src, state.pos);
  if (!found) return false;
  if (!silent) {
    const token = state.push("math", "span", 0);
    [token.content, token.info] = found;
  }
  state.pos = found[2];
  return true;
}

/** A formula that has its lines to itself; a blank line inside means that it was none. */
function block(state, start, end, silent) {
  if (state.sCount[start] - state.blkIndent >= 4) return false;
  const first = lineOf(state, start);
  const closer = CLOSERS[first.slice(0, 2)];
  if (!closer) return false;
  const lines = [first.slice(2)];
  let line = start;
  while (!lines.at(-1).includes(closer)) {
    line += 1;
    if (line >= end && state.env.isOpen && line === state.lineMax) return pending(state, start, line, silent);
    if (line >= Math.min(end, start + MOST_LINES) || state.isEmpty(line) || state.sCount[line] < state.blkIndent) return false;
    lines.push(lineOf(state, line));
  }
  const last = lines.pop();
  const at = last.indexOf(closer);
  const tex = trim([...lines, last.slice(0, at)].join("\n"));
  if (trim(last.slice(at + 2)) || !tex) return false;
  if (silent) return true;
  state.line = line + 1;
  const token = state.push("math_block", "p", 0);
  token.block = true;
  token.content = tex;
  token.map = [start, state.line];
  return true;
}

/**
 * While the text still grows, a formula without its end is kept together as it is written: its lines would else be
 * taken for lists and headings for a moment. The server has no such case.
 */
function pending(state, start, line, silent) {
  if (silent) return true;
  state.line = line;
  const token = state.push("math_pending", "p", 0);
  token.block = true;
  token.content = state.getLines(start, line, state.blkIndent, false);
  token.map = [start, line];
  return true;
}

function lineOf(state, number) {
  return state.src.slice(state.bMarks[number] + state.tShift[number], state.eMarks[number]);
}
