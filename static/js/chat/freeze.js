// The open block itself can grow long: a list of a hundred items, a table, a paragraph without end. What comes
// before its last item, row or sentence is frozen in the page, and the source is cut so that it is parsed no more.
//
// What is frozen is {type, markup, host, nodes, loose, whole}: `host` is the element whose first `nodes` children stay.
// A browser lays out a list or a table as a whole when its end grows, so a long one is two while it grows: `whole`, to
// which what is frozen goes some dozens at a time, and `host` behind it. They are one again when the block is finished,
// and by then there is little left to move: moved all at once, a thousand items would be laid out in one task.

import { patchChildren } from "./patch.js";

const LONG_LIST = 1500; // characters of source from which freezing pays
const LONG_TABLE = 1500;
const LONG_PARAGRAPH = 3000;
const KEEP = 1000; // characters of a paragraph that stay open
const PART = 60; // nodes of a list or a table, half of them newlines

/** Whether `tokens` (one top-level block) go on with the block that `frozen` began. */
export function continues(frozen, tokens) {
  return tokens[0].type === frozen.type && tokens[0].markup === frozen.markup;
}

/** Before rendering: a list that was loose stays loose, though its open part alone looks tight. */
export function keepLoose(frozen, tokens) {
  if (!frozen.loose) return;
  for (const token of tokens) if (isItemParagraph(token)) token.hidden = false;
}

/** Paints `fragment`, the open part rendered as a block of its own, behind the frozen nodes. */
export function patchFrozen(frozen, fragment) {
  const body = frozen.type === "table_open" ? fragment.querySelector("tbody") : fragment.firstElementChild;
  const nodes = [...(body?.childNodes ?? [])];
  patchChildren(frozen.host, frozen.type === "paragraph_open" ? nodes : nodes.slice(1), frozen.nodes);
}

/** Called when the block is finished: leaves the nodes that rendering it at once would have made. */
export function seal(frozen) {
  const { host, whole } = frozen;
  const isTable = frozen.type === "table_open";
  const first = whole ?? host;
  if (whole) {
    whole.append(...[...host.childNodes].slice(1));
    (isTable ? host.parentElement : host).remove();
    whole.removeAttribute("class");
  }
  if (isTable) freeColumns(first.parentElement);
  first.normalize();
}

/**
 * Freezes what it can of the open block. `tokens` are the block's, painted in `block`; `source` is its text so far
 * or, when `frozen` is given, that of its open part. Returns null or {frozen, source} with the text still open.
 */
export function freeze(tokens, block, source, frozen) {
  switch (tokens[0].type) {
    case "bullet_list_open":
    case "ordered_list_open":
      return source.length > LONG_LIST ? freezeList(tokens, block, source, frozen) : null;
    case "table_open":
      return source.length > LONG_TABLE ? freezeTable(tokens, block, source, frozen) : null;
    case "paragraph_open":
      return source.length > LONG_PARAGRAPH ? freezeParagraph(tokens, block, source, frozen) : null;
    default:
      return null;
  }
}

function start(tokens, host, nodes) {
  return { type: tokens[0].type, markup: tokens[0].markup, host, nodes, loose: false, whole: null };
}

/** When enough is frozen in the host, it goes to the whole; the first time the host becomes that, with a new one behind. */
function divide(state) {
  if (state.nodes < PART) return;
  const { host, whole } = state;
  const moved = (state.nodes - 1) / 2;
  if (whole) whole.append(...[...host.childNodes].slice(1, state.nodes));
  else {
    state.whole = host;
    state.host = behind(host, state);
  }
  if (state.type === "ordered_list_open") state.host.start = (whole ? host : state.whole).start + moved;
  state.nodes = 1;
}

/** A list or table body like `host` behind it, with its open items or rows. */
function behind(host, state) {
  const next = host.cloneNode(false);
  next.append(host.firstChild.cloneNode(), ...[...host.childNodes].slice(state.nodes));
  if (state.type === "table_open") {
    keepColumns(host.parentElement);
    const table = host.parentElement.cloneNode(false);
    table.append(host.parentElement.querySelector("colgroup").cloneNode(true), next);
    host.parentElement.after(table);
  } else {
    host.classList.add("part");
    host.after(next);
  }
  return next;
}

/** The columns stay as wide as they are now, so that those of the tables behind this one stand below them. */
function keepColumns(table) {
  const width = table.getBoundingClientRect().width;
  const columns = document.createElement("colgroup");
  for (const head of table.rows[0].cells) {
    const column = document.createElement("col");
    column.style.width = `${(100 * head.getBoundingClientRect().width) / width}%`;
    columns.append(column);
  }
  table.prepend(columns);
  if (width > table.parentElement.clientWidth) table.style.inlineSize = `${width}px`;
  table.style.tableLayout = "fixed";
}

function freeColumns(table) {
  table.querySelector("colgroup")?.remove();
  table.removeAttribute("style");
}

const isItemParagraph = (token) => token.type === "paragraph_open" && token.level === 2;

function freezeList(tokens, block, source, frozen) {
  const items = tokens.filter((token) => token.type === "list_item_open" && token.level === 1);
  // A list's children are a newline, then an item and a newline each.
  const state = frozen ?? start(tokens, block.firstElementChild, 1);
  if (items.length < 2 || state.host.childNodes.length !== state.nodes + 2 * items.length) return null;
  state.nodes += 2 * (items.length - 1);
  state.loose ||= tokens.some((token) => isItemParagraph(token) && !token.hidden);
  divide(state);
  return { frozen: state, source: fromLine(source, items.at(-1).map[0] - tokens[0].map[0]) };
}

function freezeTable(tokens, block, source, frozen) {
  const body = tokens.findIndex((token) => token.type === "tbody_open");
  if (body < 0) return null;
  const rows = tokens.slice(body).filter((token) => token.type === "tr_open").length;
  const state = frozen ?? start(tokens, block.querySelector("tbody"), 1);
  if (rows < 2 || state.host.childNodes.length !== state.nodes + 2 * rows) return null;
  state.nodes += 2 * (rows - 1);
  divide(state);
  // One line is one row; the heading's two lines stay, so that the rest is still a table.
  const head = source.slice(0, source.length - fromLine(source, 2).length);
  return { frozen: state, source: head + fromLine(source, 1 + rows) };
}

/** Freezes whole sentences, where no emphasis, code or link can be open across the cut. */
function freezeParagraph(tokens, block, source, frozen) {
  const cut = sentenceEnd(source, source.length - KEEP);
  if (cut < 0) return null;
  const state = frozen ?? start(tokens, block.firstElementChild, 0);
  return { frozen: state, source: source.slice(cut), closed: source.slice(0, cut) };
}

const SENTENCE = /[.!?:;,] (?=[A-Za-z])|[。！？，、](?=[^\s!-~])/gu;

function sentenceEnd(source, before) {
  let cut = -1;
  for (const found of source.slice(0, before).matchAll(SENTENCE)) cut = found.index + found[0].length;
  return cut > 0 && isBalanced(source.slice(0, cut)) ? cut : -1;
}

function isBalanced(text) {
  const count = (mark) => text.split(mark).length - 1;
  return (
    ["`", "*", "_", "~", "$", "\\"].every((mark) => count(mark) % 2 === 0) &&
    count("[") === count("]") &&
    count("<") === count(">")
  );
}

function fromLine(source, line) {
  let at = 0;
  for (let n = 0; n < line && at >= 0; n += 1) at = source.indexOf("\n", at) + 1 || source.length;
  return source.slice(at);
}
