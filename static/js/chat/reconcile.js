// Brings a streamed article to the server's canonical HTML. What is the same stays the same node: usually that is
// everything but the state, the actions and the notice, and nothing above the reader's eyes moves.

import { originalOf } from "./enhance.js";
import { patchChildren } from "./patch.js";

/**
 * Makes `article` what `fresh` (the canonical article, not yet in the page) is. Returns the answer blocks that are
 * new and want enhancing. The reader's own opening or folding of the reasoning stays.
 */
export function reconcileArticle(article, fresh) {
  const changed = reconcileBlocks(article.querySelector("[data-answer]"), fresh.querySelector("[data-answer]"));
  reconcileReasoning(article.querySelector("[data-reasoning]"), fresh.querySelector("[data-reasoning]"));
  copyAttributes(article, fresh);
  const fold = article.querySelector(".compact-fold");
  if (fold) fresh.querySelector(".compact-fold")?.toggleAttribute("open", fold.open);
  const kept = new Map([...article.children].map((child) => [keyOf(child), child]));
  const children = [...fresh.children].map((child) => {
    const old = kept.get(keyOf(child));
    return old && (old.matches("[data-answer], [data-reasoning]") || old.isEqualNode(child)) ? old : child;
  });
  for (const child of [...article.children]) if (!children.includes(child)) child.remove();
  let at = article.firstElementChild;
  for (const child of children) {
    if (child === at) at = at.nextElementSibling;
    else article.insertBefore(child, at);
  }
  return changed;
}

function keyOf(element) {
  if (element.matches("[data-answer]")) return "answer";
  if (element.matches("[data-reasoning]")) return "reasoning";
  return `${element.localName} ${element.className}`;
}

/** Replaces the blocks that differ; what is the same at both ends is kept. Returns those that came in. */
export function reconcileBlocks(container, fresh) {
  if (!container || !fresh) return [];
  const olds = [...container.querySelectorAll(".block")];
  const news = [...fresh.querySelectorAll(".block")];
  let head = 0;
  while (head < olds.length && head < news.length && isSame(olds[head], news[head])) head += 1;
  let tail = 0;
  const most = Math.min(olds.length, news.length) - head;
  while (tail < most && isSame(olds.at(-1 - tail), news.at(-1 - tail))) tail += 1;
  const gone = olds.slice(head, olds.length - tail);
  const come = news.slice(head, news.length - tail);
  let before = olds[head - 1];
  for (const block of come) {
    const old = gone.shift();
    if (old) old.replaceWith(block);
    else if (before) before.after(block);
    else container.prepend(block);
    before = block;
  }
  for (const old of gone) old.remove();
  return come;
}

function isSame(old, block) {
  const before = originalOf(old);
  if (before === block.innerHTML) return true;
  // The two sanitisers may write attributes in another order.
  const holder = document.createElement("template");
  holder.innerHTML = before;
  const other = document.createElement("template");
  other.innerHTML = block.innerHTML;
  return holder.content.isEqualNode(other.content);
}

function reconcileReasoning(details, fresh) {
  if (!details || !fresh) return;
  const isOpen = details.open;
  const text = details.querySelector("[data-reasoning-text]");
  const freshText = fresh.querySelector("[data-reasoning-text]");
  if (text && freshText && text.textContent !== freshText.textContent) text.textContent = freshText.textContent;
  patchChildren(details.querySelector("summary"), [...fresh.querySelector("summary").childNodes]);
  copyAttributes(details, fresh);
  details.open = isOpen;
}

function copyAttributes(element, fresh) {
  for (const name of element.getAttributeNames()) {
    if (name === "tabindex") continue; // without it the focus on a message would be lost
    if (!fresh.hasAttribute(name)) element.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}
