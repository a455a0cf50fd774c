/**
 * What is typed in each chat and not sent, on its way to being the server's draft: also of chats that were left
 * before it was saved. A question that could not be sent, and not be kept on this device either (shelf.js), belongs to
 * the draft of its chat, so that a reload finds it.
 */

import { isSmall, post } from "./net.js";
import { urls } from "./urls.js";

const REST = 600; // ms without a key before the draft is saved

export class Drafts {
  #lanes;
  #unsent;
  #hasLetters;
  #pages = new Map(); // conversation → { text, stored, posting, timer, isFailing, isNew }

  /**
   * `unsent(conversation)` gives the texts of questions that wait there to be sent; `hasLetters(conversation)` says
   * whether there are any, also on the wire.
   */
  constructor({ lanes, unsent, hasLetters }) {
    this.#lanes = lanes;
    this.#unsent = unsent;
    this.#hasLetters = hasLetters;
  }

  /** A chat was drawn with the server's draft; gives what belongs into its box. `isNew`: nothing was asked yet. */
  begin(conversation, drawn, isNew) {
    for (const other of this.#pages.keys()) {
      if (this.isSaved(other) && !this.#hasLetters(other)) this.#pages.delete(other);
    }
    let page = this.#pages.get(conversation);
    if (!page) {
      page = { text: "", stored: drawn, posting: null, timer: null, isFailing: false, isNew };
      this.#pages.set(conversation, page);
      page.text = this.#withoutUnsent(conversation, drawn);
    }
    return page.text;
  }

  /** These words are in the box now. */
  type(conversation, text) {
    this.#pages.get(conversation).text = text;
    this.touch(conversation);
  }

  /** The draft may have changed: it is saved when nothing more comes for a moment. */
  touch(conversation) {
    const page = this.#pages.get(conversation);
    if (!page) return; // a chat that was not opened here
    clearTimeout(page.timer);
    page.timer = setTimeout(() => this.save(conversation), REST);
  }

  /** Save in turn, if there is anything to save. */
  save(conversation) {
    clearTimeout(this.#pages.get(conversation)?.timer);
    if (this.isSaved(conversation)) return;
    this.#lanes.run(conversation, () => this.#post(conversation));
  }

  saveAll() {
    for (const conversation of this.#pages.keys()) this.save(conversation);
  }

  /** The page may not come back: save without waiting for a turn. */
  saveAllNow() {
    for (const [conversation, page] of this.#pages) {
      if (this.isSaved(conversation) || this.#draft(conversation) === page.posting) continue;
      const going = this.#post(conversation);
      this.#lanes.run(conversation, () => going); // whoever comes next does wait
    }
  }

  /**
   * A question was stored, and the draft that grew into it dropped; `left` is what the server still has. Gives what
   * belongs into the box, or null: words typed on another device meanwhile are not this page's to throw away.
   */
  asked(conversation, left) {
    const page = this.#pages.get(conversation);
    if (!page) return null;
    page.isNew = page.isFailing = false;
    const isForeign = left !== "" && left !== page.stored && page.posting === null;
    page.stored = left;
    if (isForeign && !page.text) {
      page.text = this.#withoutUnsent(conversation, left);
      return page.text;
    }
    if (!this.isSaved(conversation)) this.touch(conversation); // typed since then
    return null;
  }

  /** Another tab changed the draft: gives what belongs into the box, or null when the words here are newer. */
  changed(conversation, text) {
    const page = this.#pages.get(conversation);
    if (page.posting !== null || !this.isSaved(conversation)) return null;
    page.stored = text;
    page.text = this.#withoutUnsent(conversation, text);
    return page.text;
  }

  /** Whether the server has every word of this chat; of all chats if none is named. */
  isSaved(conversation) {
    if (conversation === undefined) return [...this.#pages.keys()].every((one) => this.isSaved(one));
    const page = this.#pages.get(conversation);
    return !page || (page.posting === null && this.#draft(conversation) === page.stored);
  }

  /** Whether words are here that could not be saved. */
  get isFailing() {
    return [...this.#pages].some(([conversation, page]) => page.isFailing && !this.isSaved(conversation));
  }

  /** A new chat whose words the server does not have: they must be shown again. */
  get lostNew() {
    return [...this.#pages].find(([key, page]) => page.isNew && page.isFailing && !this.isSaved(key))?.[0] ?? null;
  }

  #draft(conversation) {
    const texts = [...this.#unsent(conversation), this.#pages.get(conversation).text];
    return texts.filter((text) => text.trim()).join("\n\n");
  }

  #withoutUnsent(conversation, text) {
    const unsent = this.#unsent(conversation).join("\n\n");
    if (!unsent || !text.startsWith(unsent)) return text;
    return text.slice(unsent.length).replace(/^\n\n/, "");
  }

  async #post(conversation) {
    const page = this.#pages.get(conversation);
    const text = page && this.#draft(conversation);
    if (!page || text === page.stored) return;
    page.posting = text;
    try {
      const response = await post(urls.draft(conversation), { text }, { keepalive: isSmall(text) });
      if (!response.ok && response.status !== 404) throw new Error(); // 404: the chat was deleted, its draft with it
      page.stored = text;
      page.isFailing = false;
    } catch {
      page.isFailing = true; // kept here; the next key, or the connection's return, tries again
    }
    if (page.posting === text) page.posting = null;
  }
}
