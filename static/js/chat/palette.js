/**
 * The palette: one box for chats, messages and commands. What is typed filters the commands at once; what the server
 * finds follows. The focus stays in the box, the arrows move a mark through the list.
 */

import { t, tn } from "../i18n.js";
import { all, available } from "./commands.js";
import { Dialog } from "./dialog.js";
import { isComposing, parts } from "./keys.js";
import { elementsOf, get } from "./net.js";
import { urls } from "./urls.js";

const PAUSE = 120; // ms without a key before the server is asked
const SLOW = 500; // ms after which one is told that it goes on
const MOST_COMMANDS = 5; // while words are typed; all of them before

export class Palette {
  #dialog;
  #open;
  #part = {};
  #commands; // their group in the list
  #asked = 0; // counts the questions: only the answer to the last one is shown
  #pause = 0;
  #wasMoved = false; // the reader has chosen a line: it stays chosen

  /** `open(path)` draws the chat at `path` in the page. */
  constructor({ open }) {
    this.#open = open;
    this.#dialog = new Dialog({
      id: "palette",
      label: t("Search chats, or do something"),
      kind: "palette",
      style: "palette",
      focus: ["#palette-input"],
      keeps: true,
      filled: (dialog) => this.#shown(dialog),
      keyed: (event) => this.#pressed(event),
      clicked: (event) => this.#clicked(event),
    });
  }

  show() {
    const isKnown = Boolean(this.#part.input);
    if (isKnown && !this.#dialog.isOpen) this.#ask();
    this.#dialog.open(urls.palette);
  }

  #build(dialog) {
    const part = (name) => dialog.querySelector(`[data-palette-${name}]`);
    this.#part = {
      input: dialog.querySelector("#palette-input"),
      list: dialog.querySelector("#palette-list"),
      found: part("found"),
      none: part("none"),
      waiting: part("waiting"),
      failed: part("failed"),
      status: part("status"),
    };
    this.#commands = document.createElement("div");
    this.#commands.className = "palette-group";
    this.#commands.setAttribute("role", "group");
    this.#part.input.addEventListener("input", () => this.#typed());
    // A list that moves under a resting mouse chooses nothing.
    dialog.addEventListener("pointermove", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option && (event.movementX || event.movementY)) this.#choose(option, { scroll: false });
    });
  }

  /** It has just been opened. */
  #shown(dialog) {
    if (!this.#part.input) this.#build(dialog);
    this.#part.input.select();
    this.#showCommands();
    this.#choose(this.#options()[0]);
  }

  get #words() {
    return this.#part.input.value.trim();
  }

  #typed() {
    this.#wasMoved = false;
    this.#showCommands();
    this.#choose(this.#options()[0]);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#ask(), PAUSE);
  }

  /** Ask the server for what is typed; an answer that comes late is dropped. */
  async #ask() {
    clearTimeout(this.#pause);
    const number = ++this.#asked;
    const words = this.#words;
    const slow = setTimeout(() => number === this.#asked && (this.#part.waiting.hidden = false), SLOW);
    try {
      const response = await get(urls.find({ q: words }));
      if (!response.ok) throw new TypeError(String(response.status));
      const html = await response.text();
      if (number === this.#asked) this.#show(elementsOf(html));
    } catch {
      if (number !== this.#asked) return;
      this.#part.failed.hidden = false;
    } finally {
      clearTimeout(slow);
      if (number === this.#asked) this.#part.waiting.hidden = true;
    }
  }

  #show(fresh) {
    const chosen = this.#wasMoved ? this.#chosen()?.getAttribute("href") : null;
    this.#part.failed.hidden = true;
    const none = fresh.querySelector("[data-none]");
    none?.remove();
    this.#part.found.replaceChildren(fresh);
    this.#part.none.replaceChildren(...(none && !this.#commands.isConnected ? [none] : []));
    this.#place();
    const again = chosen && this.#options().find((option) => option.getAttribute("href") === chosen);
    this.#choose(again || this.#options()[0]);
    this.#part.status.textContent = none ? none.textContent.trim() : this.#countWords();
  }

  #countWords() {
    const count = this.#part.found.querySelectorAll('[role="option"]:not([data-more])').length;
    return tn("%(n)s result.", "%(n)s results.", count);
  }

  // ── commands ──

  #showCommands() {
    const words = plain(this.#words).split(/\s+/).filter(Boolean);
    const fits = (command) => {
      const title = plain(`${command.title} ${command.slash}`).split(/[^\p{L}\p{N}]+/u);
      return words.every((word) => title.some((part) => part.startsWith(word)));
    };
    const found = available().filter((command) => command.id !== "palette.open" && fits(command));
    const shown = words.length ? found.slice(0, MOST_COMMANDS) : found;
    const heading = document.createElement("h3");
    heading.className = "palette-heading";
    heading.id = "palette-commands";
    heading.setAttribute("role", "presentation");
    heading.textContent = t("Actions");
    this.#commands.setAttribute("aria-labelledby", heading.id);
    this.#commands.replaceChildren(heading, ...shown.map(optionOf));
    if (shown.length) this.#part.none.replaceChildren();
    if (shown.length) this.#place();
    else this.#commands.remove();
    this.#number();
  }

  /** Before anything is typed the chats come first; then the commands, which are there first and do not jump. */
  #place() {
    if (this.#commands.querySelector('[role="option"]')) {
      if (this.#words) this.#part.found.before(this.#commands);
      else this.#part.found.after(this.#commands);
    }
    this.#number();
  }

  // ── the mark ──

  #options() {
    return [...this.#part.list.querySelectorAll('[role="option"]')];
  }

  #chosen() {
    return this.#part.list.querySelector('[aria-selected="true"]');
  }

  #number() {
    const options = this.#options();
    for (const [n, option] of options.entries()) option.id = `palette-option-${n}`;
    this.#part.list.hidden = !options.length;
    this.#part.input.setAttribute("aria-expanded", String(options.length > 0));
    const chosen = this.#chosen();
    if (chosen) this.#part.input.setAttribute("aria-activedescendant", chosen.id);
    else this.#part.input.removeAttribute("aria-activedescendant");
  }

  #choose(option, { scroll = true } = {}) {
    this.#chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    this.#number();
    if (!option || !scroll) return;
    const isFirst = option === this.#options()[0];
    if (isFirst) this.#part.list.scrollTop = 0; // with its heading
    else option.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    if (isComposing(event)) return;
    const options = this.#options();
    const here = options.indexOf(this.#chosen());
    const to = {
      ArrowDown: (here + 1) % options.length,
      ArrowUp: (Math.max(here, 0) - 1 + options.length) % options.length,
      PageDown: Math.min(here + 8, options.length - 1),
      PageUp: Math.max(here - 8, 0),
    }[event.key];
    const isToggle = event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (to !== undefined && options.length) {
      this.#wasMoved = true;
      this.#choose(options[to]);
    } else if (event.key === "Enter" && event.target === this.#part.input) {
      this.#run(this.#chosen(), event.ctrlKey || event.metaKey);
    } else if (isToggle) this.#dialog.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clicked(event) {
    const option = event.target.closest('[role="option"]');
    if (!option) return undefined;
    if (option.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return undefined; // the browser's own
    event.preventDefault();
    return this.#run(option);
  }

  #run(option, elsewhere = false) {
    if (!option) return undefined;
    if (option.dataset.more) return this.#more(option);
    const path = option.getAttribute("href");
    if (path && elsewhere) return window.open(path, "_blank", "noopener");
    this.#dialog.close();
    if (path) return this.#open(path);
    return all().find((command) => command.id === option.dataset.command)?.run("");
  }

  /** The lines that come next in this list take the place of the line that promised them. */
  async #more(option) {
    if (option.getAttribute("aria-disabled") === "true") return;
    option.setAttribute("aria-disabled", "true");
    const number = this.#asked;
    try {
      const response = await get(urls.find({ q: this.#words, [option.dataset.more]: option.dataset.after }));
      if (!response.ok) throw new TypeError(String(response.status));
      const fresh = elementsOf(await response.text());
      if (number !== this.#asked) return;
      const lines = [...fresh.querySelectorAll('[role="option"]')];
      option.replaceWith(...lines);
      this.#part.failed.hidden = true;
      this.#wasMoved = true;
      this.#choose(lines[0] ?? this.#options().at(-1));
    } catch {
      option.removeAttribute("aria-disabled");
      this.#part.failed.hidden = false;
    }
  }
}

function optionOf(command) {
  const option = document.createElement("div");
  option.className = "palette-option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.command = command.id;
  const title = document.createElement("span");
  title.className = "palette-title";
  title.textContent = command.title;
  option.append(title);
  const chosen = JSON.parse(document.getElementById("app").dataset.shortcuts || "{}").keys ?? {};
  const keys = chosen[command.id] ?? command.keys;
  if (keys) {
    const place = document.createElement("span");
    place.className = "palette-keys";
    for (const name of parts(keys)) {
      const key = document.createElement("kbd");
      key.textContent = name;
      place.append(key);
    }
    option.append(place);
  }
  return option;
}

/** Without case and accents, as the server compares. */
function plain(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
