/**
 * Questions on their way. Each has an id made here, so that sending it again never asks twice, and a bubble
 * that stays until the server has it. What could not be sent waits in the bubble (and in the server's draft),
 * with Retry, Edit and Discard; it goes out by itself when the connection comes back.
 */

import { alertAll, toast } from "./announce.js";
import { SignedOut, isSmall, post, sentenceOf } from "./net.js";
import { signInUrl } from "./connection.js";

const ATTEMPTS = 4; // while the server asks to wait
const LONGEST_WAIT = 10; // seconds
const FOLDED = 2400; // characters; _message.html folds longer ones, and its coming must not move what is read

export class Outbox {
  #letters = new Set(); // not yet taken by the server
  #lanes;
  #isOpen;
  #onSent;
  #onEdit;
  #onChange;
  #ready;

  /**
   * `lanes`: the turns of each conversation; `ready()`: a promise to wait for before a question goes out;
   * `isOpen(conversation)`: whether it is the one shown; `onSent(letter, answer)`: the server has it;
   * `onEdit(letter)`: back into the message box, with `letter.problem` if the server refused its words;
   * `onChange(conversation)`: what is unsent has changed.
   */
  constructor({ lanes, ready, isOpen, onSent, onEdit, onChange }) {
    this.#lanes = lanes;
    this.#ready = ready;
    this.#isOpen = isOpen;
    this.#onSent = onSent;
    this.#onEdit = onEdit;
    this.#onChange = onChange;
  }

  /** Texts of `conversation` that the server does not have, oldest first, but those it is getting just now. */
  unsent(conversation) {
    return this.#of(conversation).filter((letter) => !letter.isOnWire).map((letter) => letter.text);
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
    const letter = { ask: uuid(), conversation, url, text, isNew, problem: "", bubble: bubbleFor(text) };
    letter.bubble.addEventListener("click", (event) => this.#clicked(letter, event.target.closest("[data-outbox]")));
    this.#letters.add(letter);
    this.#post(letter);
    return letter.bubble;
  }

  /** The connection is back: what failed for want of it goes out. */
  retryAll() {
    for (const letter of this.#letters) if (letter.isWaiting) this.#post(letter);
  }

  #of(conversation) {
    return [...this.#letters].filter((letter) => letter.conversation === conversation);
  }

  #clicked(letter, button) {
    if (!button) return;
    if (button.dataset.outbox === "retry") return this.#post(letter);
    this.#drop(letter);
    if (button.dataset.outbox === "edit") this.#onEdit(letter);
  }

  #drop(letter) {
    this.#letters.delete(letter);
    letter.bubble.remove();
    this.#onChange(letter.conversation);
  }

  #post(letter) {
    letter.isWaiting = letter.isFailed = false;
    mark(letter.bubble, "pending", "Sending…");
    // In turn: questions arrive in the order in which they were asked, and no older draft after them.
    letter.going = this.#lanes.run(letter.conversation, () => this.#try(letter, 1));
  }

  async #try(letter, attempt) {
    await this.#ready();
    if (!this.#letters.has(letter)) return undefined;
    const keepalive = isSmall(letter.text);
    letter.isOnWire = keepalive; // it arrives even if the page is left now
    let response;
    let answer;
    try {
      response = await post(letter.url, { ask: letter.ask, text: letter.text }, { keepalive });
      if (response.ok) answer = await response.json();
    } catch (error) {
      letter.isOnWire = false;
      if (error instanceof SignedOut) return this.#failed(letter, "Not sent: you are signed out.", signInLink());
      letter.isWaiting = true;
      return this.#failed(letter, "Not sent: no connection. It is sent when the connection is back.");
    }
    letter.isOnWire = false;
    if (response.ok) {
      this.#letters.delete(letter);
      mark(letter.bubble, "sent", "");
      this.#onSent(letter, answer);
      return undefined;
    }
    const problem = await sentenceOf(response, `Not sent: the server answered with error ${response.status}.`);
    const wait = Number(response.headers.get("Retry-After"));
    if (response.status === 503 && attempt < ATTEMPTS) {
      mark(letter.bubble, "pending", problem);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(wait || 2, LONGEST_WAIT)));
      return this.#try(letter, attempt + 1);
    }
    if (response.status === 422 && this.#isOpen(letter.conversation)) {
      letter.problem = problem;
      this.#drop(letter);
      this.#onEdit(letter);
      return undefined;
    }
    return this.#failed(letter, problem);
  }

  #failed(letter, problem, ...extra) {
    letter.isFailed = true;
    mark(letter.bubble, "failed", problem);
    const row = letter.bubble.querySelector(".marks");
    for (const [deed, words] of [["retry", "Retry"], ["edit", "Edit"], ["discard", "Discard"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link-button";
      button.dataset.outbox = deed;
      button.textContent = words;
      row.append(button);
    }
    row.append(...extra);
    if (this.#isOpen(letter.conversation)) alertAll(problem);
    else toast(`A question in ${letter.isNew ? "a new chat" : "another chat"} was not sent. It is kept there.`);
    this.#onChange(letter.conversation);
  }
}

function bubbleFor(text) {
  const article = document.createElement("article");
  article.className = "message message-user";
  article.dataset.role = "user";
  const heading = document.createElement("h3");
  heading.className = "visually-hidden";
  heading.textContent = "You asked";
  const bubble = document.createElement("div");
  bubble.className = text.length > FOLDED ? "bubble is-long" : "bubble";
  bubble.dir = "auto";
  bubble.textContent = text;
  const marks = document.createElement("p");
  marks.className = "marks";
  article.append(heading, bubble, marks);
  return article;
}

function mark(bubble, state, words) {
  bubble.classList.toggle("is-pending", state === "pending");
  bubble.classList.toggle("is-failed", state === "failed");
  const text = document.createElement("span");
  text.className = "mark";
  text.textContent = words;
  bubble.querySelector(".marks")?.replaceChildren(text);
}

function signInLink() {
  const link = document.createElement("a");
  link.href = signInUrl();
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in in a new tab, then retry";
  return link;
}

/** crypto.randomUUID exists only on https and localhost; a team's server may be neither. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
