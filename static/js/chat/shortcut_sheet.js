/** The sheet of shortcuts: what there is, with other keys for whoever wants them, and the switch for all. */

import { announce } from "./announce.js";
import { all } from "./commands.js";
import { Dialog } from "./dialog.js";
import { t } from "../i18n.js";
import { parts, spellings } from "./keys.js";

// Keys that belong to a place and not to a command; they cannot be changed.
const FIXED = [
  [t("Writing"), t("Send"), "enter"],
  [t("Writing"), t("New line"), "shift+enter"],
  [t("Writing"), t("Edit the last question, in an empty message box"), "arrowup"],
  [t("Writing"), t("Commands, at the beginning of the message"), "/"],
  [t("Answers"), t("Stop the answer, in the message box"), "escape"],
  [t("Help"), t("This sheet, when you are not writing"), "?"],
];
const FORBIDDEN = new Set(["tab", "shift+tab", "enter", "shift+enter", "mod+enter", "escape", "space", "?", "/", "arrowup", "arrowdown", "mod+c", "mod+v", "mod+x", "mod+z", "mod+a", "mod+r", "mod+w", "mod+t"]);

const SHELL = `
<div class="dialog-head">
  <h2 id="shortcuts-title">${t("Keyboard shortcuts")}</h2>
  <button type="button" class="icon-button" data-dialog-close aria-label="${t("Close")}" title="${t("Close")}"><svg class="icon" aria-hidden="true"><use href="#i-close"/></svg></button>
</div>
<div class="dialog-body">
  <p class="shortcut-switch"><label><input type="checkbox" data-on> ${t("Use shortcuts")}</label>
  <button type="button" class="link-button" data-reset>${t("As delivered")}</button>
  <a class="lone-link" href="/help/" data-help></a></p>
  <p class="dialog-problem" role="alert" data-problem hidden></p>
  <div class="shortcut-groups" data-groups></div>
</div>`;

export class Sheet {
  #dialog;
  #shortcuts;
  #asking = null; // the row that waits for keys

  constructor(shortcuts) {
    this.#shortcuts = shortcuts;
    this.#dialog = new Dialog({
      id: "shortcuts",
      label: t("Keyboard shortcuts"),
      kind: "dialog dialog-wide",
      style: "shortcuts",
      filled: (dialog) => {
        dialog.querySelector("[data-help]").textContent = t("How it works");
        this.#draw();
      },
      clicked: (event) => this.#clicked(event),
      changed: (event) => event.target.matches("[data-on]") && this.#switched(event.target),
      keyed: (event) => this.#asking && this.#caught(event),
    });
  }

  open() {
    return this.#dialog.show(SHELL);
  }

  #draw() {
    this.#dialog.element.querySelector("[data-on]").checked = !this.#shortcuts.isOff;
    const groups = new Map();
    for (const command of all()) this.#group(groups, command.group).append(this.#row(command));
    for (const [group, title, keys] of FIXED) this.#group(groups, group).append(fixedRow(title, keys));
    this.#dialog.element.querySelector("[data-groups]").replaceChildren(...groups.values());
  }

  #group(groups, name) {
    if (!groups.has(name)) {
      const box = document.createElement("section");
      const heading = document.createElement("h3");
      heading.textContent = name;
      box.append(heading, document.createElement("ul"));
      groups.set(name, box);
    }
    return groups.get(name).lastChild;
  }

  #row(command) {
    const row = rowOf(command.title, this.#shortcuts.of(command));
    row.dataset.shortcut = command.id;
    const change = buttonOf(t("Change"), "change", t("Change the keys of: %(command)s", { command: command.title }));
    row.append(change);
    return row;
  }

  #clicked(event) {
    const { target } = event;
    if (target.closest("[data-reset]")) this.#keep(this.#shortcuts.reset(), t("All keys are as delivered."));
    else if (target.closest("[data-change]")) this.#ask(target.closest("li"));
    else if (target.closest("[data-none]")) this.#give(target.closest("li"), "");
    else if (target.closest("[data-cancel]")) this.#giveUp();
  }

  #switched(box) {
    this.#keep(this.#shortcuts.switchOff(!box.checked), box.checked ? t("Shortcuts are on.") : t("Shortcuts are off."));
  }

  #ask(row) {
    this.#draw();
    const fresh = this.#dialog.element.querySelector(`[data-shortcut="${row.dataset.shortcut}"]`);
    this.#asking = fresh;
    fresh.classList.add("is-asking");
    const words = document.createElement("span");
    words.className = "shortcut-ask";
    words.textContent = t("Press the new keys");
    words.tabIndex = -1;
    fresh.querySelector("kbd, .shortcut-none")?.parentElement.replaceChildren(words);
    fresh.querySelector("[data-change]").replaceWith(buttonOf(t("No keys"), "none"), buttonOf(t("Cancel"), "cancel"));
    words.focus();
  }

  #caught(event) {
    if (event.target.closest("button") && ["Enter", " ", "Tab"].includes(event.key)) return;
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const row = this.#asking;
    if (event.key === "Escape") {
      this.#giveUp();
      return;
    }
    const [spelling] = spellings(event);
    if (!spelling) return;
    if (FORBIDDEN.has(spelling)) this.#problem(t("These keys have a duty of their own. Press others."));
    else this.#give(row, spelling);
  }

  #giveUp() {
    const { shortcut } = this.#asking.dataset;
    this.#asking = null;
    this.#draw();
    this.#focus(shortcut);
  }

  #give(row, spelling) {
    const command = all().find(({ id }) => id === row.dataset.shortcut);
    const before = spelling && this.#shortcuts.owner(spelling);
    const taken = before && before.id !== command.id;
    this.#keep(this.#shortcuts.change(command, spelling), taken ? t("Saved. “%(command)s” has no keys now.", { command: before.title }) : t("Saved."), command.id);
  }

  async #keep(promise, words, id) {
    const problem = await promise;
    this.#asking = null;
    this.#draw();
    this.#problem(problem);
    if (!problem) announce(words);
    if (id) this.#focus(id);
  }

  #focus(id) {
    this.#dialog.element.querySelector(`[data-shortcut="${id}"] [data-change]`)?.focus();
  }

  #problem(words) {
    this.#dialog.say(words);
  }
}

function rowOf(title, spelling) {
  const row = document.createElement("li");
  const words = document.createElement("span");
  words.className = "shortcut-title";
  words.textContent = title;
  const keys = document.createElement("span");
  keys.className = "shortcut-keys";
  if (spelling) {
    for (const part of parts(spelling)) {
      const key = document.createElement("kbd");
      key.textContent = part;
      keys.append(key, " ");
    }
  } else {
    const none = document.createElement("span");
    none.className = "shortcut-none";
    none.textContent = t("no keys");
    keys.append(none);
  }
  row.append(words, keys);
  return row;
}

function fixedRow(title, spelling) {
  const row = rowOf(title, spelling);
  row.classList.add("is-fixed");
  return row;
}

function buttonOf(words, deed, label = words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.dataset[deed] = "";
  button.textContent = words;
  button.setAttribute("aria-label", label);
  return button;
}
