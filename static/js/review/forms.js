/** Forms with `data-deed` are posted; what comes back is where to go, or parts of the page, put in by their ids. */

import { announce } from "../chat/announce.js";
import { SignedOut, elementsOf, post, sentenceOf } from "../chat/net.js";
import { t } from "../i18n.js";

/** `onExport({file, state})`: the file is ready to be fetched. */
export function listenToForms({ onExport }) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-deed]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    send(form, event.submitter, onExport);
  });
}

async function send(form, submitter, onExport) {
  form.dataset.busy = "1";
  say(form, "");
  try {
    const response = await post(form.getAttribute("action"), new FormData(form, submitter));
    if (response.status === 409) {
      const { again, error } = await response.json();
      if (again) location.assign(again);
      else say(form, error);
    } else if (!response.ok) say(form, await sentenceOf(response, t("The server refused. Reload the page and try again.")));
    else if (response.status === 204) location.assign(form.dataset.then);
    else if (response.headers.get("Content-Type").startsWith("application/json")) go(await response.json(), onExport);
    else putIn(elementsOf(await response.text()), form);
  } catch (error) {
    if (!(error instanceof SignedOut)) say(form, t("The server cannot be reached. Nothing was saved; try again in a moment."));
  } finally {
    delete form.dataset.busy;
  }
}

function go({ url, file, state }, onExport) {
  if (file) onExport({ file, state });
  else if (url === location.pathname + location.search) location.reload();
  else location.assign(url);
}

/** An error stands in the form; where it has no place for one, it is announced and shown beside what was pressed. */
function say(form, sentence) {
  const place = form.querySelector("[data-error]");
  if (place) {
    place.textContent = sentence;
    place.hidden = !sentence;
  } else if (sentence) {
    const words = document.createElement("p");
    words.className = "form-error";
    words.dataset.error = "";
    words.setAttribute("role", "alert");
    words.textContent = sentence;
    form.append(words);
  }
}

function putIn(fresh, form) {
  const focused = document.activeElement;
  const before = { id: focused?.id, key: focused?.dataset?.key, turn: focused?.closest?.("[data-answer-turn]") };
  const wasIn = (part) => part.contains(focused);
  for (const part of [...fresh.children]) {
    const here = part.id && document.getElementById(part.id);
    if (!here) continue;
    const held = wasIn(here);
    carry(here, part, form);
    here.replaceWith(part);
    window.htmx.process(part);
    if (held) focusAgain(part, before);
  }
  const progress = document.getElementById("progress");
  if (form.getAttribute("action").includes("/reviewed/")) announce(progress?.textContent.trim() ?? "");
}

/** What is being written elsewhere in this part of the page stays. */
function carry(here, part, form) {
  for (const field of here.querySelectorAll("input[id], textarea[id]")) {
    const twin = part.querySelector(`#${CSS.escape(field.id)}`);
    if (!twin || form.contains(field) || field.value === field.defaultValue) continue;
    twin.value = field.value;
    const box = twin.closest("form[hidden]");
    if (box) box.hidden = field.closest("form").hidden;
  }
}

function focusAgain(part, { id, key, turn }) {
  const again = (id && part.querySelector(`#${CSS.escape(id)}`)) || (key && part.querySelector(`[data-key="${key}"]`));
  if (again && !turn) again.focus({ preventScroll: true });
  else (turn ?? document.querySelector("[data-answer-turn].is-current"))?.focus({ preventScroll: true });
}
