// One answer in the page while it is written: its reasoning, its text, its notices, its end.

import { number, t } from "../i18n.js";
import { enhance } from "./enhance.js";
import { StreamingMarkdown } from "./markdown.js";
import { PlainStream } from "./plain.js";
import { reconcileArticle } from "./reconcile.js";

const ENDINGS = {
  complete: t("Answer finished."),
  stopped: t("Answer stopped."),
  interrupted: t("The answer was interrupted. What came is kept."),
  failed: t("The answer failed."),
};

/** Say by `announce` that an answer has ended as `state`; `sentence` is the server's own, where there is one. */
export function tell(announce, state, sentence) {
  announce(sentence || ENDINGS[state] || "", { isError: ["interrupted", "failed"].includes(state) });
}

export class Turn {
  #announce;
  #answer;
  #waiting;
  #reasoning;
  #label;
  #thoughts = null;
  #markdown;
  #onPaint;
  #isResumed;
  #hasBegun = false;
  #isThinking = false;
  #isPreceded = false;
  #isFoldedByUs = true; // until the reader opens or folds the reasoning
  #thinkingSince = 0;
  #clock = 0;

  /**
   * `article` is the server's, queued or running. Events have to be applied from the first on: what the article
   * shows already is recognised and not shown twice. `onPaint()` is called after each change of the page.
   */
  constructor(article, { announce, onPaint, isOurs = false }) {
    this.article = article;
    this.#announce = announce;
    this.#onPaint = onPaint;
    this.#isResumed = Number(article.dataset.seq) > 0 && !isOurs;
    this.#answer = article.querySelector("[data-answer]");
    this.#waiting = article.querySelector("[data-waiting]");
    this.#reasoning = article.querySelector("[data-reasoning]");
    this.#label = article.querySelector("[data-reasoning-label]");
    const { thinking } = this.#reasoning.dataset; // seconds, when it was going on as the server wrote the article
    if (thinking) this.#thinkingSince = performance.now() - 1000 * Number(thinking);
    this.#markdown = new StreamingMarkdown(this.#answer, {
      onBlock: (block) => enhance(block, { announce }),
      onPaint,
    });
    this.#reasoning.querySelector("summary").addEventListener("click", () => {
      this.#isFoldedByUs = false;
    });
  }

  /** Applies one event of the reply's log, in order. */
  apply(kind, data) {
    this.#begin();
    if (kind === "reasoning") this.#think(data);
    else if (kind === "text") this.#say(data);
    else if (kind === "notice") this.#notice(data);
  }

  /** What earlier runs wrote into this answer; to be said before the first event, and once. */
  precede({ reasoning = "", text = "" } = {}) {
    if (this.#isPreceded) return;
    this.#isPreceded = true;
    if (reasoning) this.#think(reasoning);
    if (text) this.#say(text);
  }

  /** The reply has ended as `data` says; resolves when all its text is painted. */
  async finish(data) {
    this.#stopClock();
    this.#thoughts?.flush();
    await this.#markdown.finish();
    this.article.dataset.state = data.state;
    this.article.removeAttribute("aria-busy");
    if (this.#waiting) this.#waiting.hidden = true;
    tell(this.#announce, data.state, data.error && t(data.error.sentence));
  }

  /** Makes the article what the server's HTML of it, `html`, says. */
  reconcile(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.querySelector("article");
    if (!fresh) return;
    for (const block of reconcileArticle(this.article, fresh)) enhance(block, { announce: this.#announce });
    this.#onPaint();
  }

  /** Paints nothing more; the article is left as it is. */
  stop() {
    this.#stopClock();
    this.#markdown.stop();
  }

  #begin() {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.article.dataset.state = "running";
    this.article.setAttribute("aria-busy", "true");
    if (!this.#isResumed) this.#announce(t("Answering."));
  }

  #think(text) {
    if (!this.#thoughts) {
      if (this.#waiting) this.#waiting.hidden = true;
      this.#thoughts = new PlainStream(this.#reasoning.querySelector("[data-reasoning-text]"), this.#onPaint);
      this.#isThinking = true;
      if (this.#reasoning.hidden) this.#startThinking();
      else if (this.#thinkingSince) this.#startClock();
    }
    this.#thoughts.append(text);
  }

  #startThinking() {
    this.#reasoning.hidden = false;
    this.#reasoning.open = true;
    this.#thinkingSince = performance.now();
    this.#label.textContent = t("Thinking…");
    this.#startClock();
  }

  #startClock() {
    this.#clock = setInterval(() => {
      this.#label.textContent = t("Thinking… %(seconds)s s", { seconds: number(this.#seconds()) });
    }, 1000);
  }

  #seconds() {
    return Math.round((performance.now() - this.#thinkingSince) / 1000);
  }

  #say(text) {
    if (this.#waiting) this.#waiting.hidden = true;
    this.#stopThinking();
    this.#markdown.append(text);
  }

  #stopThinking() {
    if (!this.#isThinking) return;
    this.#isThinking = false;
    this.#stopClock();
    if (this.#isFoldedByUs) this.#reasoning.open = false;
    // Begun before this page was opened, the time is not known here; the end brings it.
    if (this.#thinkingSince) this.#label.textContent = thoughtFor(this.#seconds());
    else if (this.#label.textContent.startsWith(t("Thinking"))) this.#label.textContent = t("Reasoning");
  }

  /** Stored in English, with what its places say. */
  #notice({ sentence, seconds }) {
    if (!this.#waiting || !sentence) return;
    sentence = seconds
      ? t("The model is busy. Trying again in %(seconds)s s.", { seconds: number(Math.max(1, Math.round(seconds))) })
      : t(sentence);
    this.#waiting.textContent = sentence;
    this.#waiting.hidden = false;
    this.#announce(sentence);
    this.#onPaint();
  }

  #stopClock() {
    clearInterval(this.#clock);
    this.#clock = 0;
  }
}

const thoughtFor = (seconds) => (seconds < 1 ? t("Thought for less than 1 s") : t("Thought for %(seconds)s s", { seconds: number(seconds) }));
