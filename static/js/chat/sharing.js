/** The dialog that makes a link to the open chat: says what will be visible, makes it, copies it, revokes it. */

import { announce, toast } from "./announce.js";
import { copyLink } from "./copylink.js";
import { lateStyle } from "./late.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NO_CONNECTION = "No connection: nothing was changed. Try again.";

let dialog = null;

/** Open the dialog for a conversation. Throws if it cannot be loaded. */
export async function openShare(key) {
  const style = lateStyle("sharing");
  const response = await get(urls.share(key));
  if (!response.ok) throw new Error(String(response.status));
  const words = await response.text();
  await style;
  dialog ??= build();
  if (dialog.open) return;
  show(words);
  dialog.showModal();
}

function build() {
  const made = document.createElement("dialog");
  made.id = "share";
  made.className = "dialog";
  made.setAttribute("aria-labelledby", "share-title");
  made.addEventListener("click", clicked);
  made.addEventListener("change", say);
  made.addEventListener("submit", submitted);
  document.body.append(made);
  return made;
}

function show(words) {
  dialog.replaceChildren(elementsOf(words));
  say();
}

function clicked(event) {
  if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
  const copy = event.target.closest("[data-copy-link]");
  if (copy) copyLink(copy);
  if (event.target.closest("[data-another]")) {
    const form = dialog.querySelector("#share-form");
    form.hidden = false;
    event.target.closest("[data-another]").remove();
    form.querySelector("input:checked").focus();
  }
}

/** Puts what is chosen into the list of what will be visible. */
function say() {
  const form = dialog.querySelector("#share-form");
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

async function submitted(event) {
  event.preventDefault();
  const form = event.target;
  const isRevoking = form.matches("[data-revoke]");
  const button = event.submitter;
  button.disabled = true;
  tell("");
  try {
    const response = await post(form.getAttribute("action"), new FormData(form));
    if (!response.ok) {
      tell(await sentenceOf(response, "The server refused. Try again."));
      return;
    }
    show(await response.text());
    if (isRevoking) revoked();
    else made();
  } catch (error) {
    if (error instanceof SignedOut) dialog.close();
    else tell(NO_CONNECTION);
  } finally {
    button.disabled = false;
  }
}

function made() {
  announce("The link is made.");
  dialog.querySelector(".dialog-body").scrollTop = 0;
  dialog.querySelector(".share-made [data-copy-link]")?.focus();
}

function revoked() {
  announce("The link is revoked.");
  const place = dialog.querySelector("#share-links-title") ?? dialog.querySelector("[data-dialog-close]");
  place.focus();
}

/** Said in the dialog: a toast would lie behind it. */
function tell(words) {
  const place = dialog.querySelector("#share-error");
  if (!place) return words && toast(words);
  place.textContent = words;
  place.hidden = !words;
  if (words) place.scrollIntoView({ block: "nearest" });
  return undefined;
}
