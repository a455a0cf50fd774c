/**
 * Questions on their way. Each has an id made here, so that sending it again never asks twice, and a bubble
 * that stays until the server has it. What could not be sent is kept on this device (shelf.js), also over a reload,
 * with Retry, Edit and Remove; it goes out by itself, in order, when the server can be reached again.
 */

import { t, tn } from "../i18n.js";
import { alertAll, toast } from "./announce.js";
import { signInUrl } from "./connection.js";
import { bubbleFor, expand, mark } from "./letter.js";
import { SignedOut, isSmall, post, sentenceOf } from "./net.js";

const ATTEMPTS = 4; // while the server asks to wait
const LONGEST_WAIT = 10; // seconds
const LATER = 20_000; // ms until what waits is tried again, whatever the socket says
const SLOW = 1000; // ms on the wire after which a question is kept, should this page end
const DEEDS = [["retry", t("Retry")], ["edit", t("Edit")], ["remove", t("Remove")]];

export class Outbox {
  #letters = new Set(); // not yet taken by the server, oldest first
  #user;
  #fold;
  #lanes;
  #isOpen;
  #onSent;
  #onEdit;
  #onChange;
  #ready;
  #tip;
  #later = null;
  #shelf = import("./shelf.js");
  #others = new BroadcastChannel("outbox"); // tells this browser's other tabs what is no longer to be sent

