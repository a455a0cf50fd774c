/** The sidebar: its lists, the menus of rows, folders and lists, the drawer on small screens. */

import { t } from "../i18n.js";
import { toast } from "./announce.js";
import { register } from "./commands.js";
import { kindsOf, showFor } from "./kinds.js";
import { openMenu } from "./menu.js";
import { Rows } from "./rows.js";

const wide = matchMedia("(min-width: 1024px)");
const EDGE = 28; // px from the edge where a swipe may begin
const SWIPE = 50; // px of sideways movement that make it one
const isRtl = () => document.documentElement.dir === "rtl";

export class Sidebar {
  #aside = document.getElementById("sidebar");
  #rows;
  #chosen = null; // the row or folder whose menu is open
  #ordering = null; // loaded when something is first put in order
  #makeOrdering;
  #dragging = null; // loaded when the rows are first pointed at

  /**
   * `current()` gives the open conversation's id, null before there is one; `onRow(row)`, `onTitle(title)` and
   * `onGone()` concern that one only; `onExport(conversation)` takes one along; `show(path)` draws another.
   */
  constructor({ current, onRow, onTitle, onGone, onExport, show }) {
    this.#rows = new Rows({ current, onRow, onGone });
    this.#makeOrdering = async () => {
      const { Ordering } = await import("./ordering.js");
      const closeDrawer = () => this.closeDrawer();
      return new Ordering({ rows: this.#rows, current, onTitle, onExport, show, closeDrawer });
    };
    document.addEventListener("click", (event) => this.#clicked(event));
    // Before htmx follows the link: with Shift, or while chats are being selected, a press selects.
    this.#rows.element.addEventListener("click", (event) => this.#selects(event), true);
    this.#rows.element.addEventListener("change", (event) => {
      const row = event.target.matches(".row-check") && event.target.closest(".row");
      if (row) this.#do((ordering) => ordering.select(row, event.target.checked));
    });
    this.#swipes();
    this.#rows.element.addEventListener("pointerover", () => this.#mayDrag());
    this.#rows.markCurrent();
    const here = (deed) => () => this.#do((ordering) => ordering.here(deed));
    const isThere = () => !document.getElementById("main").hasAttribute("data-new");
    register(
      ...[
        ["pin", t("Pin this chat")],
        ["archive", t("Archive this chat")],
        ["folder", t("Put this chat into a folder")],
        ["tags", t("Tags of this chat")],
        ["delete", t("Delete this chat"), "mod+shift+backspace"],
      ].map(([id, title, keys = ""]) => ({ id: `chat.${id}`, title, group: t("This chat"), keys, available: isThere, run: here(id) })),
      { id: "list.archived", title: t("Archived chats"), group: t("Lists"), run: () => this.#do((o) => o.view("of=archived")) },
      { id: "list.trash", title: t("Trash"), group: t("Lists"), run: () => this.#do((o) => o.view("of=trash")) },
      { id: "folder.new", title: t("New folder"), group: t("Lists"), run: () => this.#do((o) => o.folder("new-folder")) },
    );
  }

  changed(conversation) {
    this.#rows.changed(conversation);
  }

  /** Folders, or many rows, changed. */
  stale() {
    this.#rows.stale();
  }

  refresh() {
    return this.#rows.refresh();
  }

  markCurrent() {
    this.#rows.markCurrent();
  }

  closeDrawer() {
    if (this.#aside.matches(":popover-open")) this.#aside.hidePopover();
  }

  async #do(deed) {
    try {
      this.#ordering ??= await this.#makeOrdering();
    } catch {
      toast(t("This could not be loaded: no connection. Try again."));
      return;
    }
    deed(this.#ordering);
  }

  #mayDrag() {
    const onDrop = (rows, folder) => this.#do((ordering) => ordering.move(rows, folder));
    this.#dragging ??= import("./dragging.js").then(
      ({ Dragging }) => new Dragging({ rows: this.#rows, onDrop }),
      () => (this.#dragging = null), // the menu of the row does it, too
    );
  }

  #selects(event) {
    const row = event.target.closest(".row");
    const isSelecting = this.#rows.element.classList.contains("is-selecting");
    if (!row || !event.target.closest(".row-link") || !(event.shiftKey || isSelecting)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#do((ordering) => (event.shiftKey ? ordering.selectTo(row) : ordering.select(row)));
  }

  #clicked(event) {
    const on = (selector) => event.target.closest(selector);
    let found;
    if ((found = on("[data-row-menu]"))) this.#openFor(found, document.getElementById("row-menu"), found.closest(".row"));
    else if ((found = on("[data-folder-menu]"))) {
      this.#openFor(found, document.getElementById("folder-menu"), found.closest("[data-folder]"));
    } else if ((found = on("#view-button"))) this.#do((ordering) => ordering.openViews(found));
    else if ((found = on("#sidebar [data-view]:not(#rows)"))) this.#do((ordering) => ordering.view(found.dataset.view));
    else if ((found = on("#rows [data-fold]"))) this.#do((ordering) => ordering.fold(found));
    else if (on("[data-empty-trash]")) this.#do((ordering) => ordering.emptyTrash());
    else if ((found = on("#row-menu [data-do], #folder-menu [data-do], #view-menu [data-do]"))) this.#chose(found);
    else if (on("#sidebar-toggle")) {
      if (wide.matches) this.#collapse(false);
      else this.#aside.showPopover();
    } else if (on("#sidebar-close")) {
      if (wide.matches) this.#collapse(true);
      else this.closeDrawer();
    }
  }

  #openFor(button, menu, owner) {
    this.#chosen = owner;
    showFor(menu, kindsOf(owner));
    openMenu(menu, button, owner);
  }

  #chose(item) {
    const menu = item.closest(".menu");
    const chosen = this.#chosen;
    menu.hidePopover();
    this.#do((ordering) => {
      if (menu.id === "row-menu") ordering.row(item.dataset.do, chosen);
      else ordering.folder(item.dataset.do, chosen);
    });
  }

  #collapse(yes) {
    if (yes) document.documentElement.dataset.sidebar = "collapsed";
    else delete document.documentElement.dataset.sidebar;
    // A cookie, so that the server draws the next page as it was left; nothing private is in it.
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `sidebar=${yes ? "collapsed" : "open"}; path=/; max-age=31536000; samesite=lax${secure}`;
    document.getElementById(yes ? "sidebar-toggle" : "sidebar-close")?.focus();
  }

  /** From the edge where it stands inwards opens the drawer, back over it closes it. */
  #swipes() {
    let from = null;
    let opens = null; // whether the movement opens the drawer or closes it, once it is a swipe
    addEventListener(
      "touchstart",
      (event) => {
        opens = null;
        const touch = event.touches[0];
        const open = this.#aside.matches(":popover-open");
        const fromEdge = isRtl() ? innerWidth - touch.clientX : touch.clientX;
        from = !wide.matches && event.touches.length === 1 && (open || fromEdge < EDGE) ? touch : null;
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
        opens = x > 0 !== isRtl();
      },
      { passive: true },
    );
    // Not before the finger is lifted: that would close at once what has opened under it.
    addEventListener("touchend", () => {
      if (opens === false) this.closeDrawer();
      if (opens && !this.#aside.matches(":popover-open")) this.#aside.showPopover();
      opens = null;
    });
  }
}
