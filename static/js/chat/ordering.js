/** Putting chats in order: what the menus of the sidebar do, each with its undo. */

import { t, tn } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { Dialog, confirmed } from "./dialog.js";
import { editFolder, fold, newFolder, removeFolder } from "./folders.js";
import { lateStyle } from "./late.js";
import { openMenu } from "./menu.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { rename } from "./rename.js";
import { Selection } from "./selection.js";
import { urls } from "./urls.js";

const ONE_BY_ONE = 20; // more rows than this are drawn as one list
const LEAVING = new Set(["delete", "archive", "unarchive", "restore", "erase"]); // the list that is shown

/** What was done, to one chat or to several. */
const SAID = {
  pin: [(title) => t("Pinned “%(title)s”.", { title }), (n) => tn("Pinned %(n)s chat.", "Pinned %(n)s chats.", n)],
  unpin: [(title) => t("Unpinned “%(title)s”.", { title }), (n) => tn("Unpinned %(n)s chat.", "Unpinned %(n)s chats.", n)],
  archive: [(title) => t("Archived “%(title)s”.", { title }), (n) => tn("Archived %(n)s chat.", "Archived %(n)s chats.", n)],
  unarchive: [(title) => t("“%(title)s” is no longer archived.", { title }), (n) => tn("%(n)s chat is no longer archived.", "%(n)s chats are no longer archived.", n)],
  folder: [(title) => t("Moved “%(title)s”.", { title }), (n) => tn("Moved %(n)s chat.", "Moved %(n)s chats.", n)],
  tag: [(title) => t("Tagged “%(title)s”.", { title }), (n) => tn("Tagged %(n)s chat.", "Tagged %(n)s chats.", n)],
  untag: [(title) => t("Took a tag from “%(title)s”.", { title }), (n) => tn("Took a tag from %(n)s chat.", "Took a tag from %(n)s chats.", n)],
  delete: [(title) => t("Deleted “%(title)s”.", { title }), (n) => tn("Deleted %(n)s chat.", "Deleted %(n)s chats.", n)],
  restore: [(title) => t("Restored “%(title)s”.", { title }), (n) => tn("Restored %(n)s chat.", "Restored %(n)s chats.", n)],
  erase: [(title) => t("“%(title)s” is gone for good.", { title }), (n) => tn("%(n)s chat is gone for good.", "%(n)s chats are gone for good.", n)],
};

export class Ordering {
  #rows;
  #current;
  #onTitle;
  #onExport;
  #show;
  #closeDrawer;
  #selection;

  constructor({ rows, current, onTitle, onExport, show, closeDrawer }) {
    this.#rows = rows;
    this.#current = current;
    this.#onTitle = onTitle;
    this.#onExport = onExport;
    this.#show = show;
    this.#closeDrawer = closeDrawer;
    this.#selection = new Selection({ rows, onDeed: (deed, chats) => this.do(deed, chats) });
  }

  /** A deed from the menu of a row. */
  row(deed, row) {
    if (deed === "rename") return rename(row.dataset.conversation, this.#placeOf(row));
    if (deed === "export") return this.#onExport(row.dataset.conversation);
    if (deed === "select") return this.#selection.set(row, true);
    return this.do(deed, [chatOf(row)]);
  }

  #placeOf(row) {
    return {
      holder: row.querySelector(".row-link"),
      text: row.querySelector(".row-title"),
      className: "row-input",
      label: t("New title"),
      onNamed: (key, words) => key === this.#current() && this.#onTitle(words),
    };
  }

