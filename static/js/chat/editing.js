/**
 * The box in which a question is changed, in place of its bubble. A question that was asked keeps its old words as
 * another version ("Save" takes the answer along, "Save & ask" has it answered anew); one that waits is changed.
 */

import { t } from "../i18n.js";
import { announce } from "./announce.js";
import { over, typed, typedFor } from "./edits.js";
import { isComposing } from "./keys.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { uuid } from "./outbox.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was changed. Your words are kept here; try again.");

/** Open the box in `article`. `page`: see Actions. Without `focus` it is one that was left with words in it. */
export function edit(article, page, { focus = true } = {}) {
  const open = article.querySelector(".edit-box textarea");
  if (!open) new EditBox(article, page, focus);
  else if (focus) open.focus();
}

class EditBox {
  #article;
  #page;
  #message;
  #bubble;
  #before;
  #box = document.createElement("form");
  #area = document.createElement("textarea");
  #problem = document.createElement("p");
  #row = document.createElement("div");
  #isBusy = false;
  #press = { text: null, ask: "" }; // the same words pressed again are the same question

  constructor(article, page, focus) {
    this.#article = article;
    this.#page = page;
    this.#message = article.dataset.message;
    this.#bubble = article.querySelector(".bubble");
    this.#before = this.#bubble.textContent;
    this.#build();
    this.#bubble.hidden = true;
    this.#bubble.after(this.#box);
    article.classList.add("is-edited");
    if (!focus) return;
    this.#area.focus();
    this.#area.setSelectionRange(this.#area.value.length, this.#area.value.length);
  }

  get #place() {
    return `question:${this.#message}`;
  }

  get #isQueued() {
    return this.#article.classList.contains("is-queued");
  }

  #build() {
    this.#box.className = "edit-box";
    this.#area.value = typedFor(this.#place) ?? this.#before;
    this.#area.dir = "auto";
    this.#area.setAttribute("aria-label", this.#isQueued ? t("Queued question") : t("Your question"));
    this.#problem.className = "field-error";
    this.#problem.id = `edit-problem-${this.#message}`;
    this.#problem.setAttribute("role", "alert");
    this.#problem.hidden = true;
    this.#area.setAttribute("aria-describedby", this.#problem.id);
    this.#row.className = "edit-row";
    this.#showButtons();
    this.#box.append(this.#area, this.#problem, this.#row);
    this.#area.addEventListener("input", () => {
      if (this.#isChanged) typed(this.#place, this.#area.value);
      else over(this.#place);
      this.#say("");
    });
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(event.submitter?.value ?? "save");
    });
  }

  get #isChanged() {
    return this.#area.value !== this.#before;
  }

  #showButtons() {
    const cancel = button(t("Cancel"), "button", () => this.#cancel());
    const save = button(t("Save"), "submit");
    save.value = "save";
    if (this.#isQueued) {
      save.classList.add("button-primary");
      this.#row.replaceChildren(cancel, save);
      return;
    }
    save.title = t("The answer stays");
    const ask = button(t("Save & ask"), "submit");
    ask.value = "ask";
    ask.classList.add("button-primary");
    ask.title = t("A new answer (%(keys)s)", { keys: `${/Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl"}+Enter` });
    this.#row.replaceChildren(cancel, save, ask);
  }

  #key(event) {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#cancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === this.#area) {
      event.preventDefault();
      this.#submit(this.#isQueued ? "save" : "ask");
    }
  }

  #cancel() {
    if (this.#isBusy) return;
    if (!this.#isChanged || this.#row.querySelector("[data-discard]")) {
      // Escape a second time: back to the words.
      if (this.#isChanged) this.#keep();
      else this.#end();
      return;
    }
    const discard = button(t("Discard changes"), "button", () => this.#end());
    discard.dataset.discard = "";
    discard.classList.add("button-danger");
    this.#row.replaceChildren(button(t("Keep editing"), "button", () => this.#keep()), discard);
    this.#say(t("Your changes are not saved."));
    discard.focus();
  }

  #keep() {
    this.#say("");
    this.#showButtons();
    this.#area.focus();
  }

  #end() {
    over(this.#place);
    const hadFocus = this.#box.contains(document.activeElement) || document.activeElement === document.body;
    this.#box.remove();
    this.#bubble.hidden = false;
    this.#article.classList.remove("is-edited");
    if (hadFocus) this.#article.querySelector('.marks [data-do="queued-edit"], .actions [data-do="edit"]')?.focus();
  }

  async #submit(how) {
    if (this.#isBusy) return;
    const text = this.#area.value;
    if (!text.trim()) {
      this.#refuse(t("Write a question first, or cancel."));
      return;
    }
    if (how === "save" && !this.#isChanged) {
      this.#end();
      return;
    }
    this.#busy(true);
    await this.#page.own(this.#send(how, text));
    this.#busy(false);
  }

  async #send(how, text) {
    try {
      const response = await this.#post(how, text);
      if (!response.ok) {
        this.#refuse(await sentenceOf(response, t("The server refused. Your words are kept here; try again.")));
        return;
      }
      const answer = response.status === 204 ? null : await response.json();
      this.#end();
      if (!answer) this.#bubble.textContent = text; // it waits, and is the same question still
      announce(how === "ask" ? t("Saved and asked") : t("Saved"));
      if (answer?.reply) await this.#page.begun(answer);
      await this.#page.changed(this.#message);
      if (answer) focusOn(answer.message);
    } catch (error) {
      this.#refuse(error instanceof SignedOut ? t("You are signed out. Your words are kept here.") : NO_CONNECTION);
    }
  }

  #post(how, text) {
    if (this.#isQueued) return post(urls.queued(this.#message), { text });
    if (how === "save") return post(urls.edit(this.#message), { text });
    if (this.#press.text !== text) this.#press = { text, ask: uuid() };
    return post(urls.editAndAsk(this.#message), { text, ask: this.#press.ask });
  }

  #busy(yes) {
    this.#isBusy = yes;
    this.#area.readOnly = yes;
    for (const one of this.#row.children) one.disabled = yes;
  }

  #refuse(words) {
    this.#say(words);
    this.#area.setAttribute("aria-invalid", "true");
    this.#area.focus();
  }

  #say(words) {
    this.#problem.textContent = words;
    this.#problem.hidden = !words;
    this.#area.removeAttribute("aria-invalid");
  }
}

/** The version that was made takes the focus over from the box it was typed in. */
function focusOn(message) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const place = document.querySelector(`#m-${CSS.escape(message)} .actions [data-do="edit"]`);
  (place ?? document.getElementById("composer-text"))?.focus({ preventScroll: true });
}

function button(words, type, onClick) {
  const made = document.createElement("button");
  made.type = type;
  made.className = "button button-small";
  made.textContent = words;
  if (onClick) made.addEventListener("click", onClick);
  return made;
}
