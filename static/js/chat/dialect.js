// The Markdown of answers, for text that is still streaming: CommonMark with tables, strikethrough and formulas,
// without HTML. chatapp/conversations/rendering.py is its twin on the server, whose HTML is the canonical one;
// both must give the same HTML for the same text.

import markdownit from "../../vendor/markdown-it-15.0.3.js";
import { addMaths } from "./maths.js";

const LINK = /^(?:https?|mailto):/i;
// The first word of a fence's info string; braces, commas and colons begin attributes in some habits.
const LANGUAGE = /^[A-Za-z0-9][A-Za-z0-9+#._-]{0,39}(?![^ \t{,:])/;
const TOP_HEADING = 3; // the page has h1 and h2, each message an h3, and an answer mostly begins with ##
const DEEPEST_HEADING = 6;

/** A markdown-it of our dialect. What it renders is not yet sanitised. */
export function createDialect() {
  const md = markdownit("commonmark", { html: false, linkify: false, xhtmlOut: false });
  md.enable(["table", "strikethrough"]);
  md.validateLink = (url) => LINK.test(url);
  addMaths(md);
  md.core.ruler.before("inline", trimLikePython.name, trimLikePython);
  for (const rule of [imagesToLinks, shiftHeadings, alignByAttribute]) md.core.ruler.push(rule.name, rule);

  const { escapeHtml, unescapeAll } = md.utils;
  Object.assign(md.renderer.rules, {
    link_open(tokens, index, options, env, self) {
      tokens[index].attrSet("target", "_blank");
      tokens[index].attrSet("rel", "noopener noreferrer nofollow");
      return self.renderToken(tokens, index, options);
    },
    fence(tokens, index) {
      const { info, content } = tokens[index];
      const language = LANGUAGE.exec(unescapeAll(info).replace(/^[ \t]+/, ""));
      const attribute = language ? ` class="language-${language[0].toLowerCase()}"` : "";
      return `<pre><code${attribute}>${escapeHtml(content)}</code></pre>\n`;
    },
    table_open: () => '<div class="table-scroll"><table>\n',
    table_close: () => "</table></div>\n",
  });
  return md;
}

// What Python's str.strip() takes away, with which markdown-it-py trims paragraphs, headings and table cells.
const EDGE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const EDGES = new RegExp(`^${EDGE}|${EDGE}$`, "g");

function trimLikePython(state) {
  for (const token of state.tokens) if (token.type === "inline") token.content = token.content.replace(EDGES, "");
}

/** `![alt](url)` becomes a link: a remote image would tell its server who reads, and carry data out in its URL. */
function imagesToLinks(state) {
  for (const block of state.tokens) {
    if (block.type !== "inline" || !block.children) continue;
    const children = [];
    let depth = 0;
    for (const token of block.children) {
      depth += (token.type === "link_open") - (token.type === "link_close");
      if (token.type !== "image") {
        children.push(token);
        continue;
      }
      const alt = state.md.renderer.renderInlineAsText(token.children ?? [], state.md.options, state.env);
      const text = new state.Token("text", "", 0);
      text.content = /[^ \n]/.test(alt) ? `Image: ${alt}` : "Image";
      if (depth) {
        children.push(text);
        continue;
      }
      const link = new state.Token("link_open", "a", 1);
      link.attrs = [["href", token.attrGet("src")]];
      if (token.attrGet("title")) link.attrs.push(["title", token.attrGet("title")]);
      children.push(link, text, new state.Token("link_close", "a", -1));
    }
    block.children = children;
  }
}

function shiftHeadings(state) {
  for (const token of state.tokens) {
    if (token.type !== "heading_open" && token.type !== "heading_close") continue;
    token.tag = `h${Math.min(Number(token.tag[1]) + TOP_HEADING - 1, DEEPEST_HEADING)}`;
  }
}

/** Column alignment as `align`: the page's policy forbids the style attribute that markdown-it writes. */
function alignByAttribute(state) {
  for (const token of state.tokens) {
    if (token.type !== "th_open" && token.type !== "td_open") continue;
    const style = token.attrGet("style");
    if (style) token.attrs = [["align", style.replace("text-align:", "")]];
  }
}
