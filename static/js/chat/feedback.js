/** Thumbs: pressed and released at once; the reasons are asked beside them and never in the way. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { known, over, typed, typedFor } from "./edits.js";
import { lateStyle } from "./late.js";
import { place } from "./menu.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: your feedback was not saved. Try again.");
const COPY_ONCE_IN = 60_000; // ms, as on the server

const buttonOf = (message, deed) => document.querySelector(`#m-${message} [data-do="${deed}"]`);

let box = null;
let saved = ""; // what the form said when it was last sent to be stored
let stored = ""; // … and when that had been done

/** A thumb was pressed: `onChanged(message)` brings the message up to date and gives a promise of that. */
export async function thumb(deed, message, button, onChanged) {
  const isOn = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!isOn));
  const done = await save(message, { thumb: isOn ? "" : deed.replace("thumb-", "") });
  if (!done) {
    button.setAttribute("aria-pressed", String(isOn));
    return;
  }
  announce(isOn ? t("Feedback removed") : t("Thank you. You can say why."));
  await onChanged(message);
  if (isOn) buttonOf(message, deed)?.focus({ preventScroll: true });
  else await openWhy(message, deed, onChanged);
}

/** Opens the reasons beside the button called `deed`. */
export async function openWhy(message, deed, onChanged) {
  try {
    const style = lateStyle("feedback");
    const response = await get(urls.feedback(message));
    if (!response.ok) throw new Error(String(response.status));
    const fresh = elementsOf(await response.text());
    await style;
    await known;
    const button = buttonOf(message, deed);
    if (!button || !fresh.querySelector("form")) return;
    show(fresh, message, button, onChanged);
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(t("The reasons could not be loaded. Your thumb is saved."));
  }
}

function show(fresh, message, button, onChanged) {
  if (box?.matches(":popover-open")) box.hidePopover();
  box?.remove();
  box = document.createElement("div");
  box.id = "feedback";
  box.className = "popover feedback";
  box.popover = "auto";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", t("Feedback on this answer"));
  box.append(fresh);
  document.getElementById("app").append(box);
  const form = box.querySelector("form");
  const deed = button.dataset.do;
  saved = stored = stateOf(form);
  fill(form);
  form.addEventListener("input", () => typed(keptAs(message), JSON.stringify({ base: stored, now: stateOf(form) })));
  form.addEventListener("change", () => keep(form));
  const leaving = () => keep(form);
  addEventListener("pagehide", leaving);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    box.hidePopover();
  });
  form.querySelector("[data-take-back]").addEventListener("click", async () => {
    if (!(await save(message, { thumb: "" }))) return;
    over(keptAs(message));
    saved = stored = stateOf(form);
    box.hidePopover();
    announce(t("Feedback removed"));
    await onChanged(message);
    buttonOf(message, `thumb-${form.dataset.thumb}`)?.focus({ preventScroll: true });
  });
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    removeEventListener("pagehide", leaving);
    keep(form);
    // The button that opened it may have been drawn anew meanwhile.
    if (document.activeElement === document.body) buttonOf(message, deed)?.focus({ preventScroll: true });
  });
  button.focus({ preventScroll: true });
  box.showPopover();
  place(box, button);
  form.querySelector("input").focus({ preventScroll: true });
}

function fieldsOf(form) {
  const data = new FormData(form);
  return { thumb: form.dataset.thumb, why: "1", reasons: data.getAll("reasons").join(","), words: data.get("words") };
}

const stateOf = (form) => JSON.stringify(fieldsOf(form));
const keptAs = (message) => `feedback:${message}`;

/** Stores what the form says, if it says something new; what could not be stored is kept on the device. */
async function keep(form) {
  const state = stateOf(form);
  const { message } = form.dataset;
  if (state === saved) {
    if (state === stored) over(keptAs(message));
    return;
  }
  const before = saved;
  saved = state;
  const done = await save(message, fieldsOf(form), form.isConnected && form.querySelector("[data-status]"));
  if (done) stored = state;
  else if (saved === state) saved = before;
  if (done && stateOf(form) === state) over(keptAs(message));
}

/** What was typed before and is not stored; that is tried again when the form is closed. */
function fill(form) {
  const left = keptAs(form.dataset.message);
  const { base, now } = JSON.parse(typedFor(left) ?? "{}");
  // What is stored by now is not what it was typed over: it was stored after all, or changed elsewhere since.
  if (base !== stored) return void over(left);
  const { reasons, words } = JSON.parse(now);
  const ticked = reasons.split(",");
  for (const box of form.querySelectorAll("[name=reasons]")) box.checked = ticked.includes(box.value);
  form.querySelector("[name=words]").value = words;
}

/** Whether it is stored; why not is said in a toast. */
async function save(message, fields, status) {
  try {
    const response = await post(urls.rate(message), fields, { keepalive: true });
    if (response.ok) {
      if (status) status.textContent = t("Saved");
      return true;
    }
    toast(await sentenceOf(response, t("The server refused. Try again.")));
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
  }
  return false;
}

// ── the copy signal ──

const told = new Map(); // message → when it was told

/** Tell the server, at most once per message and minute, that an answer was copied. Nobody waits for it. */
export function copied(message) {
  const now = Date.now();
  if (now - (told.get(message) ?? -Infinity) < COPY_ONCE_IN) return;
  told.set(message, now);
  post(urls.copied(message), {}, { keepalive: true }).catch(() => {});
}
