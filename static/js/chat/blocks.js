// The block memo: Markdown that grows at its end, painted so that only its open last block is parsed again.
//
// What the shortcuts get wrong (a link defined further down, a list that turns out to be loose) is put right when
// the server's canonical HTML comes; see reconcile.js.

import { createDialect } from "./dialect.js";
import { OpenFence, isOpenFence } from "./fence.js";
import { continues, freeze, keepLoose, patchFrozen, seal } from "./freeze.js";
import { patchChildren } from "./patch.js";
import { sanitise } from "./sanitise.js";

// A last line that can still become something else: "-" under a paragraph is a heading until it is a list item.
const UNDECIDED = /(?:^|\n) {0,3}(?:[-=*+_#>`~]+|[0-9]{1,9}[.)]?|\$\$?|\\\[?)[ \t]*$/;

const GROUP = 16; // blocks

const md = createDialect();

export class BlockMemo {
  #container;
  #onBlock;
  #tail = ""; // source of the open block, or of its open part
  #references = Object.create(null); // link definitions in finished text
  #open = null; // element of the open block
  #existing; // the server's blocks that are not yet taken over
  #group = null; // where new blocks go
  #frozen = null; // see freeze.js
  #fence = null;
  #return = false; // the text so far ends with a carriage return

  /**
   * Paints blocks into `container`; those it already has (the server's) are taken over in order.
   * `onBlock(element)` gets each block once it is finished.
   */
  constructor(container, onBlock) {
    this.#container = container;
    this.#existing = [...container.querySelectorAll(".block")];
    this.#onBlock = onBlock;
  }

  /** Paints the next piece of the text. */
  take(text) {
    if (this.#return && text.startsWith("\n")) text = text.slice(1);
    this.#return = text.endsWith("\r");
    this.#feed(text.replace(/\r\n?/g, "\n"));
  }

  /** The text has ended: finishes the last block. */
  close() {
    if (this.#fence) this.#endFence();
    else this.#parse(true);
    this.#settle();
    this.#tail = "";
  }

  #feed(text) {
    if (this.#fence) {
      const rest = this.#fence.take(text);
      if (rest === null) return;
      this.#endFence();
      text = rest;
    }
    this.#tail += text;
    this.#parse(false);
  }

  #parse(isLast) {
    const source = isLast ? this.#tail : this.#tail.replace(UNDECIDED, "");
    const env = { references: Object.create(this.#references), isOpen: !isLast };
    const blocks = topLevel(md.parse(source, env));
    // A formula without its end: the block before it may yet turn out to go on, so that one stays open.
    const isPending = blocks.at(-1)?.[0].type === "math_pending";
    if (isPending) blocks.pop();
    if (!blocks.length) return;
    for (const tokens of blocks.slice(0, -1)) {
      this.#paint(tokens, env);
      this.#settle();
    }
    const tokens = blocks.at(-1);
    this.#paint(tokens, env);
    this.#cut(source, tokens[0].map[0], env);
    if (!isLast && !isPending) this.#shorten(tokens);
  }

  /** Forgets the source before `line`, but for the links it defines. */
  #cut(source, line, env) {
    if (!line) return;
    const offset = lineOffset(source, line);
    if (Object.keys(env.references).length) md.parse(source.slice(0, offset), { references: this.#references });
    this.#tail = this.#tail.slice(offset);
  }

  /** Keeps the open block cheap to parse. */
  #shorten(tokens) {
    if (isOpenFence(tokens[0])) {
      if (!this.#tail.includes("\n")) return;
      this.#fence = new OpenFence(this.#open.querySelector("code"), tokens[0], this.#tail);
      this.#tail = "";
      return;
    }
    const shorter = freeze(tokens, this.#open, this.#tail, this.#frozen);
    if (!shorter) return;
    if (shorter.closed) this.#paintParagraphStart(shorter);
    this.#frozen = shorter.frozen;
    this.#tail = shorter.source;
  }

  /** Paints the closed sentences alone, so that it is known which nodes are theirs; then the open ones again. */
  #paintParagraphStart({ frozen, closed, source }) {
    const env = { references: Object.create(this.#references) };
    const renderNodes = (text) => [...sanitise(md.renderInline(text, env)).childNodes];
    const space = closed.endsWith(" ") ? [document.createTextNode(" ")] : [];
    patchChildren(frozen.host, [...renderNodes(closed.trim()), ...space], frozen.nodes);
    frozen.nodes = frozen.host.childNodes.length;
    frozen.host.append(...renderNodes(source.trimEnd()));
  }

  #endFence() {
    this.#fence.end();
    const env = { references: this.#references };
    const tokens = md.parse(this.#fence.source, env);
    this.#fence = null;
    this.#paint(tokens, env);
    this.#settle();
  }

  #paint(tokens, env) {
    if (this.#frozen && !continues(this.#frozen, tokens)) this.#settle();
    if (this.#frozen) keepLoose(this.#frozen, tokens);
    const fragment = sanitise(md.renderer.render(tokens, md.options, env));
    if (this.#frozen) {
      patchFrozen(this.#frozen, fragment);
      return;
    }
    this.#open ??= this.#nextBlock();
    patchChildren(this.#open, [...fragment.childNodes]);
  }

  /** The server's next block, or a new one. New ones are grouped: see .group in markdown.css. */
  #nextBlock() {
    const existing = this.#existing.shift();
    if (existing) return existing;
    if (!this.#group || this.#group.childElementCount >= GROUP) {
      this.#group?.classList.add("closed");
      this.#group = append(this.#container, "group");
    }
    return append(this.#group, "block");
  }

  #settle() {
    if (!this.#open) return;
    if (this.#frozen) seal(this.#frozen);
    this.#frozen = null;
    const block = this.#open;
    this.#open = null;
    this.#onBlock(block);
  }
}

function append(parent, className) {
  const element = document.createElement("div");
  element.className = className;
  parent.append(element);
  return element;
}

/** `tokens` in groups, one for each top-level block. */
function topLevel(tokens) {
  const groups = [];
  let group = [];
  let depth = 0;
  for (const token of tokens) {
    group.push(token);
    depth += token.nesting;
    if (depth === 0) {
      groups.push(group);
      group = [];
    }
  }
  return groups;
}

function lineOffset(text, line) {
  let at = 0;
  for (let n = 0; n < line; n += 1) at = text.indexOf("\n", at) + 1;
  return at;
}