  /**
   * `user`: whose questions these are; `fold()`: characters of a bubble that are shown; `lanes`: the turns of each
   * conversation; `ready()`: a promise to wait for before a question goes out; `tip(bubble)`: what the page
   * shows above the bubble, which the question is about: {parent, after}; `isOpen(conversation)`: whether it is the
   * one shown; `onSent(letter, answer)`: the server has it; `onEdit(letter)`: back into the message box, with
   * `letter.problem` if the server refused its words; `onChange(conversation)`: what is unsent has changed.
   */
  constructor({ user, fold, lanes, ready, tip, isOpen, onSent, onEdit, onChange }) {
    this.#user = user;
    this.#fold = fold;
    this.#lanes = lanes;
    this.#ready = ready;
    this.#tip = tip;
    this.#isOpen = isOpen;
    this.#onSent = onSent;
    this.#onEdit = onEdit;
    this.#onChange = onChange;
    this.#shelf.catch(() => {}); // without it the page alone keeps them
    this.#others.addEventListener("message", ({ data }) => this.#goneElsewhere(data));
    addEventListener("online", () => this.retryAll());
    addEventListener("pagehide", () => this.#letters.forEach((letter) => this.#keep(letter)));
    document.addEventListener("submit", (event) => this.#leaving(event), true);
  }

  /** Texts of `conversation` that neither the server has nor this device keeps, but those it is getting just now. */
  unsent(conversation) {
    const lost = this.#of(conversation).filter((letter) => !letter.isOnWire && !letter.isKept);
    return lost.map((letter) => letter.text);
  }

  /** Bubbles of `conversation`, for a transcript that was drawn anew. */
  bubbles(conversation) {
    return this.#of(conversation).map((letter) => letter.bubble);
  }

  get isEmpty() {
    return this.#letters.size === 0;
  }

  /** A chat that the server does not know, because its first question could not be sent; null if there is none. */
  get lostNew() {
    return [...this.#letters].find((letter) => letter.isNew && letter.isFailed)?.conversation ?? null;
  }

  /** Resolves when nothing of `conversation` is on the wire. */
  settled(conversation) {
    return Promise.all(this.#of(conversation).map((letter) => letter.going));
  }

  /** Send `text`; the bubble to show is returned at once. `isNew`: it is the first of its conversation. */
  send(conversation, url, text, isNew) {
    const letter = this.#add({ ask: uuid(), conversation, url, text, isNew, at: Date.now(), problem: "" });
    // What waits here goes first: questions arrive in the order in which they were asked.
    for (const earlier of this.#of(conversation)) if (earlier.isWaiting || earlier === letter) this.#post(earlier);
    setTimeout(() => this.#keep(letter), SLOW);
    return letter.bubble;
  }

  /** What an earlier page could not send; shown by `bubbles` from now on. Whether there is anything. */
  async restore() {
    const letters = await this.#shelf.then((shelf) => shelf.kept(this.#user)).catch(() => []);
    const mine = new Set([...this.#letters].map((letter) => letter.ask));
    const fresh = letters.filter((letter) => !mine.has(letter.ask)).map((letter) => this.#add({ ...letter, isKept: true, keeping: Promise.resolve() }));
    for (const letter of fresh) {
      letter.isFailed = true;
      letter.isWaiting = !letter.problem;
      mark(letter.bubble, letter.problem ? "failed" : "waiting", letter.problem || waitingWords(), DEEDS);
    }
    return fresh.length > 0;
  }

  /** The connection is back: what failed for want of it goes out. */
  retryAll() {
    for (const letter of this.#letters) if (letter.isWaiting) this.#post(letter);
  }

  /** Nobody is signed in here any more: this device keeps nothing; the page still shows what was not sent. */
  signedOut() {
    this.#shelf.then((shelf) => shelf.shut()).catch(() => {});
    for (const letter of this.#letters) {
      if (!letter.isKept) continue;
      letter.isKept = false;
      this.#onChange(letter.conversation);
    }
  }

  #of(conversation) {
    return [...this.#letters].filter((letter) => letter.conversation === conversation);
  }

  #add(letter) {
    letter.bubble = bubbleFor(letter.text, this.#fold());
    letter.bubble.dataset.ask = letter.ask;
    letter.bubble.addEventListener("click", (event) => this.#clicked(letter, event.target.closest("[data-outbox]")));
    this.#letters.add(letter);
    return letter;
  }

  #clicked(letter, button) {
    if (!button) return undefined;
    if (button.dataset.outbox === "expand") return expand(letter.bubble, button);
    if (button.dataset.outbox === "retry") return this.#post(letter);
    this.#drop(letter);
    if (button.dataset.outbox === "edit") this.#onEdit(letter);
    return undefined;
  }

  #drop(letter) {
    this.#done(letter);
    letter.bubble.remove();
    this.#onChange(letter.conversation);
  }

  /** It is not ours to send any more, nor any other tab's. */
  #done(letter) {
    this.#letters.delete(letter);
    if (letter.keeping) this.#shelf.then((shelf) => letter.keeping.then(() => shelf.forget(letter.ask))).catch(() => {});
    this.#others.postMessage(letter.ask);
  }

  #goneElsewhere(ask) {
    for (const letter of this.#letters) {
      if (letter.ask !== ask || letter.isOnWire) continue;
      this.#letters.delete(letter);
      letter.bubble.remove();
    }
  }

  /** Kept on this device until it is sent or removed. */
  #keep(letter) {
    if (!this.#letters.has(letter)) return undefined;
    const { ask, conversation, url, text, isNew, at, problem, tip } = letter;
    const data = { user: this.#user, ask, conversation, url, text, isNew, at, problem, tip };
    letter.keeping = this.#shelf
      .then((shelf) => (this.#letters.has(letter) ? shelf.keep(data) : undefined))
      .then(() => (letter.isKept = true))
      .catch(() => (letter.isKept = false));
    return letter.keeping;
  }

  #post(letter) {
    letter.isWaiting = letter.isFailed = false;
    letter.problem = "";
    if (this.#isOpen(letter.conversation)) letter.tip = this.#tipOf(letter);
    mark(letter.bubble, "pending", t("Sending…"));
    // In turn: questions arrive in the order in which they were asked, and no older draft after them.
    letter.going = this.#lanes.run(letter.conversation, () => this.#try(letter, 1));
  }

  /** What it follows: what the page shows, and the question asked before it here, if the page may not show that yet. */
  #tipOf(letter) {
    const tip = this.#tip(letter.bubble);
    const mates = this.#of(letter.conversation);
    const after = tip.after ?? mates[mates.indexOf(letter) - 1]?.ask ?? letter.tip?.after;
    return after && "parent" in tip ? { ...tip, after } : tip;
  }

  async #try(letter, attempt) {
    await this.#ready();
    if (await this.#isGone(letter)) return undefined;
    const mates = this.#of(letter.conversation);
    if (mates.slice(0, mates.indexOf(letter)).some((earlier) => earlier.isWaiting)) return this.#wait(letter);
    const keepalive = isSmall(letter.text);
    letter.isOnWire = keepalive; // it arrives even if the page is left now
    let response;
    let answer;
    try {
      response = await post(letter.url, { ask: letter.ask, text: letter.text, ...letter.tip }, { keepalive });
      if (response.ok) answer = await response.json();
    } catch (error) {
      letter.isOnWire = false;
      if (error instanceof SignedOut) return this.#failed(letter, t("Not sent: you are signed out."), signInLink());
      return this.#wait(letter);
    }
    letter.isOnWire = false;
    if (response.ok) {
      this.#done(letter);
      mark(letter.bubble, "sent", t("Accepted"));
      this.#onSent(letter, answer);
      return undefined;
    }
    const problem = await sentenceOf(response, t("Not sent: the server answered with error %(status)s.", { status: response.status }));
    const pause = Number(response.headers.get("Retry-After"));
    if (response.status === 503) {
      if (attempt >= ATTEMPTS) return this.#wait(letter);
      mark(letter.bubble, "pending", problem);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(pause || 2, LONGEST_WAIT)));
      return this.#try(letter, attempt + 1);
    }
    letter.problem = problem;
    if (response.status === 422 && !letter.isKept && this.#isOpen(letter.conversation)) {
      this.#drop(letter);
      this.#onEdit(letter);
      return undefined;
    }
    if (response.status === 404 && !this.#isOpen(letter.conversation)) this.#moveToNewChat(letter);
    return this.#failed(letter, letter.problem);
  }

  /** Removed here, or sent or removed by another tab meanwhile. */
  async #isGone(letter) {
    if (!this.#letters.has(letter)) return true;
    const isThere = !letter.isKept || (await this.#shelf.then((shelf) => shelf.has(letter.ask)).catch(() => true));
    if (isThere) return !this.#letters.has(letter);
    this.#goneElsewhere(letter.ask);
    return true;
  }

  /** Its chat was deleted, and cannot be opened to show it: the words are kept for a new one. */
  #moveToNewChat(letter) {
    const conversation = uuid();
    letter.url = letter.url.replace(letter.conversation, conversation);
    letter.conversation = conversation;
    letter.tip = {};
    letter.isNew = true;
    letter.problem = t("The chat this was written in is gone. Retry asks it in a new chat.");
  }

  async #wait(letter) {
    letter.isWaiting = letter.isFailed = true;
    const isKept = await this.#keep(letter);
    if (!letter.isWaiting || !this.#letters.has(letter)) return;
    const words = isKept ? waitingWords() : t("%(why)s Keep this page open until then.", { why: waitingWords() });
    mark(letter.bubble, "waiting", words, DEEDS);
    // Once, not with every try: whoever works elsewhere meanwhile is not to be called back each time.
    if (letter.told !== words) this.#tell(letter, words);
    letter.told = words;
    // The socket's return retries; where that is open all the time, or never, this does.
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.retryAll(), LATER);
  }

  #failed(letter, problem, ...extra) {
    letter.isFailed = true;
    letter.problem = problem;
    mark(letter.bubble, "failed", problem, DEEDS, ...extra);
    this.#tell(letter, problem);
    return this.#keep(letter)?.then(() => this.#onChange(letter.conversation));
  }

  #tell(letter, words) {
    if (this.#isOpen(letter.conversation)) alertAll(words);
    else {
      toast(
        letter.isNew
          ? t("A question in a new chat was not sent. It is kept there.")
          : t("A question in another chat was not sent. It is kept there."),
      );
    }
    this.#onChange(letter.conversation);
  }

  /** Signing out erases what is kept here: only with a yes if there is anything. */
  #leaving(event) {
    if (!event.target.matches("[data-sign-out]")) return;
    const count = this.#letters.size;
    const question = tn(
      t("One question was not sent yet. Signing out erases what was not sent. Sign out?"),
      "%(n)s questions were not sent yet. Signing out erases what was not sent. Sign out?",
      count,
    );
    if (count && !confirm(question)) return event.preventDefault();
    this.#shelf.then((shelf) => shelf.shut()).catch(() => {});
  }
}

function waitingWords() {
  return navigator.onLine
    ? t("Waiting for the server. It is sent when the server answers again.")
    : t("Waiting for the network. It is sent when the connection is back.");
}

function signInLink() {
  const link = document.createElement("a");
  link.href = signInUrl();
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = t("Sign in in a new tab, then retry");
  return link;
}

/** crypto.randomUUID exists only on https and localhost; a team's server may be neither. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
