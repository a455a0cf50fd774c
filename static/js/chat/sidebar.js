/** The list of conversations: live rows, rename, delete with undo, the drawer on small screens. */

import { announce, toast } from "./announce.js";
import { openMenu } from "./menu.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const wide = matchMedia("(min-width: 1024px)");
const EDGE = 28; // px from the edge where a swipe may begin
const SWIPE = 50; // px of sideways movement that make it one
const GATHER = 120; // ms during which several notices of one row become one request

export class Sidebar {
  #aside = document.getElementById("sidebar");
  #rows = document.getElementById("rows");
  #menu = document.getElementById("row-menu");
  #chosen = null; // the row whose menu is open
  #waiting = new Map(); // conversation → timer
  #current;
  #onTitle;
  #onGone;
  #onExport;

  /** `current()` gives the open conversation's id; `onTitle(title)` and `onGone()` concern that one only. */
  constructor({ current, onTitle, onGone, onExport }) {
    this.#current = current;
    this.#onTitle = onTitle;
    this.#onGone = onGone;
    this.#onExport = onExport;
    document.addEventListener("click", (event) => this.#clicked(event));
    this.#menu.addEventListener("click", (event) => this.#chose(event));
    document.body.addEventListener("htmx:afterSettle", (event) => {
      if (this.#rows.contains(event.target)) this.#settle();
    });
    this.#swipes();
    this.markCurrent();
  }

  /** Something about a row changed: fetch it again, or take it away when the server has none. */
  changed(conversation) {
    if (this.#waiting.has(conversation)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(conversation);
      this.#fetch(conversation).catch(() => {});
    }, GATHER);
    this.#waiting.set(conversation, timer);
  }

  /** After a time without a connection: the first page again, merged into what is shown. */
  async refresh() {
    const response = await get(this.#rows.dataset.listUrl);
    if (!response.ok) return;
    const fresh = [...elementsOf(await response.text()).querySelectorAll(".row")];
    for (const row of fresh) this.#put(row);
    const shown = new Set(fresh.map((row) => row.dataset.conversation));
    const oldest = fresh.at(-1)?.dataset.updated ?? "";
    for (const row of this.#all()) {
      // Rows newer than the page's last one, but not in it, are gone.
      if (!shown.has(row.dataset.conversation) && row.dataset.updated > oldest) row.remove();
    }
    this.markCurrent();
  }

  /** Mark the open conversation and put the drawer away. */
  markCurrent() {
    const current = this.#current();
    for (const link of this.#rows.querySelectorAll(".row-link")) {
      if (link.closest(".row").dataset.conversation === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  closeDrawer() {
    if (this.#aside.matches(":popover-open")) this.#aside.hidePopover();
  }

  #all() {
    return [...this.#rows.querySelectorAll(".row")];
  }

  #find(conversation) {
    return this.#rows.querySelector(`.row[data-conversation="${conversation}"]`);
  }

  async #fetch(conversation) {
    const response = await get(urls.row(conversation));
    if (response.status === 404) {
      this.#find(conversation)?.remove();
      if (conversation === this.#current()) this.#onGone();
      return;
    }
    if (!response.ok) return;
    const row = elementsOf(await response.text()).querySelector(".row");
    if (!row) return;
    this.#put(row);
    this.markCurrent();
    if (conversation === this.#current()) this.#onTitle(row.querySelector(".row-title").textContent);
  }

  /** Put a row in its place by time, newest first; a row that is being renamed is left alone. */
  #put(row) {
    const old = this.#find(row.dataset.conversation);
    if (old?.querySelector(".row-input")) return;
    const focused = old?.contains(document.activeElement) ? document.activeElement.className : "";
    const after = this.#all().find((other) => other !== old && other.dataset.updated < row.dataset.updated);
    const sentinel = this.#rows.querySelector(".sentinel");
    if (!after && sentinel && !old) return; // older than what is loaded: it comes by scrolling
    if (old && old.nextElementSibling === (after ?? sentinel ?? null)) old.replaceWith(row);
    else {
      old?.remove();
      this.#rows.insertBefore(row, after ?? sentinel ?? null);
    }
    window.htmx?.process(row);
    if (focused) row.getElementsByClassName(focused)[0]?.focus({ preventScroll: true });
  }

  /** A page fetched by scrolling may bring a row that has moved up meanwhile. */
  #settle() {
    const seen = new Set();
    for (const row of this.#all()) {
      if (seen.has(row.dataset.conversation)) row.remove();
      seen.add(row.dataset.conversation);
    }
    this.markCurrent();
  }

  #clicked(event) {
    const more = event.target.closest("[data-row-menu]");
    if (more) {
      this.#chosen = more.closest(".row");
      openMenu(this.#menu, more, this.#chosen);
    } else if (event.target.closest("#sidebar-toggle")) {
      if (wide.matches) this.#collapse(false);
      else this.#aside.showPopover();
    } else if (event.target.closest("#sidebar-close")) {
      if (wide.matches) this.#collapse(true);
      else this.closeDrawer();
    }
  }

  #collapse(yes) {
    if (yes) document.documentElement.dataset.sidebar = "collapsed";
    else delete document.documentElement.dataset.sidebar;
    // A cookie, so that the server draws the next page as it was left; nothing private is in it.
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `sidebar=${yes ? "collapsed" : "open"}; path=/; max-age=31536000; samesite=lax${secure}`;
    document.getElementById(yes ? "sidebar-toggle" : "sidebar-close")?.focus();
  }

  #chose(event) {
    const deed = event.target.closest("[data-do]")?.dataset.do;
    if (!deed) return;
    const row = this.#chosen;
    this.#menu.hidePopover();
    if (deed === "rename") this.#rename(row);
    if (deed === "export") this.#onExport(row.dataset.conversation);
    if (deed === "delete") this.#delete(row);
  }

  #rename(row) {
    const link = row.querySelector(".row-link");
    const title = row.querySelector(".row-title");
    const input = document.createElement("input");
    input.className = "row-input";
    input.value = title.textContent;
    input.maxLength = 200;
    input.dir = "auto";
    input.setAttribute("aria-label", "New title");
    link.hidden = true;
    link.after(input);
    input.focus();
    input.select();
    let over = false;
    const end = async (save) => {
      if (over) return;
      over = true;
      const words = input.value.trim();
      input.remove();
      link.hidden = false;
      link.focus({ preventScroll: true });
      if (!save || !words || words === title.textContent) return;
      const before = title.textContent;
      title.textContent = words;
      const failed = await rename(row.dataset.conversation, words);
      if (failed) {
        title.textContent = before;
        toast(failed);
      } else if (row.dataset.conversation === this.#current()) this.#onTitle(words);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // the link that gets the focus back must not be followed, nor the drawer closed
      event.stopPropagation();
      end(event.key === "Enter");
    });
    input.addEventListener("blur", () => end(true));
  }

  async #delete(row) {
    const conversation = row.dataset.conversation;
    const title = row.querySelector(".row-title").textContent;
    const wasCurrent = conversation === this.#current();
    const after = row.nextElementSibling;
    row.remove();
    const back = () => {
      if (!this.#find(conversation)) this.#rows.insertBefore(row, after?.isConnected ? after : this.#rows.firstChild);
    };
    try {
      const response = await post(urls.remove(conversation));
      if (!response.ok) throw new Error(await sentenceOf(response, "The chat could not be deleted. Try again."));
    } catch (error) {
      back();
      toast(error instanceof TypeError ? "No connection: the chat was not deleted." : error.message);
      return;
    }
    if (wasCurrent) this.#onGone();
    toast(`Deleted “${title}”.`, {
      action: "Undo",
      seconds: 10,
      onAction: async () => {
        try {
          await post(urls.restore(conversation));
          await this.#fetch(conversation);
          announce("Restored");
        } catch (error) {
          if (!(error instanceof SignedOut)) toast("No connection: the chat is still deleted. Undo it again.");
        }
      },
    });
  }

  /** From the left edge inwards opens the drawer, back over it closes it. */
  #swipes() {
    let from = null;
    addEventListener(
      "touchstart",
      (event) => {
        const touch = event.touches[0];
        const open = this.#aside.matches(":popover-open");
        from = !wide.matches && event.touches.length === 1 && (open || touch.clientX < EDGE) ? touch : null;
      },
      { passive: true },
    );
    addEventListener(
      "touchmove",
      (event) => {
        if (!from) return;
        const [x, y] = [event.touches[0].clientX - from.clientX, event.touches[0].clientY - from.clientY];
        if (Math.abs(x) < SWIPE || Math.abs(x) < 1.5 * Math.abs(y)) return;
        from = null;
        if (x > 0 && !this.#aside.matches(":popover-open")) this.#aside.showPopover();
        else if (x < 0) this.closeDrawer();
      },
      { passive: true },
    );
  }
}

/** Rename on the server; gives the sentence to show if that failed, else null. */
export async function rename(conversation, title) {
  try {
    const response = await post(urls.rename(conversation), { title });
    return response.ok ? null : await sentenceOf(response, "The title could not be saved. Try again.");
  } catch {
    return "No connection: the title was not changed.";
  }
}
