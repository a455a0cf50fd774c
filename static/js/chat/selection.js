/** Several chats at once: boxes before the rows, and a bar with what can be done to those that are ticked. */

import { tn } from "../i18n.js";
import { announce } from "./announce.js";
import { kindsOf, showFor } from "./kinds.js";

export class Selection {
  #rows;
  #onDeed;
  #keys = new Set();
  #last = null; // where a range begins
  #bar = document.getElementById("selection-bar");

  /** `onDeed(deed, chats)` gets chats as { key, title }. */
  constructor({ rows, onDeed }) {
    this.#rows = rows;
    this.#onDeed = onDeed;
    rows.element.addEventListener("rowsdrawn", () => this.#isOn && this.#draw());
    this.#bar.addEventListener("click", (event) => this.#clicked(event));
    document.getElementById("sidebar").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#isOn || event.target.closest(".menu")) return;
      event.preventDefault(); // the drawer stays
      this.end();
      document.getElementById("view-button").focus();
    });
    // A box ticked with Shift ticks all from the last one.
    rows.element.addEventListener("click", (event) => {
      if (event.shiftKey && event.target.matches(".row-check")) this.setTo(event.target.closest(".row"));
    });
  }

  get #isOn() {
    return !this.#bar.hidden;
  }

  begin() {
    this.#rows.element.classList.add("is-selecting");
    this.#bar.hidden = false;
    this.#draw();
    this.#rows.element.querySelector(".row-check")?.focus();
  }

  /** Tick a row, or not; the other way round if nothing is said. */
  set(row, on = !this.#keys.has(row.dataset.conversation)) {
    if (!this.#isOn) this.begin();
    if (on) this.#keys.add(row.dataset.conversation);
    else this.#keys.delete(row.dataset.conversation);
    this.#last = row.dataset.conversation;
    this.#draw();
    this.#rows.find(row.dataset.conversation)?.querySelector(".row-check").focus({ preventScroll: true });
  }

  /** Tick all rows from the last one to this. */
  setTo(row) {
    const all = this.#rows.all().filter((one) => one.checkVisibility());
    const [here, last] = [all.indexOf(row), all.indexOf(this.#rows.find(this.#last))];
    const [from, to] = last < 0 ? [here, here] : [Math.min(here, last), Math.max(here, last)];
    for (const one of all.slice(from, to + 1)) this.#keys.add(one.dataset.conversation);
    this.set(row, true);
  }

  end() {
    if (!this.#isOn) return;
    this.#keys.clear();
    this.#last = null;
    this.#rows.element.classList.remove("is-selecting");
    const hadFocus = this.#bar.contains(document.activeElement);
    this.#bar.hidden = true;
    this.#draw();
    if (hadFocus) document.getElementById("view-button").focus();
  }

  /** The boxes as they are ticked; rows that have left the list are ticked no more. */
  #draw() {
    const rows = this.#rows.all();
    const there = new Set(rows.map((row) => row.dataset.conversation));
    for (const key of this.#keys) if (!there.has(key)) this.#keys.delete(key);
    for (const row of rows) row.querySelector(".row-check").checked = this.#keys.has(row.dataset.conversation);
    const count = this.#bar.querySelector("[data-count]");
    const words = tn("%(n)s chat selected", "%(n)s chats selected", this.#keys.size);
    if (this.#isOn && count.textContent !== words) announce(words);
    count.textContent = words;
    const ticked = rows.filter((row) => this.#keys.has(row.dataset.conversation));
    const kinds = ticked.length ? kindsOf(ticked[0]).filter((kind) => kind !== "pinned") : kindsOfView(this.#rows.view);
    if (ticked.length && ticked.every((row) => kindsOf(row).includes("pinned"))) kinds.push("pinned");
    showFor(this.#bar, kinds);
    for (const button of this.#bar.querySelectorAll("[data-deed]")) button.disabled = !this.#keys.size;
  }

  #clicked(event) {
    if (event.target.closest("[data-select-end]")) {
      this.end();
      document.getElementById("view-button").focus();
      return;
    }
    if (event.target.closest("[data-select-all]")) {
      const all = this.#rows.all().filter((row) => row.checkVisibility());
      const every = all.every((row) => this.#keys.has(row.dataset.conversation));
      for (const row of all) every ? this.#keys.delete(row.dataset.conversation) : this.#keys.add(row.dataset.conversation);
      this.#draw();
      return;
    }
    const deed = event.target.closest("[data-deed]")?.dataset.deed;
    if (!deed) return;
    const chats = this.#rows
      .all()
      .filter((row) => this.#keys.has(row.dataset.conversation))
      .map((row) => ({ key: row.dataset.conversation, title: row.querySelector(".row-title").textContent }));
    this.#onDeed(deed, chats);
  }
}

function kindsOfView(view) {
  return { "of=archived": ["archived"], "of=trash": ["trash"] }[view] ?? [];
}
