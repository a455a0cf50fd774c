// What finished blocks get on top of their canonical HTML: highlighted code with a copy button, and drawn formulas.
// The libraries are loaded when the first block needs them, and the work is done in idle time, a piece at a time.

import { t } from "../i18n.js";
import { copyText } from "./copy.js";
import { drawFormula } from "./formula.js";
import { highlightCode } from "./highlight.js";

const originals = new WeakMap();
const queue = [];
let isWaiting = false;

/** The HTML that `block` had before it was enhanced: what the server's canonical HTML is compared with. */
export function originalOf(block) {
  return originals.get(block) ?? block.innerHTML;
}

/**
 * Enhances the finished blocks in `container` (or the one block that it is). Harmless to call again; answers that
 * are still running are left alone. `announce(sentence)` speaks for the copy buttons.
 */
export function enhance(container, { announce = () => {} } = {}) {
  const blocks = container.matches?.(".block") ? [container] : container.querySelectorAll(".markdown .block");
  for (const block of blocks) {
    const isRunning = block !== container && block.closest("[aria-busy=true]");
    if (isRunning || originals.has(block) || !block.querySelector("pre, .math, .table-scroll")) continue;
    originals.set(block, block.innerHTML);
    for (const table of block.querySelectorAll(".table-scroll")) makeScrollable(table, t("Table"));
    for (const head of block.querySelectorAll("th:empty")) head.replaceWith(document.createElement("td")); // heads nothing
    for (const pre of block.querySelectorAll("pre")) frameCode(pre, announce);
    for (const code of block.querySelectorAll("pre > code[class]")) enqueue(() => highlightCode(code));
    for (const span of block.querySelectorAll(".math")) enqueue(() => drawFormula(span));
  }
}

/** Reachable by keyboard, because it may scroll inside itself. */
function makeScrollable(element, name) {
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", name);
}

function frameCode(pre, announce) {
  const language = /^language-(.+)$/.exec(pre.querySelector("code")?.className ?? "")?.[1] ?? "";
  const frame = document.createElement("div");
  frame.className = "code";
  if (language) frame.dataset.language = language;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "code-copy";
  button.textContent = t("Copy");
  button.setAttribute("aria-label", language ? t("Copy %(language)s code", { language }) : t("Copy code"));
  button.addEventListener("click", () => copyCode(button, pre, announce));
  pre.replaceWith(frame);
  frame.append(pre, button);
  makeScrollable(pre, language ? t("Code, %(language)s", { language }) : t("Code"));
}

async function copyCode(button, pre, announce) {
  const isCopied = await copyText(pre.textContent);
  button.textContent = isCopied ? t("Copied") : t("Not copied");
  announce(isCopied ? t("Code copied.") : t("The browser did not let the code be copied. Select it and copy it by hand."));
  setTimeout(() => {
    button.textContent = t("Copy");
  }, 2000);
}

/** Resolves when all blocks enhanced so far are coloured and drawn. */
export async function settled() {
  while (queue.length || isWaiting) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Does `job` when all blocks enhanced so far are coloured and drawn. */
export function afterwards(job) {
  enqueue(job);
}

function enqueue(job) {
  queue.push(job);
  wait();
}

const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 16));

function wait() {
  if (isWaiting) return;
  isWaiting = true;
  idle(work, { timeout: 1000 });
}

/** Does jobs while the browser is idle; after a long wait at least one. */
async function work(deadline) {
  do await queue.shift()();
  while (queue.length && deadline.timeRemaining() > 4);
  isWaiting = false;
  if (queue.length) wait();
}
