/**
 * The menu of commands that opens when a message begins with a slash. The focus stays in the message box;
 * aria-activedescendant says where the arrows are.
 */

import { t } from "../i18n.js";
import { available } from "./commands.js";
import { lateStyle } from "./late.js";

const START = /^\/(\S*)$/;
const LINE = /^\/(\S+)(?:\s+([\s\S]*))?$/;

let extra = []; // commands for this menu alone

/** More commands to choose from, behind those of the page. */
export function extend(commands) {
  extra = commands;
}

const named = () => [...available().filter((command) => command.slash), ...extra];

/**
 * The command that a whole message names, with its words; null for a message like any other, also for one that goes
 * on behind the name of a command that takes no words.
 */
export function commandOf(text) {
  const match = LINE.exec(text.trim());
  const command = match && named().find(({ slash }) => slash === match[1].toLowerCase());
  const words = match?.[2] ?? "";
  return command && (!words || command.takesWords) ? { command, words } : null;
}

export class SlashMenu {
  #area;
  #list = document.createElement("ul");
  #onChosen;
  #dismissed = ""; // what stood there when Escape closed the menu

  /** `onChosen(command)`: it was picked; the box is cleared by whoever hears this. */
  constructor({ onChosen }) {
    this.#onChosen = onChosen;
    this.#list.id = "slash-menu";
    this.#list.className = "slash-menu";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", t("Commands"));
    this.#list.tabIndex = 0; // it can be scrolled
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays in the box
      const option = event.target.closest("[data-id]");
      if (option) this.#choose(option);
    });
    // Without its looks it would push the box about.
    this.#list.hidden = true;
    lateStyle("slash")
      .catch(() => {})
      .then(() => (this.#list.hidden = false));
  }

  get isOpen() {
    return this.#list.isConnected;
  }

  /** The box holds other words now. */
  typed(area) {
    this.#area = area;
    const typed = START.exec(area.value);
    if (!typed || area.value === this.#dismissed) {
      this.close();
      if (!typed) this.#dismissed = "";
      return;
    }
    const wanted = typed[1].toLowerCase();
    const found = named().filter(({ slash, title }) => slash.startsWith(wanted) || (wanted && title.toLowerCase().includes(wanted)));
    if (!found.length) this.close();
    else this.#draw(found);
  }

  /** Whether the key was for the menu. */
  key(event) {
    if (!this.isOpen) return false;
    const options = [...this.#list.children];
    const here = options.findIndex((option) => option.ariaSelected === "true");
    switch (event.key) {
      case "ArrowDown":
        this.#mark(options[(here + 1) % options.length]);
        return true;
      case "ArrowUp":
        this.#mark(options.at((here - 1) % options.length));
        return true;
      case "Enter":
      case "Tab":
        if (event.shiftKey) return false;
        this.#choose(options[here]);
        return true;
      case "Escape":
        this.#dismissed = this.#area.value;
        this.close();
        return true;
      default:
        return false;
    }
  }

  close() {
    this.#list.remove();
    this.#area?.removeAttribute("aria-activedescendant");
    this.#area?.removeAttribute("aria-controls");
  }

  #draw(found) {
    this.#list.replaceChildren(...found.map(optionOf));
    if (!this.isOpen) this.#area.closest(".composer-box").before(this.#list);
    this.#area.setAttribute("aria-controls", this.#list.id);
    this.#mark(this.#list.firstChild);
  }

  #mark(option) {
    for (const other of this.#list.children) other.ariaSelected = String(other === option);
    this.#area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  #choose(option) {
    const command = named().find(({ id }) => id === option.dataset.id);
    this.close();
    if (command) this.#onChosen(command);
  }
}

function optionOf(command) {
  const option = document.createElement("li");
  option.id = `slash-${command.slash}`;
  option.dataset.id = command.id;
  option.setAttribute("role", "option");
  const name = document.createElement("b");
  name.textContent = `/${command.slash}`;
  const words = document.createElement("span");
  words.textContent = command.title;
  option.append(name, " ", words);
  return option;
}
