/**
 * The messages of the open conversation: brings them up to date with the server's, and knows which answer is
 * being written. How an answer grows is the painter's, who scrolls is the scroller's.
 */

import { announce } from "./announce.js";
import { enhance } from "./enhance.js";
import { keepFocus } from "./keep_focus.js";
import { elementsOf, get } from "./net.js";
import { Painter } from "./painter.js";
import { reconcileArticle } from "./reconcile.js";
import { Scroller } from "./scroll.js";
import { settle } from "./settle.js";
import { tell } from "./turn.js";
import { urls } from "./urls.js";

const PATIENCE = 10_000; // ms for the painter to find the end of a reply that the server says has ended
const MOST_COMPARED = 40; // messages from the end that are compared with the server's
const UNFINISHED = ["queued", "running"];

export class Transcript {
  #box = null;
  #conversation = null;
  #painter = null;
  #scroller = null;
  #observer = null;
  #onState;
  #onBranched;
  #onLost;
  #settled;
  #deeds = 0; // of our own, that change where the branch goes
  #begun = new Set(); // replies that were begun here, and whose article has not come
  #fetching = null;
  #next = null;
  #isOwed = false; // what was fetched was for a page that has been drawn anew

  /**
   * `onState()`: an answer began or ended; `onBranched()`: another tab or device went to another branch;
   * `onLost()`: what is to be shown is elsewhere in the chat, draw the page anew; `settled(conversation)`: a
   * promise, no question of it is on the wire.
   */
  constructor({ onState, onBranched, onLost, settled }) {
    this.#onState = onState;
    this.#onBranched = onBranched;
    this.#onLost = onLost;
    this.#settled = settled;
  }

