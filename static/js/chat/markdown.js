// Markdown that is still arriving, painted at the pace of the screen.

import { BlockMemo } from "./blocks.js";

const SLICE = 4096; // characters painted at once, so that a long fetched tail does not make one long task
const PAUSE = 33; // ms between two paints at least: more often is not seen
const SHARE = 4; // and at least this many times what the last paint cost

export class StreamingMarkdown {
  #memo;
  #onPaint;
  #pending = "";
  #frame = 0;
  #notBefore = 0;
  #finished = null;

  /**
   * Paints into `container`; blocks that are already in it (from the server) are taken over in order, so the text
   * has to be appended from its beginning. `onBlock(element)` gets each finished block, `onPaint()` is called
   * after each change of the page.
   */
  constructor(container, { onBlock = () => {}, onPaint = () => {} } = {}) {
    this.#memo = new BlockMemo(container, onBlock);
    this.#onPaint = onPaint;
  }

  /** Takes the next piece of the text; it is painted with a following animation frame. */
  append(text) {
    this.#pending += text;
    this.#schedule();
  }

  /** Resolves when all that was appended is painted and the last block is finished. */
  finish() {
    return new Promise((resolve) => {
      this.#finished = resolve;
      this.#notBefore = 0;
      if (document.hidden) this.#drain();
      else this.#schedule();
    });
  }

  /** Paints nothing more; for an article that leaves the page. */
  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#pending = "";
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.#frame = 0;
    if (now < this.#notBefore) {
      this.#schedule();
      return;
    }
    const started = performance.now();
    this.#paint(SLICE);
    const cost = performance.now() - started;
    this.#notBefore = now + (this.#finished ? 0 : Math.max(PAUSE, SHARE * cost));
    performance.measure("markdown", { start: started, duration: cost });
    if (this.#pending) this.#schedule();
    else if (this.#finished) this.#end();
    this.#onPaint();
  }

  /** Animation frames do not come to a hidden tab, and nobody there notices a long task. */
  #drain() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#paint(Infinity);
    this.#end();
    this.#onPaint();
  }

  #paint(characters) {
    const text = this.#pending.slice(0, characters);
    this.#pending = this.#pending.slice(text.length);
    if (text) this.#memo.take(text);
  }

  #end() {
    this.#memo.close();
    this.#finished();
    this.#finished = null;
  }
}
