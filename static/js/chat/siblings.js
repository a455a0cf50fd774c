/** From one version of a message to the next: ‹ 2/3 ›. */

import { announce } from "./announce.js";
import { urls } from "./urls.js";

/** Go where the arrow `button` leads; the focus goes along. */
export async function show(button, page) {
  const { sibling, way } = button.dataset;
  button.disabled = true; // two quick clicks are one step
  const done = await page.own(page.deed(urls.show(sibling), sibling, {}, ""));
  const article = document.getElementById(`m-${sibling}`);
  // Whoever has gone on meanwhile is not called back. Drawing the branch leaves the focus with the message.
  const focused = document.activeElement;
  const isThere = article?.contains(focused) && !focused.matches("textarea, input");
  const isFree = focused === document.body || isThere || Boolean(focused?.closest(".siblings"));
  if (!done || !article) {
    button.disabled = false;
    if (isFree) button.focus({ preventScroll: true });
    return;
  }
  if (!isFree) return;
  const arrows = [...article.querySelectorAll('[data-do="sibling"]:not(:disabled)')];
  (arrows.find((arrow) => arrow.dataset.way === way) ?? arrows[0])?.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest" });
  announce(article.querySelector("[data-siblings]")?.textContent ?? "");
}

/** The arrow of a message with versions, that one has the focus in, else the last in the page; null if none leads on. */
export function arrow(way) {
  const focused = document.activeElement?.closest("article[data-message]");
  const all = [...document.querySelectorAll("#transcript article .siblings")];
  const row = focused?.querySelector(".siblings") ?? all.at(-1);
  return row?.querySelector(`[data-way="${way}"]:not(:disabled)`) ?? null;
}
