/**
 * What a screen reader is told, and toasts for what is visible nowhere else. While a modal dialog is open the rest of
 * the page is dead to eyes, mouse and reader: the voices of the page go where it is alive.
 */

import { t } from "../i18n.js";

document.addEventListener("toggle", (event) => event.target.localName === "dialog" && follow(), true);
document.addEventListener("close", (event) => event.target.localName === "dialog" && follow(), true);

/** Into the dialog that was opened last, or back into the page. */
function follow() {
  const voices = document.getElementById("voices");
  const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (!voices || voices.parentElement === home) return;
  home.append(voices);
  lift();
}

/** Toasts lie above all that is open. */
function lift() {
  const box = document.getElementById("toasts");
  if (box.matches(":popover-open")) box.hidePopover();
  if (box.childElementCount) box.showPopover();
}

/** What is in a dialog but for the voices of the page. */
export function withoutVoices(dialog) {
  return [...dialog.childNodes].filter((node) => node.id !== "voices");
}

/** A quiet word: "Answering", "Answer finished". Said when the reader pauses; an error is said at once. */
export function announce(words, { isError = false } = {}) {
  if (isError) alertAll(words);
  else say("announcer", words);
}

/** An error; said at once. */
export function alertAll(words) {
  say("alerts", words);
}

function say(id, words) {
  follow();
  const place = document.getElementById(id);
  if (!place) return;
  // The same words twice are only spoken twice if the node was empty in between.
  place.textContent = "";
  setTimeout(() => (place.textContent = words), 60);
}

/**
 * A short message with at most one action; gone after `seconds`, not while it is pointed at or focused. Said again
 * while it is there, it is not there twice. Returns a function that takes it away.
 */
export function toast(words, { action, onAction, seconds = 8 } = {}) {
  const same = [...document.querySelectorAll("#toasts .toast")].find((one) => one.textContent === words);
  same?.remove(); // one with an action never is the same: each stands for what was done
  const box = document.createElement("div");
  box.className = "toast";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  let timer;
  const close = () => {
    clearTimeout(timer);
    box.remove();
    lift();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(close, seconds * 1000);
  };
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.addEventListener("click", () => {
      close();
      onAction();
    });
    box.append(button);
  }
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, wait);
  follow();
  document.getElementById("toasts").append(box);
  lift();
  announce(action ? t("%(words)s %(action)s is in the list of messages.", { words, action }) : words);
  wait();
  return close;
}
