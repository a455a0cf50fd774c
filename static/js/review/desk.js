/**
 * The reviewer's pages: forms that are sent without leaving the page, keys, dialogs, and the line to the server by
 * which a page learns that its right has ended. Everything works by the links and forms of the page itself.
 */

import { announce, toast } from "../chat/announce.js";
import { enhance } from "../chat/enhance.js";
import { elementsOf, get } from "../chat/net.js";
import { t } from "../i18n.js";
import { followFile } from "./exporting.js";
import { listenToForms } from "./forms.js";
import { listenToKeys } from "./keys.js";
import { leaveWhenOver, stay } from "./right.js";

const turns = document.getElementById("turns");
if (turns) enhance(turns, { announce });
document.body.addEventListener("htmx:afterSettle", () => turns && enhance(turns, { announce }));

leaveWhenOver();
const reading = document.querySelector("[data-visit]");
if (reading) stay(reading.dataset.visit, Number(reading.dataset.idle));
listenToForms({ onExport: followFile });
listenToKeys();

// Where there is room, search and filters are open (as the style sheet says where it can).
if (matchMedia("(min-width: 1024px)").matches) {
  for (const details of document.querySelectorAll(".fold-narrow")) details.open = true;
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-keys]")) document.getElementById("keys").showModal();
  const dialog = target.closest("dialog");
  if (dialog && (target === dialog || target.closest("[data-dialog-close]"))) dialog.close();
  const about = target.closest("[data-about]");
  if (about) show("about", about.dataset.about);
  const branches = target.closest("[data-branches]");
  if (branches) show("branches", branches.dataset.branches);
  const correct = target.closest("[data-correct]");
  if (correct) writeCorrection(correct.closest(".bar").querySelector(".correct"));
  const leave = target.closest("[data-leave]");
  if (leave) leaveCorrection(leave.closest("form"));
});

async function show(id, url) {
  const response = await get(url).catch(() => null);
  if (!response) return toast(t("The server cannot be reached. Try again in a moment."));
  if (response.status === 409) return location.reload(); // the visit is over: the page asks for a reason
  if (!response.ok) return undefined;
  const dialog = document.getElementById(id);
  dialog.replaceChildren(elementsOf(await response.text()));
  dialog.showModal();
  return undefined;
}

function writeCorrection(form) {
  form.hidden = false;
  form.querySelector("textarea").focus();
}

function leaveCorrection(form) {
  form.reset();
  form.hidden = true;
  form.closest("[data-answer-turn]").focus({ preventScroll: true });
}
