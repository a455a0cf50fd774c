/** A message that was looked for: shown where it stands, marked for a moment, with the focus on it. */

import { lateStyle } from "./late.js";

const SECONDS = 2.5;

/** `where`: "reasoning" if that is what was found; it is opened. */
export async function reveal(article, where, scroller) {
  const reasoning = article.querySelector("[data-reasoning]");
  if (where === "reasoning" && reasoning) reasoning.open = true;
  article.querySelector('[data-do="expand"][aria-expanded="false"]')?.click();
  scroller.show(article);
  article.tabIndex = -1; // and stays: what opens from here gives the focus back to it
  article.focus({ preventScroll: true });
  await lateStyle("palette");
  article.classList.add("is-found");
  setTimeout(() => article.classList.remove("is-found"), SECONDS * 1000);
}
