/**
 * The settings of a chat: beside the transcript where there is room, over it where not.
 *
 * Each change is saved by itself, and only what was changed here: another tab may have set the rest. The server's
 * answer updates what it knows better (errors, origins, other fields); what the person typed is never overwritten.
 */

import { t } from "../i18n.js";
import { announce, toast, withoutVoices } from "./announce.js";
import { clear } from "./field.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const beside = matchMedia("(min-width: 1280px)");
const TYPING = 900; // ms of rest after which a text is saved before it is left

export class Panel {
  #dialog = document.getElementById("panel");
  #conversation = null;
  #current;
  #onSaved;
  #timer = null;
  #saving = Promise.resolve();
  #changed = new Set(); // names of fields whose values the server does not have

  /** `current()` gives the open conversation's id; `onSaved(summary)` comes after each saved change. */
  constructor({ current, onSaved }) {
    this.#current = current;
    this.#onSaved = onSaved;
    document.addEventListener("click", (event) => this.#clicked(event));
    this.#dialog.addEventListener("input", (event) => this.#typed(event));
    this.#dialog.addEventListener("change", (event) => {
      this.#changed.add(event.target.name);
      this.#save();
    });
    this.#dialog.addEventListener("submit", (event) => this.#submitted(event));
    this.#dialog.addEventListener("close", () => this.#closed());
    this.#dialog.addEventListener("keydown", (event) => {
      // Beside the transcript the dialog is not modal, so Escape is ours.
      if (event.key === "Escape" && !event.isComposing && beside.matches) this.close();
    });
    beside.addEventListener("change", () => {
      if (!this.#dialog.open) return;
      this.#dialog.close();
      this.open();
    });
    addEventListener("pagehide", () => this.#flush(true));
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Resolves when what was changed is saved, or could not be for two seconds: a question asked now is to obey it. */
  settled() {
    return Promise.race([this.#flush(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  }

  /** Another conversation is shown: an open panel follows it, on small screens it closes. */
  async follow() {
    if (!this.isOpen || this.#conversation === this.#current()) return this.#mark();
    await this.#flush();
    if (beside.matches) await this.#load();
    else this.close();
    this.#mark();
  }

  /** Open, with the focus on the field called `name` if there is one. */
  async open(name = "") {
    if (!this.isOpen) {
      if (!this.#isKept) this.#say(t("Loading…"));
      if (beside.matches) this.#dialog.show();
      else this.#dialog.showModal();
      this.#mark();
    }
    if (!this.#isKept && !this.#form) await this.#load();
    const field = name && this.#dialog.querySelector(`[data-field="${name}"]`);
    if (!field) return;
    field.scrollIntoView({ block: "center" });
    field.querySelector("input:checked, textarea, input")?.focus();
  }

  close() {
    this.#dialog.close();
  }

  /** Something else has changed what counts here. */
  async reload() {
    if (!this.isOpen) return;
    await this.#flush();
    await this.#load();
  }

  /** Whether the form holds changes that are not saved; else it is loaded anew, as another tab may have changed it. */
  get #isKept() {
    return this.#form && this.#conversation === this.#current() && this.#changed.size > 0;
  }

  get #form() {
    return this.#dialog.querySelector("#panel-form");
  }

  #mark() {
    document.getElementById("panel-toggle")?.setAttribute("aria-expanded", String(this.isOpen));
  }

  #say(words) {
    const text = document.createElement("p");
    text.className = "panel-loading";
    text.textContent = words;
    this.#fill(text);
    return text;
  }

  #fill(content) {
    withoutVoices(this.#dialog).forEach((old) => old.remove());
    this.#dialog.prepend(content);
  }

  async #load() {
    const conversation = this.#current();
    try {
      const response = await get(urls.settings(conversation) + (document.getElementById("main").dataset.query ?? ""));
      if (!response.ok) throw new Error();
      this.#fill(elementsOf(await response.text()));
      this.#conversation = conversation;
      this.#changed.clear();
    } catch (error) {
      if (error instanceof SignedOut) return;
      this.#conversation = null;
      const again = document.createElement("button");
      again.type = "button";
      again.className = "link-button";
      again.textContent = t("Try again");
      again.addEventListener("click", () => this.#load());
      this.#say(`${t("The settings could not be loaded.")} `).append(again);
    }
  }

  #clicked(event) {
    const opener = event.target.closest("[data-open-panel]");
    if (opener) this.open(opener.dataset.openPanel);
    else if (event.target.closest("#panel-toggle")) this.isOpen ? this.close() : this.open();
    else if (event.target.closest("[data-panel-close]")) this.close();
    else if (event.target === this.#dialog && !beside.matches) this.close(); // the backdrop
    const reset = event.target.closest("#panel [data-reset]");
    if (reset) this.#reset(reset.closest(".field"));
  }

  #closed() {
    this.#flush();
    this.#mark();
    if (beside.matches) document.getElementById("panel-toggle")?.focus();
  }

  #reset(field) {
    clear(field);
    this.#changed.add(field.dataset.field);
    this.#save();
  }

  #typed(event) {
    if (event.target.matches('input[type="radio"]')) return;
    this.#changed.add(event.target.name);
    this.#status("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), TYPING);
  }

  #flush(leaving = false) {
    if (this.#changed.size) return this.#save(leaving);
    return this.#saving;
  }

  /** Saves what was changed; saves follow one another, so that the last one typed is the last one stored. */
  #save(keepalive = false) {
    clearTimeout(this.#timer);
    const form = this.#form;
    if (!form) return this.#saving;
    const [url, fields, conversation] = [form.getAttribute("action"), new FormData(form), this.#conversation];
    const names = [...this.#changed];
    fields.set("changed", names.join(","));
    const send = async () => {
      this.#status(t("Saving…"));
      try {
        const response = await post(url, fields, { keepalive });
        if (conversation !== this.#conversation) return;
        if (response.ok) this.#settle(names, fields);
        await this.#answered(response);
        if (response.ok) this.#status(t("Saved"));
      } catch (error) {
        if (conversation !== this.#conversation) {
          toast(t("The settings of the other chat were not saved: no connection."));
          return;
        }
        if (error instanceof SignedOut) return this.#status(t("Not saved: you are signed out."), true);
        this.#status(t("Not saved: no connection. It is tried again."), true);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#save(), 5_000);
      }
    };
    this.#saving = keepalive ? send() : this.#saving.then(send);
    return this.#saving;
  }

  /** What was sent is stored; a field that was changed again meanwhile is not. */
  #settle(names, fields) {
    const now = new FormData(this.#form);
    for (const name of names) if (now.get(name) === fields.get(name)) this.#changed.delete(name);
  }

  async #answered(response) {
    if (response.status !== 422 && !response.ok) {
      this.#status(await sentenceOf(response, t("Not saved: the server refused. Try again.")), true);
      return;
    }
    if (response.status !== 204) this.#learn(elementsOf(await response.text()));
    if (response.status === 422) {
      this.#status(t("Not saved. See below."), true);
      const first = this.#dialog.querySelector(".has-error .field-error")?.textContent;
      if (first) announce(first);
    }
    if (response.ok) this.#onSaved(this.#form?.dataset.summary ?? "");
  }

  /** Take over what the server knows, field by field; values typed and not yet saved stay. */
  #learn(fresh) {
    const form = fresh.querySelector("#panel-form");
    if (!form) return;
    this.#form.dataset.summary = form.dataset.summary ?? "";
    for (const field of form.querySelectorAll("[data-field]")) {
      const mine = this.#dialog.querySelector(`[data-field="${field.dataset.field}"]`);
      if (!mine) continue;
      const isTyped = this.#changed.has(field.dataset.field) || mine.contains(document.activeElement);
      mine.className = field.className;
      mine.querySelector("[data-origin]").textContent = field.querySelector("[data-origin]").textContent;
      const error = mine.querySelector("[data-error]");
      const said = field.querySelector("[data-error]");
      error.textContent = said.textContent;
      error.hidden = said.hidden;
      for (const [i, input] of [...mine.querySelectorAll("input, textarea")].entries()) {
        const other = field.querySelectorAll("input, textarea")[i];
        if (!other) continue;
        if (!isTyped) [input.value, input.checked] = [other.value, other.checked];
        if (other.hasAttribute("placeholder")) input.placeholder = other.placeholder;
        if (other.hasAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
    }
  }

  /** "Make these my defaults" and the team's. */
  async #submitted(event) {
    event.preventDefault();
    const button = event.submitter;
    if (!button?.dataset.defaults) return this.#save();
    button.disabled = true;
    const isTeam = button.dataset.defaults === "team";
    try {
      await this.#flush();
      const response = await post(button.getAttribute("formaction"), new FormData(this.#form, button));
      if (response.ok) {
        // The chat's own values are defaults now, so its fields are unset: the one time that inputs change.
        const html = await response.text();
        if (html) this.#fill(elementsOf(html));
        this.#changed.clear();
        this.#status(button.name === "clear" ? t("Cleared") : isTeam ? t("Saved as the team’s defaults") : t("Saved as your defaults"));
        this.#onSaved(this.#form?.dataset.summary ?? "");
        this.#dialog.querySelector(`[data-defaults="${button.dataset.defaults}"]`)?.focus();
      } else await this.#answered(response);
    } catch {
      this.#status(
        isTeam
          ? t("Not saved as the team’s defaults: no connection.")
          : t("Not saved as your defaults: no connection."),
        true,
      );
    } finally {
      button.disabled = false;
    }
  }

  #status(words, isError = false) {
    const place = document.getElementById("panel-status");
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("is-error", isError);
  }
}
