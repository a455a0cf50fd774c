/** A whole session by keys: each presses what is on the page, so there is one way to do a thing. */

import { isComposing } from "../chat/keys.js";

const within = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const ANSWERS = "[data-answer-turn]";
const OF_ANSWER = ["e", "i", "[", "]"];

export function listenToKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", (event) => {
    const answer = event.target.closest(ANSWERS);
    if (answer) mark(answer);
  });
  const first = within(ANSWERS);
  if (first) mark(all(ANSWERS).at(-1));
}

function pressed(event) {
  if (isComposing(event)) return;
  const field = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (within("dialog[open]")) return;
  if (field) {
    if (event.key === "Escape") leave(field, event);
    return;
  }
  if (press(event.key.toLowerCase(), event.target)) event.preventDefault();
}

/** Do what the key means here; whether it means anything. */
function press(key, target) {
  if (key === "?") return Boolean(click(within("[data-keys]")));
  if (key === "arrowdown" || key === "arrowup") return step(key === "arrowdown" ? 1 : -1);
  const answer = current();
  if (/^[1-9]$/.test(key)) return Boolean(answer && click(answer.querySelector(`[data-score="${key}"]`)));
  if (OF_ANSWER.includes(key)) {
    return Boolean(click(answer?.querySelector(`[data-key="${key}"]`) ?? within(`[data-key="${key}"]`)));
  }
  if (key === "enter" || key === " " || target.closest("summary")) return false;
  const wanted = within(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted || wanted.disabled) return false;
  if (wanted.matches("input, textarea")) {
    const folded = wanted.closest("details:not([open])");
    if (folded) folded.open = true;
    wanted.focus();
    wanted.select();
  } else click(wanted);
  return true;
}

function click(element) {
  element?.click();
  return element;
}

/** Escape in a field: out of it, to where the keys are heard; a correction that was not changed closes. */
function leave(field, event) {
  event.preventDefault();
  const correction = field.closest(".correct");
  if (correction && field.value === field.defaultValue) correction.hidden = true;
  field.blur();
  current()?.focus({ preventScroll: true });
}

// ── the answer, or the row, that one is at ──

function current() {
  return within(`${ANSWERS}.is-current`);
}

function mark(answer) {
  for (const other of all(`${ANSWERS}.is-current`)) if (other !== answer) other.classList.remove("is-current");
  answer.classList.add("is-current");
}

function step(by) {
  const answers = all(ANSWERS);
  if (answers.length) {
    const next = answers[Math.max(0, Math.min(answers.length - 1, answers.indexOf(current()) + by))];
    mark(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: next.offsetHeight > innerHeight ? "start" : "nearest" });
    return true;
  }
  const rows = all(".found-link");
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))] ?? rows[0];
  row.focus();
  return true;
}
