/** The search of the help page: sections that have all words stay, the others and their lines in the contents go. */

import { announce } from "./chat/announce.js";
import { t, tn } from "./i18n.js";

const box = document.getElementById("help-search");
const none = document.querySelector(".help-none");
const entries = [...document.querySelectorAll(".help-contents li")].map((line) => {
  const section = document.getElementById(decodeURIComponent(line.firstElementChild.hash.slice(1))).closest("section");
  return { line, section, words: plain(section.textContent) };
});

box.closest("[hidden]").hidden = false;
box.addEventListener("input", () => {
  const wanted = plain(box.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { line, section, words } of entries) {
    const fits = wanted.every((word) => words.includes(word));
    line.hidden = section.hidden = !fits;
    found += fits;
  }
  none.hidden = found > 0;
  announce(found ? tn("%(n)s section", "%(n)s sections", found) : t("No section has all of these words."));
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const first = entries.find(({ section }) => !section.hidden);
  first?.line.firstElementChild.click();
});

/** Without case and accents. */
function plain(text) {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
