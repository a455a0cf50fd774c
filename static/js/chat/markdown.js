// Markdown that is still arriving, painted at the pace of the screen. The parser is a third of all our script: it comes
// when an answer is to be expected, and until it is there the text is shown as it is written.

const SLICE = 4096; // characters painted at once, so that a long fetched tail does not make one long task
const PAUSE = 33; // ms between two paints at least: more often is not seen
const SHARE = 8; // and at least this many times what the last one cost, so that a block without end costs no more
const LONGEST = 250; // ms; where other work delays everything, the text still goes on
const FRAME = 16; // ms
const START = 100; // characters that plain text may cover

let BlockMemo = null; // blocks.js, once it is loaded
let loading = null;

/** Fetches the parser; resolves when it is there, or could not be had. To be called as soon as it may be needed. */
export function prepare() {
  loading ??= import("./blocks.js").then(
    (module) => void ({ BlockMemo } = module),
    () => (loading = null),
  );
  return loading;
}

export class StreamingMarkdown {
  #container;
  #memo = null;
  #plain = null; // what stands in for the memo until it is loaded
  #onBlock;
  #onPaint;
  #pending = "";
  #frame = 0;
  #timer = 0;
  #isDrawing = false;
  #notBefore = 0;
  #finished = null;

  /**
   * Paints into `container`; blocks that are already in it (from the server) are taken over in order, so the text
   * has to be appended from its beginning. `onBlock(element)` gets each finished block, `onPaint()` is called
   * after each change of the page.
   */
  constructor(container, { onBlock = () => {}, onPaint = () => {} } = {}) {
    this.#container = container;
    this.#onBlock = onBlock;
    this.#onPaint = onPaint;
    if (!BlockMemo) prepare().then(() => this.#pending && this.#schedule());
  }

  /** Takes the next piece of the text; it is painted with a following animation frame. */
  append(text) {
    this.#pending += text;
    this.#schedule();
  }

  /** Resolves when all that was appended is painted and the last block is finished. */
  async finish() {
    if (!BlockMemo) await prepare();
    if (!BlockMemo) return undefined; // the server's HTML takes the place of the plain text
    return new Promise((resolve) => {
      this.#finished = resolve;
      this.#cancel();
      this.#notBefore = 0;
      if (document.hidden) this.#drain();
      else this.#schedule();
    });
  }

  /** Paints nothing more; for an article that leaves the page. */
  stop() {
    this.#cancel();
    this.#pending = "";
  }

  #schedule() {
    if (this.#frame || this.#timer || this.#isDrawing) return;
    const wait = this.#notBefore - performance.now();
    if (wait > FRAME) this.#timer = setTimeout(() => this.#waited(), wait);
    else this.#frame = requestAnimationFrame(() => this.#tick());
  }

  #waited() {
    this.#timer = this.#notBefore = 0;
    this.#schedule();
  }

  #tick() {
    this.#frame = 0;
    const started = performance.now();
    if (BlockMemo) this.#paint(SLICE);
    else this.#paintPlain();
    performance.measure("markdown", { start: started, duration: performance.now() - started });
    if (this.#finished && !this.#pending) this.#end();
    this.#onPaint();
    // Behind this frame: laying out and drawing cost more than the painting, the more the longer a block is.
    this.#isDrawing = true;
    setTimeout(() => this.#drawn(started));
  }

  #drawn(started) {
    this.#isDrawing = false;
    const cost = performance.now() - started;
    const isBehind = this.#finished || this.#pending.length > SLICE; // a long tail comes in without pauses
    this.#notBefore = isBehind ? 0 : started + Math.min(LONGEST, Math.max(PAUSE, SHARE * cost));
    if (this.#finished || (this.#pending && BlockMemo)) this.#schedule();
  }

  /** Animation frames do not come to a hidden tab, and nobody there notices a long task. */
  #drain() {
    this.#cancel();
    this.#paint(Infinity);
    this.#end();
    this.#onPaint();
  }

  #cancel() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = this.#timer = 0;
  }

  #paint(characters) {
    const text = this.#pending.slice(0, characters);
    this.#pending = this.#pending.slice(text.length);
    this.#memo ??= new BlockMemo(this.#container, this.#onBlock);
    if (text) this.#memo.take(text);
  }

  /** All that came, in a block that the memo takes over. What the server painted stays if it is more than a start. */
  #paintPlain() {
    if (!this.#plain) {
      const blocks = this.#container.querySelectorAll(".block");
      if (blocks.length > 1 || blocks[0]?.textContent.length > START) return;
      const block = blocks[0] ?? document.createElement("div");
      block.className = "block";
      this.#plain = document.createElement("p");
      block.replaceChildren(this.#plain);
      if (!block.isConnected) this.#container.append(block);
    }
    this.#plain.textContent = this.#pending;
  }

  #end() {
    this.#memo.close();
    this.#finished();
    this.#finished = null;
  }
}
