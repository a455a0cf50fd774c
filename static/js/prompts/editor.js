/**
 * The editor of a prompt: rows for its variables, made as they are named in the text, and the draft, kept on the
 * server while one types. Another tab's change is shown beside the words here; neither is overwritten.
 */

import { t } from "../i18n.js";
import { SignedOut, elementsOf, isSmall, post, sentenceOf } from "../chat/net.js";

const PAUSE = 700; // ms of rest before the draft is kept
const AGAIN = 5_000; // ms after a failure
const NAMED = /\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}/g;

const form = document.getElementById("editor");
const rows = document.getElementById("variable-rows");
const state = document.getElementById("draft-state");
const elsewhere = document.getElementById("draft-elsewhere");
const blank = document.getElementById("variable-row");

let timer = 0;
let saving = null;
let isChanged = false;
let isHeldBack = false; // another tab has changed it: nothing is stored before somebody has decided

// ── variables ──

let next = rows.children.length;

function addRow(name = "", at = null) {
  const fragment = elementsOf(blank.innerHTML.replaceAll("#", String(next)));
  next += 1;
  const row = fragment.querySelector("[data-variable]");
  row.querySelector('[name$="-name"]').value = name;
  rows.insertBefore(row, at);
  fit(row);
  return row;
}

/** Only the fields that the type has. */
function fit(row) {
  const type = row.querySelector("[data-variable-type]").value;
  for (const part of row.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== type;
  for (const part of row.querySelectorAll("[data-not]")) part.hidden = part.dataset.not === type;
}

/** A word in braces that is whole (the cursor is not in it) and has no row gets one. */
function follow(text) {
  const have = new Set([...rows.querySelectorAll('[name$="-name"]')].map((input) => input.value));
  for (const [, name] of text.matchAll(NAMED)) {
    if (have.has(name)) continue;
    have.add(name);
    addRow(name);
  }
}

for (const row of rows.children) fit(row);

form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-variable]")) addRow().querySelector("input").focus();
  const remove = event.target.closest("[data-remove-variable]");
  if (remove) {
    remove.closest("[data-variable]").remove();
    form.querySelector("[data-add-variable]").focus();
    changed();
  }
  const reset = event.target.closest("[data-reset]");
  if (reset) {
    const field = reset.closest(".field");
    for (const input of field.querySelectorAll("input")) {
      if (input.type === "radio") input.checked = input.value === "";
      else input.value = "";
    }
    field.classList.remove("is-set");
    changed();
  }
  const mine = event.target.closest("[data-keep-mine]");
  if (mine) {
    form.elements.revision.value = mine.dataset.revision;
    elsewhere.replaceChildren();
    isHeldBack = false;
    save();
  }
});

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-variable-type]")) fit(event.target.closest("[data-variable]"));
  event.target.closest("[data-field]")?.classList.toggle("is-set", event.target.value !== "");
  changed();
});

form.addEventListener("input", (event) => {
  if (event.target.name === "text") follow(event.target.value);
  changed();
});

// ── the draft ──

function changed() {
  isChanged = true;
  if (isHeldBack) return;
  state.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

/** One after the other: each says which revision it grew from. */
async function save() {
  clearTimeout(timer);
  if (saving) {
    await saving;
    return isChanged && !isHeldBack ? save() : undefined;
  }
  saving = store().finally(() => (saving = null));
  return saving;
}

async function store() {
  const fields = new FormData(form);
  fields.set("json", "1");
  isChanged = false;
  try {
    const response = await post(form.action, fields);
    if (response.ok) {
      form.elements.revision.value = (await response.json()).revision;
      state.textContent = t("Your draft is kept.");
    } else if (response.status === 409) {
      isHeldBack = isChanged = true;
      const { html, error } = await response.json();
      elsewhere.replaceChildren(elementsOf(html));
      state.textContent = error;
    } else {
      state.textContent = await sentenceOf(response, t("Not kept: the server refused."));
      isChanged = true;
    }
  } catch (error) {
    isChanged = true;
    if (error instanceof SignedOut) {
      state.textContent = t("Not kept: you are signed out. Sign in in another tab, then go on here.");
      return;
    }
    state.textContent = t("Not kept: no connection. It is tried again.");
    timer = setTimeout(save, AGAIN);
  }
}

form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (saving || isHeldBack) {
    event.preventDefault();
    await saving;
    if (isHeldBack) {
      elsewhere.querySelector("button")?.focus();
      return;
    }
    form.submit();
  }
  isChanged = false; // the form itself stores what is typed, and goes on
});

addEventListener("pagehide", () => {
  if (!isChanged || isHeldBack) return;
  const fields = new FormData(form);
  fields.set("json", "1");
  const body = new URLSearchParams(fields).toString();
  if (isSmall(body)) post(form.action, fields, { keepalive: true }).catch(() => {});
});

addEventListener("beforeunload", (event) => {
  if (isHeldBack) event.preventDefault();
});
