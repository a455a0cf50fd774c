/** The bubble of a question on its way, and what it says of itself. */

import { t } from "../i18n.js";

/** `fold`: characters above which it is shown in part, as the server does. */
export function bubbleFor(text, fold) {
  const article = document.createElement("article");
  article.className = "message message-user";
  article.dataset.role = "user";
  const heading = document.createElement("h3");
  heading.className = "visually-hidden";
  heading.textContent = t("You asked");
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.dir = "auto";
  bubble.textContent = text;
  const marks = document.createElement("p");
  marks.className = "marks";
  article.setAttribute("aria-label", heading.textContent); // the server's article is named by its heading's id
  article.append(heading, bubble, marks);
  if (text.length > fold) {
    bubble.classList.add("is-long");
    const button = buttonOf("expand", t("Show all"));
    button.classList.add("expand");
    button.setAttribute("aria-expanded", "false");
    bubble.after(button);
  }
  return article;
}

/** `state`: pending, waiting, failed or sent; `deeds`: [name, words] of the buttons beside the words. */
export function mark(bubble, state, words, deeds = [], ...extra) {
  for (const one of ["pending", "waiting", "failed"]) bubble.classList.toggle(`is-${one}`, one === state);
  const text = document.createElement("span");
  text.className = "mark";
  const icon = { waiting: "clock", failed: "warn", sent: "check" }[state];
  if (icon) text.append(iconOf(icon));
  text.append(words);
  const row = bubble.querySelector(".marks");
  if (!row) return;
  const held = row.contains(document.activeElement) ? document.activeElement.dataset.outbox ?? "" : null;
  row.replaceChildren(text, ...deeds.map(([deed, label]) => buttonOf(deed, label)), ...extra);
  if (held === null) return;
  // Whoever stands on one of the buttons stays there, and on the words while there are none.
  text.tabIndex = -1;
  (row.querySelector(`[data-outbox="${held || "retry"}"]`) ?? text).focus({ preventScroll: true });
}

export function expand(bubble, button) {
  const isOpen = bubble.querySelector(".bubble").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
  button.textContent = isOpen ? t("Show less") : t("Show all");
}

function buttonOf(deed, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.dataset.outbox = deed;
  button.textContent = words;
  return button;
}

function iconOf(name) {
  const template = document.createElement("template");
  template.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  return template.content.firstChild;
}
