// Frames of the socket → answers in the page, exactly once and in order.
//
// Each reply is a log of events numbered from 1. The next number is applied, an older one dropped; at a gap, a
// reload, a second tab or a reopened socket the missing tail is fetched, and then it goes on. There is no other case.

import { enhance } from "./enhance.js";
import { settle } from "./settle.js";
import { Turn } from "./turn.js";

const HOMELESS = 500; // events kept for a reply whose article has not come; the tail has them all the same
const FIRST_RETRY = 500; // ms
const LAST_RETRY = 15_000;

const isUnfinished = (article) => ["queued", "running"].includes(article.dataset.state) && article.dataset.reply;

export class Painter {
  #transcript;
  #fetchTail;
  #fetchArticle;
  #announce;
  #scroller;
  #logs = new Map(); // reply id → Log
  #homeless = new Map(); // reply id → events

  /**
   * transcript: the element that holds the articles
   * fetchTail(reply, after): promise of {events: [[seq, kind, data], …], before: {reasoning, text} of earlier runs}
   * fetchArticle(message): promise of the article's canonical HTML, a string
   * announce(sentence): speaks to screen readers; called at start, end and error only
   * scroller: a Scroller, or anything with follow()
   */
  constructor({ transcript, fetchTail, fetchArticle, announce = () => {}, scroller = { follow() {} } }) {
    this.#transcript = transcript;
    this.#fetchTail = fetchTail;
    this.#fetchArticle = fetchArticle;
    this.#announce = announce;
    this.#scroller = scroller;
  }

  /** A `grew` frame: {m: message id, r: reply id, e: [[seq, kind, data], …]}. */
  grew({ m, r, e }) {
    const log = this.#logs.get(r) ?? this.#adoptById(m, r);
    if (log) log.take(e);
    else this.#keep(r, e);
  }

  /**
   * Takes over an article of the server: a finished one is enhanced, a queued or running one is painted from now on.
   * `isOurs`: its start is told, also when some of it was written before it came.
   * To be called for every assistant article that comes into the page; harmless to call again. Ask isPainting()
   * before replacing an article.
   */
  adopt(article, { isOurs = false } = {}) {
    const { reply } = article.dataset;
    const log = this.#logs.get(reply);
    if (log?.turn.article === article) return;
    log?.stop();
    this.#logs.delete(reply);
    if (!isUnfinished(article)) {
      enhance(article, { announce: this.#announce });
      settle(article);
      return;
    }
    this.#begin(article, isOurs);
  }

  /** The server's answer to `watch`: [{r: reply id, m: message id, seq: last number}, …] of what is running. */
  watching(running) {
    const seqs = new Map(running.map(({ r, seq }) => [r, seq]));
    for (const { r, m } of running) if (!this.#logs.has(r)) this.#adoptById(m, r);
    // A log that is not among the running has ended while we were away.
    for (const [reply, log] of this.#logs) if (log.last < (seqs.get(reply) ?? Infinity)) log.catchUp();
  }

  /** Whether the article of this message is being painted, so that the page's copy is newer than the server's. */
  isPainting(message) {
    return [...this.#logs.values()].some((log) => log.turn.article.dataset.message === message);
  }

  /** Forgets every reply; for another conversation in the same page. */
  clear(transcript = this.#transcript) {
    for (const log of this.#logs.values()) log.stop();
    this.#logs.clear();
    this.#homeless.clear();
    this.#transcript = transcript;
  }

  #adoptById(message, reply) {
    const article = this.#transcript.querySelector(`[data-message="${CSS.escape(message)}"]`);
    if (!article || article.dataset.reply !== reply || !isUnfinished(article)) return null;
    return this.#begin(article);
  }

  #begin(article, isOurs = false) {
    const { reply, message } = article.dataset;
    const turn = new Turn(article, { isOurs, announce: this.#announce, onPaint: () => this.#scroller.follow() });
    const log = new Log(turn, {
      fetchTail: (after) => this.#fetchTail(reply, after),
      onEnd: (data) => this.#end(log, reply, message, data),
    });
    this.#logs.set(reply, log);
    const kept = this.#homeless.get(reply) ?? [];
    this.#homeless.delete(reply);
    // The Markdown in the article cannot be read back from its HTML: the log is painted over it from the start.
    // A continued answer has text of earlier runs before its log; the tail brings that too.
    if (Number(article.dataset.seq) > 0 || "continues" in article.dataset) log.catchUp();
    log.take(kept);
    return log;
  }

  #keep(reply, events) {
    const kept = this.#homeless.get(reply) ?? [];
    if (kept.length + events.length <= HOMELESS) this.#homeless.set(reply, [...kept, ...events]);
  }

  async #end(log, reply, message, data) {
    await log.turn.finish(data);
    const html = await persist(() => this.#fetchArticle(message), () => log.isStopped);
    if (html === null) return;
    log.turn.reconcile(html);
    settle(log.turn.article);
    this.#logs.delete(reply);
  }
}

/** The events of one reply, put in order and applied to its turn. */
class Log {
  #fetchTail;
  #onEnd;
  #isWanted = false; // the tail is
  #isFetching = false;
  #isEnded = false;
  #early = []; // came before what precedes them
  last = 0;
  isStopped = false;

  constructor(turn, { fetchTail, onEnd }) {
    this.turn = turn;
    this.#fetchTail = fetchTail;
    this.#onEnd = onEnd;
  }

  take(events) {
    if (this.#isFetching) {
      this.#early.push(...events);
      return;
    }
    this.#apply(events);
    if (this.#isWanted) this.catchUp();
  }

  /** Fetches what is missing after the last event applied. */
  async catchUp() {
    this.#isWanted = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    while (this.#isWanted && !this.#isEnded) {
      this.#isWanted = false;
      const before = this.last;
      const tail = await persist(() => this.#fetchTail(this.last), () => this.isStopped);
      if (tail === null) break;
      if (this.last === 0) this.turn.precede(tail.before);
      this.#apply(tail.events);
      this.#apply(this.#early.splice(0));
      if (this.#isWanted && this.last === before) await pause(FIRST_RETRY);
    }
    this.#isFetching = false;
  }

  stop() {
    this.isStopped = true;
    this.turn.stop();
  }

  #apply(events) {
    for (const [at, [seq, kind, data]] of events.entries()) {
      if (this.#isEnded) return;
      if (seq <= this.last) continue;
      if (seq > this.last + 1) {
        this.#early.push(...events.slice(at));
        this.#isWanted = true;
        return;
      }
      this.last = seq;
      this.#isEnded = kind === "end";
      if (this.#isEnded) this.#onEnd(data);
      else this.turn.apply(kind, data);
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until it works, ever more slowly; null when it is not wanted any more. */
async function persist(attempt, isUnwanted) {
  for (let wait = FIRST_RETRY; ; wait = Math.min(2 * wait, LAST_RETRY)) {
    if (isUnwanted()) return null;
    try {
      const result = await attempt();
      return isUnwanted() ? null : result;
    } catch {
      await pause(wait * (0.5 + Math.random()));
    }
  }
}