  /** Take over the messages of a page that was just drawn. */
  adopt(main) {
    this.#scroller?.disconnect();
    this.#painter?.clear();
    this.#observer?.disconnect();
    this.#box = main.querySelector("#transcript");
    this.#conversation = main.dataset.conversation;
    this.#scroller = new Scroller({ viewport: this.#box, button: main.querySelector("#jump") });
    this.#painter = new Painter({
      transcript: this.#box,
      fetchTail: async (reply, after) => (await ok(get(urls.tail(reply, after)))).json(),
      fetchArticle: async (message) => (await ok(get(urls.message(message)))).text(),
      announce,
      scroller: this.#scroller,
    });
    for (const article of this.#articles()) this.#painter.adopt(article);
    this.#observer = new MutationObserver(() => this.#onState());
    this.#observer.observe(this.#box, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
    // Where the page ends before the branch does, the latest is on another page.
    main.querySelector("#jump").addEventListener("click", (event) => {
      if (!this.#later) return;
      event.stopImmediatePropagation();
      this.#onLost();
    });
    const { found, foundIn } = main.dataset;
    const asked = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
    if (found && this.#find(found)) {
      this.#scroller.show(this.#find(found));
      import("./found.js").then(({ reveal }) => reveal(this.#find(found), foundIn, this.#scroller)).catch(() => {});
    } else if (asked) this.#scroller.show(asked);
    else this.#scroller.jump({ smooth: false });
    if (this.#isOwed) this.refresh();
    this.#isOwed = false;
  }

  /** The reply that Stop would stop: the one being written, else the first that waits; null if there is none. */
  get live() {
    return (this.#first("running") ?? this.#first("queued"))?.dataset.reply || null;
  }

  /** The run that wrote the last answer in the page. */
  get latest() {
    return [...(this.#box?.querySelectorAll("article[data-reply]") ?? [])].at(-1)?.dataset.reply ?? null;
  }

  get isRunning() {
    return Boolean(this.#first("running"));
  }

  /** What stands above `bubble` (or last, if it is not in the page): the server's last message, and our last bubble. */
  tip(bubble) {
    if (this.#later) return {}; // the end is not shown: there it belongs
    const articles = [...this.#box.querySelectorAll("article")];
    const above = bubble.isConnected ? articles.slice(0, articles.indexOf(bubble)) : articles;
    const own = above.at(-1)?.dataset.ask;
    const last = above.findLast((article) => article.dataset.message && !article.dataset.ask);
    return { parent: last?.dataset.message ?? "", ...(own ? { after: own } : {}) };
  }

  /** While `deed` lasts, the branch changes by our own doing. Gives back what it gives. */
  own(deed) {
    this.#deeds += 1;
    return deed.finally(() => (this.#deeds -= 1));
  }

  /** This reply was begun here: its start and its end are told, however soon they came. */
  begun(reply) {
    const here = this.#box.querySelector(`article[data-reply="${CSS.escape(reply)}"]`);
    if (!here) this.#begun.add(reply);
    else if (!UNFINISHED.includes(here.dataset.state) && !this.#painter.isPainting(here.dataset.message)) tellEnd(here);
  }

  grew(frame) {
    this.#painter.grew(frame);
    if (!this.#find(frame.m) && !this.#later) this.refresh();
  }

  watching(running) {
    this.#painter.watching(running);
  }

  /** Show a bubble the server does not have yet; the reader's own question is always shown. */
  addPending(bubble) {
    this.#box.append(bubble);
    this.#scroller.jump({ smooth: false });
  }

  /** The bubble's question is stored as `message`. */
  stored(bubble, message) {
    if (this.#find(message)) bubble.remove();
    else {
      bubble.id = `m-${message}`;
      bubble.dataset.message = message;
    }
  }

  /** Earlier messages come in above, later ones below: what is being read stays where it is. */
  keep(change) {
    if (this.#later) this.#scroller.stay();
    this.#scroller.keep(change);
  }

  /** What came in by scrolling (earlier or later messages) is taken over. */
  adoptNew(elements) {
    for (const element of elements) if (element.matches("article[data-message]")) this.#painter.adopt(element);
  }

  /**
   * Bring the branch shown up to date; resolves when what the server had at the time of the call is shown. Calls
   * during a fetch become one more fetch after it.
   */
  refresh() {
    if (this.#fetching) {
      this.#next ??= this.#fetching.then(() => {
        this.#next = null;
        return this.refresh();
      });
      return this.#next;
    }
    this.#fetching = this.#fetch()
      .catch(() => {}) // no connection: the socket's return brings it
      .finally(() => (this.#fetching = null));
    return this.#fetching;
  }

  /** Bring the branch shown and this one message up to date, however far up it is. */
  async changed(message) {
    await this.refresh();
    if (this.#isFar(message)) await this.#renew(message);
  }

  /** Whether it is shown, but so far up that a refresh does not reach it. */
  #isFar(message) {
    const articles = this.#articles();
    const at = articles.findIndex((article) => article.dataset.message === message);
    return at >= 0 && at < articles.length - MOST_COMPARED;
  }

  async #renew(message) {
    const response = await get(urls.message(message));
    const here = this.#find(message);
    if (response.status === 404) here?.remove();
    if (!response.ok || !here) return;
    const article = elementsOf(await response.text()).querySelector("article[data-message]");
    if (article && !this.#painter.isPainting(message)) keepFocus(this.#box, () => this.#update(here, article));
  }

  /** Mark the messages that the model does not see any more: `ids`, and no others. */
  markLeftOut(ids) {
    const mark = document.getElementById("left-out-mark").content;
    for (const article of this.#articles()) {
      const isOut = ids.has(article.dataset.message);
      if (article.classList.toggle("is-left-out", isOut) && article.dataset.weight === "left_out") continue;
      const old = article.querySelector(".mark-left-out");
      if (isOut === Boolean(old)) continue;
      const marks = article.querySelector(".marks") ?? document.createElement("p");
      marks.className = "marks";
      if (isOut) marks.append(mark.cloneNode(true));
      else old.remove();
      if (!marks.querySelector(".mark")) marks.remove();
      else if (!marks.isConnected) article.querySelector(".actions").before(marks);
    }
  }

  async #fetch() {
    // A question on the wire would come in twice: as the server's article and as our own bubble.
    const conversation = this.#conversation;
    await this.#settled(conversation);
    if (conversation !== this.#conversation) return;
    // A question asked while earlier messages are read stands at the end: there the reader goes.
    const box = this.#box;
    if (box.querySelector("#later ~ article")) return this.#onLost();
    const articles = this.#articles();
    const have = articles.slice(-MOST_COMPARED).map((article) => article.dataset.message);
    const whole = have.length === articles.length && !this.#box.querySelector("#earlier");
    const response = await get(urls.turns(conversation, have, { whole, upto: this.#later ? have.at(-1) : "" }));
    if (!response.ok || conversation !== this.#conversation) return;
    const html = await response.text();
    if (conversation !== this.#conversation) return;
    if (box !== this.#box) return this.#fetch();
    // Between the swap and adopt(): what is in the page is not ours yet.
    if (!box.isConnected) return void (this.#isOwed = true);
    keepFocus(box, () => this.#merge(elementsOf(html), have[0]));
    // A summary may stand far up, and changes with what is done to a later one.
    const marked = [...this.#box.querySelectorAll("[data-summary]")].map((section) => section.parentElement.dataset.message);
    for (const message of marked.filter((one) => this.#isFar(one))) await this.#renew(message);
    return undefined;
  }

  /** Make the articles from `first` on (a message's id) equal to those of `turns`; what is the same stays the same node. */
  #merge(turns, first) {
    const fresh = [...turns.querySelectorAll("article[data-message]")];
    const wanted = new Set(fresh.map((article) => article.dataset.message));
    let mine = this.#articles();
    if (!mine.some((article) => wanted.has(article.dataset.message))) {
      if (this.#later && mine.length) return this.#onLost();
      // Another branch from its very beginning: what stands further up is not on it either.
      this.#box.querySelector("#earlier")?.remove();
      const earlier = turns.querySelector("#earlier");
      if (earlier) {
        this.#box.prepend(earlier);
        window.htmx.process(earlier);
      }
    } else mine = mine.slice(Math.max(0, mine.findIndex((article) => article.dataset.message === first)));
    const gone = mine.filter((article) => !wanted.has(article.dataset.message));
    const come = fresh.find((article) => !this.#find(article.dataset.message));
    if (gone.length && !this.#deeds && come?.querySelector(".siblings")) this.#onBranched();
    for (const article of gone) article.remove();
    const above = this.#articles().findLast((article) => !wanted.has(article.dataset.message));
    let at = above ?? this.#box.querySelector("#earlier");
    for (const article of fresh) {
      let here = this.#find(article.dataset.message);
      if (!here) here = article;
      else if (!this.#isAhead(here, article)) this.#update(here, article);
      let next = at ? at.nextElementSibling : this.#box.firstElementChild;
      while (next?.matches(".removed-note")) next = next.nextElementSibling;
      if (next !== here) this.#box.insertBefore(here, next);
      at = here;
      if (here.dataset.role === "assistant") this.#take(here);
    }
    for (const note of this.#box.querySelectorAll(".removed-note")) if (this.#find(note.dataset.of)) note.remove();
    this.#scroller.follow();
    this.#onState();
    return undefined;
  }

  #update(here, article) {
    if (here.querySelector(".edit-box")) return; // words are being typed in it
    for (const block of reconcileArticle(here, article)) enhance(block, { announce });
    settle(here);
  }

  #take(article) {
    const isOurs = this.#begun.delete(article.dataset.reply);
    this.#painter.adopt(article, { isOurs });
    if (isOurs && !UNFINISHED.includes(article.dataset.state)) tellEnd(article);
  }

  /** The page paints this very run: it is newer than what the server wrote a moment ago. */
  #isAhead(here, article) {
    if (!this.#painter.isPainting(here.dataset.message) || here.dataset.reply !== article.dataset.reply) return false;
    if (!UNFINISHED.includes(article.dataset.state)) this.#expectEnd(here, article);
    return true;
  }

  /** No frame told the end (the writing process died, say): it is in the log; if the log is gone, in the article. */
  #expectEnd(here, article) {
    this.#painter.watching([]);
    setTimeout(() => {
      if (!here.isConnected || !this.#painter.isPainting(here.dataset.message)) return;
      here.replaceWith(article);
      this.#painter.adopt(article);
      this.#onState();
    }, PATIENCE);
  }

  /** The place below which the branch goes on; none when its end is shown. */
  get #later() {
    return this.#box.querySelector("#later");
  }

  // By the children: a selector would look through everything that was ever said, and with every key.
  #articles() {
    return [...this.#box.children].filter((child) => child.matches("article[data-message]"));
  }

  #first(state) {
    return [...(this.#box?.children ?? [])].find((child) => child.dataset.state === state);
  }

  #find(message) {
    return document.getElementById(`m-${message}`);
  }
}

/** An answer that had ended before anything of it was painted. */
function tellEnd(article) {
  tell(announce, article.dataset.state, article.querySelector("[data-notice] p")?.textContent);
}

async function ok(request) {
  const response = await request;
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response;
}
