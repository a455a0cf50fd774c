/** “Your data”: choosing chats to export, and uploading a file to import, part by part. */

import { t, tn } from "./i18n.js";
import { get, post, sentenceOf } from "./chat/net.js";

// ── choosing ──

const exporting = document.getElementById("export");
const list = document.getElementById("chats");
const chosen = new Set();

exporting.addEventListener("change", (event) => {
  const { target } = event;
  if (target.name === "which") showChoice(target.value === "some");
  if (!target.matches("[data-chat]")) return;
  if (target.checked) chosen.add(target.value);
  else chosen.delete(target.value);
  count();
});

function showChoice(some) {
  document.getElementById("chosen").hidden = !some;
  if (some && !list.children.length) {
    window.htmx.ajax("GET", list.dataset.url, { source: list, target: list, swap: "innerHTML" });
  }
  count();
}

function count() {
  const some = exporting.elements.which.value === "some";
  const words = chosen.size
    ? tn("%(n)s chat chosen.", "%(n)s chats chosen.", chosen.size)
    : t("No chat chosen yet.");
  document.getElementById("chosen-count").textContent = words;
  exporting.elements.conversations.value = some ? [...chosen].join(",") : "";
  exporting.querySelector("[type=submit]").disabled = some && !chosen.size;
}

// ── importing ──

const form = document.getElementById("upload");
const uploading = document.getElementById("uploading");
const bar = uploading.querySelector("progress");
const words = document.getElementById("uploading-words");
const error = document.getElementById("upload-error");
const TRIES = 8;

let stopped = null; // the way to stop the upload that runs

class Refusal extends Error {}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (!file || stopped) return;
  stopped = new AbortController();
  say("");
  document.getElementById("import").hidden = true;
  uploading.hidden = false;
  form.querySelector("[type=submit]").disabled = true;
  try {
    await upload(file, stopped.signal);
    form.reset();
  } catch (problem) {
    if (problem.name === "AbortError") await post(form.dataset.cancel);
    else say(problem instanceof Refusal ? problem.message : broken(problem));
  } finally {
    stopped = null;
    uploading.hidden = true;
    form.querySelector("[type=submit]").disabled = false;
    await refresh().catch(() => {});
  }
});

function broken(problem) {
  return problem instanceof TypeError
    ? t("The connection was lost. What was uploaded is kept: choose the same file again to go on.")
    : t("The upload did not work. Reload this page and try again.");
}

async function upload(file, signal) {
  show(0, file);
  const begun = await told(await post(form.dataset.begin, { name: file.name, size: file.size }));
  let at = begun.received;
  while (at < file.size) {
    signal.throwIfAborted();
    show(at, file);
    at = await send(file, at, signal);
  }
  show(at, file);
  const checked = await post(form.dataset.check);
  if (!checked.ok) throw new Refusal(await sentenceOf(checked, t("The upload is not complete. Choose the file again.")));
}

/** Send the part at `at`; a line that breaks is tried again for a while. Gives how far the server has got. */
async function send(file, at, signal) {
  const part = file.slice(at, at + Number(form.dataset.part));
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(`${form.dataset.url}?at=${at}`, {
        method: "POST",
        body: part,
        signal,
        headers: { "X-CSRFToken": token(), "Content-Type": "application/octet-stream", Accept: "application/json" },
      });
      if (response.status < 500) return (await told(response)).received;
    } catch (problem) {
      if (problem.name === "AbortError" || problem instanceof Refusal || tries >= TRIES) throw problem;
    }
    if (tries >= TRIES) throw new TypeError();
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** Math.min(tries, 5)));
  }
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["x-csrftoken"];
}

async function told(response) {
  if (!response.ok) throw new Refusal(await sentenceOf(response, t("The upload was refused. Reload this page.")));
  return response.json();
}

function show(at, file) {
  const percent = Math.floor((at / file.size) * 100);
  bar.value = percent;
  // Every tenth only: a reader that hears each number hears nothing else.
  const step = t("Uploading %(file)s: %(percent)s %", { file: file.name, percent: percent - (percent % 10) });
  if (words.textContent !== step) words.textContent = step;
}

function say(sentence) {
  error.textContent = sentence;
  error.hidden = !sentence;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  if (button.dataset.do === "stop") {
    stopped?.abort();
    return;
  }
  button.disabled = true;
  try {
    const response = await post(form.dataset[button.dataset.do]);
    say(response.ok ? "" : await sentenceOf(response, t("That did not work. Reload this page.")));
    await refresh();
  } catch {
    button.disabled = false;
    say(t("The server cannot be reached. Try again in a moment."));
  }
});

/** The state of the import anew; where something has to be decided, the focus goes there. */
async function refresh() {
  const response = await get(form.dataset.state);
  if (!response.ok) return;
  const place = document.getElementById("import");
  window.htmx.swap(place, await response.text(), { swapStyle: "outerHTML" });
}

let state = document.getElementById("import").dataset.state;
document.body.addEventListener("htmx:afterSettle", () => {
  const place = document.getElementById("import");
  const before = state;
  state = place.dataset.state;
  const isNews = before !== state && ["checked", "done"].includes(state);
  if (isNews) place.querySelector("h3")?.focus();
});