  /** A deed on the open chat. */
  here(deed) {
    const title = document.querySelector("#chat-title .title-text")?.textContent ?? "";
    return this.do(deed, [{ key: this.#current(), title }]);
  }

  select(row, on) {
    this.#selection.set(row, on);
  }

  selectTo(row) {
    this.#selection.setTo(row);
  }

  /** A deed on chats ({ key, title }), after what has to be asked first. */
  async do(deed, chats) {
    const keys = chats.map((chat) => chat.key);
    try {
      if (deed === "folder") return await this.#chooseFolder(chats);
      if (deed === "tags") return await this.#chooseTags(chats);
      if (deed === "erase" && !(await this.#sure(chats))) return undefined;
    } catch (error) {
      return this.#failed(error);
    }
    return this.apply([{ deed, c: keys }], chats);
  }

  /** These rows were dragged into a folder (its key), or out of theirs (""): gone at once, back if it is refused. */
  async move(rows, folder) {
    const chats = rows.map(chatOf);
    const back = this.#rows.take(chats.map((chat) => chat.key));
    await this.apply([{ deed: "folder", c: chats.map((chat) => chat.key), folder }], chats);
    back(); // what was moved has been drawn anew by now
  }

  /** Do the steps, say so, offer to undo them. Whether it was done; `refuse(field, words)` may show a refusal. */
  async apply(steps, chats, refuse = null) {
    const { deed } = steps[0];
    const back = LEAVING.has(deed) ? this.#rows.take(chats.map((chat) => chat.key)) : () => {};
    try {
      const { undo } = await this.#post(steps, chats, refuse);
      const [one, many] = SAID[deed];
      const said = chats.length === 1 ? one(chats[0].title) : many(chats.length);
      this.#offerUndo(said, undo, chats);
      this.#selection.end();
      return true;
    } catch (error) {
      back();
      this.#failed(error);
      return false;
    }
  }

  #offerUndo(said, undo, chats) {
    if (!undo.length) return void toast(said);
    toast(said, {
      action: t("Undo"),
      seconds: 10,
      onAction: async () => {
        try {
          await this.#post(undo, chats);
          announce(t("Undone"));
        } catch (error) {
          if (error instanceof TypeError) this.#offerUndo(t("No connection: nothing was undone. Try again."), undo, chats);
          else this.#failed(error);
        }
      },
    });
  }

  async #post(steps, chats, refuse = null) {
    const response = await post(urls.order, { steps: JSON.stringify(steps) });
    if (response.status === 422 && refuse) {
      const { error, field } = await response.json();
      if (refuse(field, error)) throw new Shown();
      throw new Error(error);
    }
    if (!response.ok) throw new Error(await sentenceOf(response, t("This could not be done. Try again.")));
    // The tabs are told by the socket; this one does not wait for it.
    if (chats.length > ONE_BY_ONE) this.#rows.stale();
    else await Promise.all(chats.map((chat) => this.#rows.fetch(chat.key).catch(() => {})));
    return response.json();
  }

  #failed(error) {
    if (error instanceof SignedOut || error instanceof Shown) return;
    toast(error instanceof TypeError ? t("No connection: nothing was changed. Try again.") : error.message);
  }

  #sure(chats) {
    const words = t("Its messages are erased from the server and cannot be brought back.");
    return chats.length === 1
      ? confirmed({ title: t("Delete “%(title)s” now?", { title: chats[0].title }), words, yes: t("Delete now") })
      : confirmed({
          title: tn("Delete %(n)s chat now?", "Delete %(n)s chats now?", chats.length),
          words: t("Their messages are erased from the server and cannot be brought back."),
          yes: t("Delete now"),
        });
  }

  #chooseFolder(chats) {
    const keys = chats.map((chat) => chat.key);
    const put = async (form) => {
      const fields = new FormData(form);
      let folder = fields.get("folder");
      try {
        if (folder === "new") folder = await newFolder(fields.get("name"), dialog);
        if (folder === null) return;
        if (await this.apply([{ deed: "folder", c: keys, folder }], chats)) dialog.close();
      } catch (error) {
        this.#failed(error);
      }
    };
    const dialog = new Dialog({
      id: "order",
      label: t("Put into a folder"),
      style: "ordering",
      focus: ["input:checked"],
      typed: (event) => {
        if (event.target.id === "choose-name") dialog.element.querySelector('[name=folder][value="new"]').checked = true;
      },
      submitted: put,
    });
    return dialog.open(urls.chooseFolder(keys));
  }

  #chooseTags(chats) {
    const keys = chats.map((chat) => chat.key);
    const step = async (deed, tag) => {
      const refuse = (field, words) => dialog.refuse(field, words);
      if (await this.apply([{ deed, c: keys, tag }], chats, refuse)) await dialog.reload(urls.chooseTags(keys));
    };
    const dialog = new Dialog({
      id: "order",
      label: "Tags",
      style: "ordering",
      focus: ["#choose-tag"],
      submitted: (form) => {
        const tag = new FormData(form).get("tag").trim();
        if (tag) step("tag", tag);
        else dialog.close();
      },
      clicked: (event) => {
        const button = event.target.closest("[data-untag], [data-tag]");
        if (button?.dataset.untag) step("untag", button.dataset.untag);
        else if (button) step("tag", button.dataset.tag);
      },
    });
    return dialog.open(urls.chooseTags(keys));
  }

  // ── lists and folders ──

  /** The menu of the lists, as they are now. */
  async openViews(button) {
    const menu = document.getElementById("view-menu");
    try {
      const [response] = await Promise.all([get(urls.views(this.#rows.view)), lateStyle("ordering").catch(() => {})]);
      if (!response.ok) throw new TypeError();
      menu.replaceChildren(elementsOf(await response.text()));
    } catch (error) {
      return this.#failed(error);
    }
    openMenu(menu, button, button);
    return undefined;
  }

  async view(view) {
    const menu = document.getElementById("view-menu");
    if (menu.matches(":popover-open")) menu.hidePopover();
    this.#selection.end();
    try {
      await this.#rows.show(view);
    } catch (error) {
      return this.#failed(error);
    }
    const heading = this.#rows.element.querySelector(".view-head h2");
    (heading ?? document.getElementById("view-button")).focus();
    return undefined;
  }

  async emptyTrash() {
    try {
      const question = {
        title: t("Empty the trash?"),
        words: t("All chats in it are erased from the server and cannot be brought back."),
        yes: t("Empty the trash"),
      };
      if (!(await confirmed(question))) return;
      const response = await post(urls.emptyTrash);
      if (!response.ok) throw new Error(await sentenceOf(response, t("The trash could not be emptied. Try again.")));
      await this.#rows.refresh();
      toast(t("The trash is empty."));
    } catch (error) {
      this.#failed(error);
    }
  }

  async fold(button) {
    await fold(button).catch((error) => this.#failed(error));
  }

  /** A deed from the menu of a folder (its section), or "new-folder", or "select-some". */
  async folder(deed, section) {
    if (deed === "select-some") return this.#selection.begin();
    try {
      if (deed === "new-folder") await editFolder(null);
      if (deed === "edit-folder") await editFolder(section.dataset.folder);
      if (deed === "remove-folder") await removeFolder(section);
      if (deed === "new-in") {
        this.#closeDrawer();
        this.#show(`/?folder=${section.dataset.folder}`);
      }
    } catch (error) {
      this.#failed(error);
    }
    return undefined;
  }
}

/** The refusal stands beside its field. */
class Shown extends Error {}

function chatOf(row) {
  return { key: row.dataset.conversation, title: row.querySelector(".row-title").textContent };
}
