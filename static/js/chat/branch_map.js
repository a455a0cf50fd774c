/** The tree of the open chat in a dialog: go to a message, name a branch, delete one, choose two to compare. */

import { t, tc } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { Dialog } from "./dialog.js";
import { isComposing } from "./keys.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was changed. Try again.");

export class BranchMap {
  #dialog;
  #conversation;
  #page;

  /** `page` as features.js gives it. */
  constructor(page) {
    this.#page = page;
    this.#conversation = page.current();
    this.#dialog = new Dialog({
      id: "map",
      label: t("Branches of this chat"),
      kind: "dialog dialog-wide",
      style: "map",
      filled: () => this.#showHere(),
      clicked: (event) => this.#clicked(event),
      changed: () => this.#ticked(),
      keyed: (event) => this.#key(event),
    });
  }

  open() {
    return this.#dialog.open(urls.map(this.#conversation));
  }

  #all(selector) {
    return [...this.#dialog.element.querySelectorAll(selector)];
  }

  #showHere() {
    const here = this.#all("[aria-current]").at(-1);
    here?.focus();
    here?.scrollIntoView({ block: "center" });
  }

  #clicked({ target }) {
    const stretch = target.closest(".map-stretch");
    const go = target.closest("[data-go]");
    if (go) this.#go(go.dataset.go);
    else if (target.closest("[data-rename]")) this.#edit(stretch);
    else if (target.closest("[data-prune]")) this.#page.own(this.#prune(stretch));
    else if (target.closest("[data-compare]")) this.#compare(target.closest("[data-compare]").dataset.url);
  }

  /** Up and down go from message to message. */
  #key(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input")) return;
    const stops = this.#all(".map-stop");
    const here = stops.indexOf(document.activeElement);
    const next = stops[event.key === "ArrowDown" ? here + 1 : Math.max(here - 1, 0)];
    next?.focus();
    event.preventDefault();
  }

  #go(message) {
    this.#dialog.close();
    this.#page.open(urls.at(this.#conversation, message));
  }

  get #chosen() {
    return this.#all("[data-tick]:checked").map((tick) => tick.closest(".map-stretch").dataset.end);
  }

  #ticked() {
    const isFull = this.#chosen.length >= 2;
    for (const button of this.#all("[data-compare]")) button.disabled = !isFull;
    for (const tick of this.#all("[data-tick]:not(:checked)")) tick.disabled = isFull;
  }

  #compare(url) {
    const [left, right] = this.#chosen;
    location.assign(`${url}?left=${left}&right=${right}`);
  }

  async #prune(stretch) {
    const { first } = stretch.dataset;
    try {
      const response = await post(urls.removeMessage(first), { scope: "branch" });
      if (!response.ok) return this.#problem(await sentenceOf(response, t("The branch was not deleted. Try again.")));
      this.#dialog.close(); // so that Undo can be reached
      toast(t("Branch deleted."), { action: t("Undo"), seconds: 15, onAction: () => this.#page.own(this.#restore(first)) });
      return await this.#page.changed(first);
    } catch (error) {
      return error instanceof SignedOut ? undefined : this.#problem(NO_CONNECTION);
    }
  }

  async #restore(message) {
    try {
      const response = await post(urls.restoreMessage(message));
      if (!response.ok) return toast(await sentenceOf(response, t("It could not be restored. Try again.")));
      announce(t("Restored"));
      return await this.#page.changed(message);
    } catch (error) {
      return error instanceof SignedOut ? undefined : toast(t("No connection: it is still deleted. Restore it again."));
    }
  }

  #edit(stretch) {
    const name = stretch.querySelector("[data-name]");
    if (name.querySelector("form")) return;
    const before = name.textContent;
    const form = document.createElement("form");
    form.className = "map-edit";
    const input = document.createElement("input");
    Object.assign(input, { value: name.textContent, maxLength: 80, dir: "auto" });
    input.setAttribute("aria-label", t("Name of this branch"));
    const save = document.createElement("button");
    Object.assign(save, { type: "submit", className: "button button-small button-primary", textContent: t("Save") });
    form.append(input, save);
    name.replaceChildren(form);
    input.focus();
    input.select();
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || isComposing(event)) return;
      event.preventDefault(); // the dialog stays
      name.textContent = before;
      stretch.querySelector("[data-rename]").focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#name(stretch.dataset.first, input);
    });
  }

  async #name(message, input) {
    try {
      const response = await post(urls.nameBranch(message), { name: input.value });
      if (!response.ok) return this.#problem(await sentenceOf(response, t("The name was not kept. Try again.")), input);
    } catch (error) {
      return error instanceof SignedOut ? undefined : this.#problem(NO_CONNECTION, input);
    }
    announce(t("Name saved."));
    const stretch = input.closest(".map-stretch");
    const name = input.value.trim();
    input.closest("[data-name]").textContent = name;
    const button = stretch.querySelector("[data-rename]");
    button.textContent = name ? t("Rename") : tc("give a name", "Name");
    button.setAttribute("aria-label", name ? t("Rename the branch %(name)s", { name }) : t("Name this branch"));
    return button.focus();
  }

  #problem(words, input) {
    this.#dialog.say(words);
    input?.setAttribute("aria-invalid", "true");
    input?.focus();
  }
}
