// Plain text that is still arriving (the reasoning): appended once per frame, in boxes of moderate size, because a
// browser lays a box out again as a whole when its text grows. Costs next to nothing while it is folded away.

const CHUNK = 2000; // characters after which the next line begins a new box

export class PlainStream {
  #container;
  #onPaint;
  #skip;
  #text = null;
  #pending = "";
  #frame = 0;

  /** Appends to `container`. What it shows already is taken to be the beginning of the text that is appended. */
  constructor(container, onPaint = () => {}) {
    this.#container = container;
    this.#onPaint = onPaint;
    this.#skip = container.textContent.length;
  }

  append(text) {
    const known = Math.min(this.#skip, text.length);
    this.#skip -= known;
    this.#pending += text.slice(known);
    if (this.#pending) this.#frame ||= requestAnimationFrame(() => this.flush());
  }

  /** Paints at once what was appended. */
  flush() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    while (this.#pending) {
      const chunk = this.#nextChunk();
      this.#text ??= this.#newBox();
      this.#text.appendData(chunk);
      if (chunk.endsWith("\n") && this.#text.length >= CHUNK) this.#text = null;
    }
    this.#onPaint();
  }

  /** What fits into the open box: up to the first line end after it is full. */
  #nextChunk() {
    const room = Math.max(0, CHUNK - (this.#text?.length ?? 0) - 1);
    const end = this.#pending.indexOf("\n", room) + 1 || this.#pending.length;
    const chunk = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    return chunk;
  }

  #newBox() {
    const box = document.createElement("div");
    box.className = "chunk";
    this.#container.append(box);
    return box.appendChild(document.createTextNode(""));
  }
}
