/** The dialog that makes a link to the open chat: says what will be visible, makes it, copies it, revokes it. */

import { t } from "../i18n.js";
import { announce } from "./announce.js";
import { copyLink } from "./copylink.js";
import { Dialog } from "./dialog.js";
import { urls } from "./urls.js";

const dialog = new Dialog({ id: "share", label: t("Share this chat"), style: "sharing", filled: say, changed: say, clicked, submitted });
const within = (selector) => dialog.element.querySelector(selector);

/** Open the dialog for a conversation. */
export function openShare(key) {
  return dialog.open(urls.share(key));
}

function clicked(event) {
  const copy = event.target.closest("[data-copy-link]");
  if (copy) copyLink(copy);
  if (event.target.closest("[data-another]")) {
    const form = within("#share-form");
    form.hidden = false;
    event.target.closest("[data-another]").remove();
    form.querySelector("input:checked").focus();
  }
}

/** Puts what is chosen into the list of what will be visible. */
function say() {
  const form = within("#share-form");
  if (!form) return;
  const row = (name, words) => (form.querySelector(`[data-say="${name}"]`).textContent = words);
  row("who", form.querySelector("[name=audience]:checked").dataset.says);
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    row(box.dataset.row, box.checked ? box.dataset.says : box.dataset.saysNot);
  }
  const until = form.elements.until.selectedOptions[0];
  form.elements.date.hidden = until.value !== "date";
  row("until", until.dataset.says);
}

async function submitted(form) {
  const response = await dialog.post(form);
  if (!response) return;
  dialog.fill(await response.text());
  say();
  if (form.matches("[data-revoke]")) revoked();
  else made();
}

function made() {
  announce(t("The link is made."));
  within(".dialog-body").scrollTop = 0;
  within(".share-made [data-copy-link]")?.focus();
}

function revoked() {
  announce(t("The link is revoked."));
  (within("#share-links-title") ?? within("[data-dialog-close]")).focus();
}
