/**
 * Condensing the earlier part of a chat: the dialog with the choice, and the buttons at a summary in the transcript.
 * What happens to it is told by the server's articles, in this tab as in every other.
 */

import { t } from "../i18n.js";
import { alertAll, announce, toast } from "./announce.js";
import { Dialog } from "./dialog.js";
import { over, typed, typedFor } from "./edits.js";
import { isComposing } from "./keys.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was changed. Try again.");
const REFUSED = t("The server refused. Try again.");

export class Compact {
  #current;
  #onChanged;
  #states = new Map(); // summary → its state when last looked at

  /** `current()`: the conversation shown; `onChanged(message)`: its summary changed; a promise of its being shown. */
  constructor({ current, onChanged }) {
    this.#current = current;
    this.#onChanged = onChanged;
    this.look();
  }

  /** `deed`: open, reopen (a box that was left with words in it), or what a button at a summary says. */
  do(deed, button) {
    if (deed === "open") return this.#open();
    const article = button.closest("article[data-message]");
    if (deed === "edit") return this.#edit(article);
    if (deed === "reopen") return this.#edit(article, { focus: false });
    if (deed === "again") return this.#deed(article, "again", {}, t("Condensing again."));
    return this.#remove(article, deed === "undo");
  }

  /** The transcript's summaries may have changed: says what came to its end. */
  look() {
    const sections = [...document.querySelectorAll("#transcript [data-summary]")];
    for (const { dataset } of sections) {
      const [state] = dataset.summaryState.split(" ");
      if (this.#states.get(dataset.summary) === "writing") {
        if (state === "standing") announce(t("The summary is written. The model sees it instead of the earlier messages."));
        if (state === "failed") alertAll(t("The summary could not be written."));
      }
      this.#states.set(dataset.summary, state);
    }
  }

  #open() {
    const conversation = this.#current();
    document.querySelector("#meter-details:popover-open")?.hidePopover();
    const dialog = new Dialog({
      id: "compact",
      label: t("Condense the earlier part"),
      style: "compact",
      focus: ["input:checked", ".dialog-body button"],
      submitted: (form) => this.#begin(dialog, form, conversation),
    });
    return dialog.open(urls.compact(conversation));
  }

  async #begin(dialog, form, conversation) {
    if (!(await dialog.post(form, { url: urls.compactBegin(conversation), lost: NO_CONNECTION }))) return;
    dialog.close();
    announce(t("Condensing. You can go on writing meanwhile."));
    await this.#onChanged(null);
    if (conversation === this.#current()) {
      document.querySelector('#transcript [data-summary-state^="writing"]')?.scrollIntoView({ block: "nearest" });
    }
  }

  async #remove(article, hadWords) {
    const { message } = article.dataset;
    if (!(await this.#deed(article, "remove", {}, hadWords ? "" : t("Stopped")))) return;
    article.tabIndex = -1;
    article.focus({ preventScroll: true });
    if (!hadWords) return;
    toast(t("The summary is removed: the messages are sent again."), {
      action: t("Bring it back"),
      onAction: () => this.#deed(document.getElementById(`m-${message}`) ?? article, "restore", {}, t("The summary is back.")),
    });
  }

  #edit(article, { focus = true } = {}) {
    if (article.querySelector(".edit-box")) return;
    const place = `summary:${article.dataset.message}`;
    const fold = article.querySelector(".compact-fold");
    const row = article.querySelector(".compact-row");
    const box = document.createElement("form");
    box.className = "edit-box";
    const area = document.createElement("textarea");
    const before = fold.querySelector("[data-summary-text]").textContent;
    area.value = typedFor(place) ?? before;
    area.addEventListener("input", () => (area.value === before ? over(place) : typed(place, area.value)));
    area.dir = "auto";
    area.setAttribute("aria-label", t("Summary"));
    const buttons = document.createElement("div");
    buttons.className = "edit-row";
    for (const [words, type, kind] of [[t("Cancel"), "button", ""], [t("Save"), "submit", " button-primary"]]) {
      const button = document.createElement("button");
      button.type = type;
      button.className = `button button-small${kind}`;
      button.textContent = words;
      buttons.append(button);
    }
    box.append(area, buttons);
    const end = () => {
      over(place);
      box.remove();
      fold.hidden = row.hidden = false;
    };
    const cancel = () => {
      end();
      row.querySelector('[data-compact="edit"]').focus();
    };
    buttons.firstChild.addEventListener("click", cancel);
    area.addEventListener("keydown", (event) => {
      // Changed words are thrown away by the button alone.
      if (event.key === "Escape" && !isComposing(event) && area.value === before) cancel();
    });
    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { message } = article.dataset;
      if (!(await this.#deed(article, "edit", { text: area.value }, t("Saved"), end))) return;
      document.querySelector(`#m-${message} [data-compact="edit"]`)?.focus({ preventScroll: true });
    });
    fold.hidden = row.hidden = true;
    fold.after(box);
    if (focus) area.focus();
  }

  /** Whether the server did it; `before()` is called before the page is brought up to date. */
  async #deed(article, deed, fields, words, before = () => {}) {
    const { message } = article.dataset;
    try {
      const response = await post(urls.summary(message, deed), fields);
      if (!response.ok) {
        toast(await sentenceOf(response, REFUSED));
        if (deed !== "edit") this.#onChanged(message); // that would take the words typed here
        return false;
      }
      before();
      if (words) announce(words);
      await this.#onChanged(message);
      return true;
    } catch (error) {
      if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
      return false;
    }
  }
}
