/**
 * The rows of the sidebar, alive: each is fetched when it changed and put where it says that it stands.
 *
 * Of every draw #rows gets a `rowsdrawn` event, so that what is laid over the rows (the selection) can follow.
 */

import { elementsOf, get } from "./net.js";
import { urls } from "./urls.js";

const GATHER = 120; // ms during which several notices of one row become one request

export class Rows {
  #el = document.getElementById("rows");
  #waiting = new Map(); // conversation → timer
  #refreshing = null; // timer
  #current;
  #onRow;
  #onGone;

  /**
   * `current()` gives the open conversation's id, null before there is one; `onRow(row)` and `onGone()` concern that
   * one only.
   */
  constructor({ current, onRow, onGone }) {
    this.#current = current;
    this.#onRow = onRow;
    this.#onGone = onGone;
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (this.#el.contains(event.target)) this.#settle();
    });
  }

  get element() {
    return this.#el;
  }

  /** Which list is shown, as the query of its address; "" for all chats. */
  get view() {
    return this.#el.dataset.view;
  }

  all() {
    return [...this.#el.querySelectorAll(".row")];
  }

  find(conversation) {
    return this.#el.querySelector(`.row[data-conversation="${conversation}"]`);
  }

  /** Something about a row changed: fetch it again, or take it away when the server has none. */
  changed(conversation) {
    if (this.#waiting.has(conversation)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(conversation);
      this.fetch(conversation).catch(() => {});
    }, GATHER);
    this.#waiting.set(conversation, timer);
  }

  /** The lists themselves changed, or much in them: fetch them again, soon. */
  stale() {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(() => this.refresh().catch(() => {}), GATHER);
    const current = this.#current();
    if (current) this.changed(current); // it may be gone
  }

  /** Draw another list. */
  async show(view) {
    const before = this.view;
    this.#el.dataset.view = view;
    try {
      if (await this.refresh()) this.#el.scrollTop = 0;
    } catch (error) {
      this.#el.dataset.view = before;
      throw error;
    }
  }

  /** Draw the list anew, as long as it was. Whether it was drawn. */
  async refresh() {
    const view = this.view;
    const long = this.#el.querySelector('[data-shelf="recent"], [data-shelf="archived"], [data-shelf="trash"], [data-shelf="tag"]');
    const response = await get(urls.shelves(view, long?.querySelectorAll(".row").length ?? 0));
    if (!response.ok) throw new TypeError();
    const html = await response.text();
    if (view !== this.view) return false;
    if (this.#el.querySelector(".row-input")) return false; // being renamed: what is typed comes first
    const { scrollTop } = this.#el;
    const focused = this.#focused();
    this.#el.replaceChildren(elementsOf(html));
    window.htmx?.process(this.#el);
    this.#el.scrollTop = scrollTop;
    focused?.();
    this.#drawn();
    return true;
  }

  async fetch(conversation) {
    const response = await get(urls.row(conversation) + (this.view && `?${this.view}`));
    const isHere = conversation === this.#current();
    if (response.status === 404) {
      this.#drop(this.find(conversation));
      this.#drawn();
      if (isHere) this.#onGone();
      return;
    }
    if (!response.ok) return;
    const row = elementsOf(await response.text()).querySelector(".row");
    if (!row) return;
    this.#put(row);
    this.#drawn();
    if (!isHere) return;
    if (row.dataset.shelf === "trash") this.#onGone();
    else this.#onRow(row);
  }

  /** Take rows away before the server has said so; gives what puts them back. */
  take(conversations) {
    const taken = conversations.map((one) => this.find(one)).filter(Boolean);
    this.#leave(taken);
    for (const row of taken) row.hidden = true;
    return () => taken.forEach((row) => (row.hidden = false));
  }

  /** Mark the open conversation. */
  markCurrent() {
    const current = this.#current();
    for (const link of this.#el.querySelectorAll("a.row-link")) {
      if (link.closest(".row").dataset.conversation === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** Put a row in its place by time, newest first; a row that is being renamed is left alone. */
  #put(row) {
    const old = this.find(row.dataset.conversation);
    if (old?.querySelector(".row-input")) return;
    const list = this.#el.querySelector(`ul[data-shelf="${row.dataset.shelf}"]`);
    if (!list || list.dataset.unloaded) return this.#drop(old); // it stands elsewhere
    const focused = old?.contains(document.activeElement) ? document.activeElement.className : "";
    const others = [...list.querySelectorAll(".row")].filter((other) => other !== old);
    const after = others.find((other) => other.dataset.updated < row.dataset.updated);
    const stays = old?.parentElement === list;
    const sentinel = list.querySelector(".sentinel");
    if (!after && sentinel && !stays) return this.#drop(old); // older than what is loaded: it comes by scrolling
    if (stays && nextRow(old) === (after ?? null)) old.replaceWith(row);
    else {
      old?.remove();
      list.insertBefore(row, after ?? sentinel ?? null);
    }
    window.htmx?.process(row);
    if (focused) row.getElementsByClassName(focused)[0]?.focus({ preventScroll: true });
  }

  #drop(row) {
    if (!row) return;
    this.#leave([row]);
    row.remove();
  }

  /** These rows go: the focus that one of them has goes to the same thing in the next one, or to the lists' button. */
  #leave(going) {
    const here = document.activeElement;
    const row = here.closest(".row");
    if (!going.includes(row)) return;
    const left = this.all().filter((one) => one === row || (!going.includes(one) && one.checkVisibility()));
    const at = left.indexOf(row);
    const next = left[at + 1] ?? left[at - 1];
    const same = next?.getElementsByClassName(here.className)[0] ?? document.getElementById("view-button");
    same?.focus({ preventScroll: true });
  }

  /** A page fetched by scrolling may bring a row that has moved up meanwhile. */
  #settle() {
    const seen = new Set();
    for (const row of this.all()) {
      if (seen.has(row.dataset.conversation)) row.remove();
      seen.add(row.dataset.conversation);
    }
    this.#drawn();
  }

  #drawn() {
    for (const list of this.#el.querySelectorAll(".shelf-rows")) putDays(list);
    this.markCurrent();
    this.#el.dispatchEvent(new Event("rowsdrawn"));
  }

  /** What gives the focus back to the same thing after the lists were drawn anew; to the lists' button if it is gone. */
  #focused() {
    const here = document.activeElement;
    if (!this.#el.contains(here) || !here.className) return null;
    const row = here.closest(".row")?.dataset.conversation;
    const folder = here.closest("[data-folder]")?.dataset.folder;
    const place = row ? `.row[data-conversation="${row}"]` : folder ? `[data-folder="${folder}"]` : "";
    const what = here.className.split(" ").map((name) => `.${name}`).join("");
    return () => {
      const same = this.#el.querySelector(`${place} ${what}`) ?? document.getElementById("view-button");
      same?.focus({ preventScroll: true });
    };
  }
}

function nextRow(row) {
  let next = row.nextElementSibling;
  while (next && !next.matches(".row")) next = next.nextElementSibling;
  return next;
}

/** A heading where the day changes, and none without rows. */
function putDays(list) {
  let day = "";
  for (const row of list.querySelectorAll(".row")) {
    const above = row.previousElementSibling;
    const head = above?.matches(".day") ? above : null;
    if (row.dataset.day === day) head?.remove();
    else if (head) head.firstElementChild.textContent = row.dataset.day;
    else row.before(heading(row.dataset.day));
    day = row.dataset.day;
  }
  for (const head of list.querySelectorAll(".day")) if (!head.nextElementSibling?.matches(".row")) head.remove();
}

function heading(words) {
  const item = document.createElement("li");
  item.className = "day";
  item.append(document.createElement("h3"));
  item.firstChild.textContent = words;
  return item;
}
