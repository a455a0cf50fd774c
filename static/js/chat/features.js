/**
 * What is loaded when somebody first asks for it: each feature with its command, and the one sentence for all when it
 * cannot be had. The features know the page only by what they are given.
 */

import { toast } from "./announce.js";
import { offer, register } from "./commands.js";
import { t } from "../i18n.js";
import { get } from "./net.js";
import { Shortcuts } from "./shortcuts.js";
import { follow, keep, toggle } from "./temporary.js"; // at hand: a question sent right after the switch is to obey it
import { urls } from "./urls.js";

const NOT_LOADED = t("This could not be loaded: no connection. Try again.");

/** Run `deed` with a module that is being loaded; a module that cannot be had is said, not thrown. */
async function load(module, deed) {
  let loaded;
  try {
    loaded = await module;
  } catch {
    return toast(NOT_LOADED);
  }
  return deed(loaded);
}

export class Features {
  #page;
  #condenser = null;
  #palette = null;

  /**
   * `page`: main(), current() and isNew() of the chat shown; changed(message), own(deed) and open(path) as the
   * message's actions have them; closeDrawer() of the sidebar; fill(words) puts words into the message box;
   * prompted(chip) shows the prompt that was chosen.
   */
  constructor(page) {
    this.#page = page;
    const shortcuts = new Shortcuts();
    const hasChat = () => !page.isNew();
    const canShare = () => Boolean(document.querySelector("[data-share]")?.offsetParent);
    const here = t("This chat");
    register(
      { id: "palette.open", title: t("Search chats, or do something"), group: t("Chats"), keys: "mod+k", run: () => this.#search() },
      { id: "chat.temporary", title: t("Temporary chat"), group: t("Chats"), keys: "mod+shift+'", run: () => this.#startTemporary() },
      { id: "chat.map", title: t("Branches of this chat"), group: here, keys: "mod+shift+b", slash: "branches", available: hasChat, run: () => this.#map() },
      { id: "chat.compact", title: t("Condense the earlier part…"), group: here, slash: "compact", available: hasChat, run: () => this.#condense("open") },
      { id: "chat.share", title: t("Share this chat…"), group: here, slash: "share", available: canShare, run: () => this.#share() },
      { id: "chat.export", title: t("Export or print this chat…"), group: here, slash: "export", available: hasChat, run: () => this.export(page.current()) },
      { id: "prompt.choose", title: t("Choose the prompt of this chat…"), group: here, slash: "prompt", run: () => this.prompt() },
      { id: "prompts.open", title: t("Prompts of the team"), group: t("Chats"), run: () => location.assign("/prompts/") },
      { id: "data.open", title: t("Your data: export and import"), group: t("Chats"), run: () => location.assign("/data/") },
      { id: "help.open", title: t("Help: how everything works"), group: t("Help"), slash: "help", run: () => location.assign("/help/") },
      { id: "help.shortcuts", title: t("Keyboard shortcuts"), group: t("Help"), keys: "mod+/", slash: "shortcuts", run: () => this.#sheet(shortcuts) },
    );
    offer(() => this.#prompts());
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-compact]");
      if (button) this.#condense(button.dataset.compact, button);
      if (event.target.closest("#temporary-toggle")) toggle(page.main());
      if (event.target.closest("[data-keep]")) keep(page.current());
    });
  }

  /** The dialog with the forms in which a conversation can be taken along. */
  export(conversation) {
    return load(import("./export.js"), ({ openExport }) => openExport(conversation));
  }

  /** The dialog in which the chat's prompt is chosen; with `slug` that one is. Resolves when it is. */
  prompt(slug = "") {
    return load(import("./prompts.js"), ({ choosePrompt }) => choosePrompt(this.#page, slug)).catch(() => toast(NOT_LOADED));
  }

  /** Boxes that were left with words in them stand open again, and take no focus. */
  async reopen() {
    const edits = await import("./edits.js").catch(() => null);
    await edits?.known;
    for (const article of edits ? document.querySelectorAll("#transcript article[data-message]") : []) {
      const has = (what) => edits.typedFor(`${what}:${article.dataset.message}`) !== undefined;
      if (has("question")) load(import("./editing.js"), ({ edit }) => edit(article, this.#page, { focus: false }));
      if (has("summary") && article.querySelector('[data-compact="edit"]')) this.#condense("reopen", article);
    }
  }

  /** The summaries in the transcript may have changed. */
  look() {
    this.#condenser?.look();
  }

  /** The open chat's row came anew: a temporary chat may have been kept in another tab. */
  follow(row) {
    if (document.getElementById("temporary") && !this.#page.isNew()) follow(row);
  }

  /** The team's prompts as commands behind a slash; words behind a name go into the message box. */
  async #prompts() {
    const response = await get(urls.prompts);
    if (!response.ok) return [];
    const { prompts } = await response.json();
    const run = (slug) => async (words) => {
      if (words) this.#page.fill(words);
      await this.prompt(slug);
    };
    return prompts.map(({ slug, name }) => ({ id: `prompt-${slug}`, slash: slug, title: name, takesWords: true, run: run(slug) }));
  }

  #search() {
    this.#page.closeDrawer();
    return load(import("./palette.js"), ({ Palette }) => {
      this.#palette ??= new Palette({ open: this.#page.open });
      return this.#palette.show();
    });
  }

  #startTemporary() {
    if (this.#page.isNew()) toggle(this.#page.main());
    else this.#page.open("/?temporary=1");
  }

  #map() {
    return load(import("./branch_map.js"), ({ BranchMap }) => new BranchMap(this.#page).open());
  }

  #share() {
    return load(import("./sharing.js"), ({ openShare }) => openShare(this.#page.current()));
  }

  #condense(deed, button) {
    return load(import("./compact.js"), ({ Compact }) => {
      this.#condenser ??= new Compact({ current: this.#page.current, onChanged: this.#page.changed });
      return this.#condenser.do(deed, button);
    });
  }

  #sheet(shortcuts) {
    return load(import("./shortcut_sheet.js"), ({ Sheet }) => new Sheet(shortcuts).open());
  }
}
