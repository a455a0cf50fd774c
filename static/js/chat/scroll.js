// Who moves the transcript: nobody but this class. It follows the end of the conversation only while the reader is
// there. Following ends when the reader goes up, and begins again only when the reader comes down to the end or asks
// for it. The position also changes without a reader: by our own scrolling, which is recognised by the place it went
// to, and by the browser's, which goes with a change of the content's height.

const AT_END = 2; // px
const DRIFT = 3; // px upwards by which the reader leaves the end
const NEAR_END = 60; // px within which the reader, scrolling down, arrives at it
const TOUCH_DRIFT = 10; // px
const FAR = 2500; // px beyond which a smooth way would be long
const UP_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);
const DOWN_KEYS = new Set(["ArrowDown", "PageDown"]);
const FIELDS = "input, textarea, select, [contenteditable]"; // where keys move the caret
const PRESSED = "button, summary"; // what the space bar presses

export class Scroller {
  #viewport;
  #button;
  #isFollowing = true;
  #isComingDown = false; // the reader's wheel, finger or key goes down, and the movement is not over
  #top; // where we scrolled to, or last saw the reader
  #height; // of the content then
  #touchY = 0;
  #resizes;
  #abort = new AbortController();

  /** viewport: the element that scrolls; button: "Jump to latest", shown while the reader is elsewhere. */
  constructor({ viewport, button }) {
    this.#viewport = viewport;
    this.#button = button;
    this.#top = viewport.scrollTop;
    this.#height = viewport.scrollHeight;
    const options = { signal: this.#abort.signal, passive: true };
    viewport.addEventListener("scroll", () => this.#onScroll(), options);
    viewport.addEventListener("scrollend", () => (this.#isComingDown = false), options);
    viewport.addEventListener("wheel", (event) => this.#onWheel(event), options);
    viewport.addEventListener("keydown", (event) => this.#onKey(event), options);
    viewport.addEventListener("touchstart", (event) => (this.#touchY = event.touches[0].clientY), options);
    viewport.addEventListener("touchmove", (event) => this.#onTouch(event), options);
    button?.addEventListener("click", () => this.jump(), options);
    // The composer grows, the window turns, a formula is drawn late: the end moves without our painting.
    this.#resizes = new ResizeObserver(() => this.follow());
    this.#resizes.observe(viewport);
    this.#show();
  }

  /** Whether the reader is at the end and is kept there. */
  get isFollowing() {
    return this.#isFollowing;
  }

  /** To be called after each change of the content: goes to the end if the reader was there. */
  follow() {
    if (this.#isFollowing) this.#goTo(this.#end());
    this.#show();
  }

  /** Goes to the end and stays there; for the button and for one's own new question. */
  jump({ smooth = true } = {}) {
    this.#isFollowing = true;
    const isStill = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const end = this.#end();
    if (isStill || end - this.#viewport.scrollTop > FAR) this.#goTo(end);
    else this.#viewport.scrollTo({ top: end, behavior: "smooth" });
    this.#show();
  }

  /** Goes to `element`, for a link to it, and stays there. */
  show(element) {
    this.#isFollowing = false;
    element.scrollIntoView();
    this.#remember();
    this.#show();
  }

  /** Stops following: what comes in below is not gone to. */
  stay() {
    this.#isFollowing = false;
    this.#isComingDown = false;
  }

  /** Runs `change` (earlier messages are put in above, say) with what the reader sees staying where it is. */
  keep(change) {
    const { top } = this.#viewport.getBoundingClientRect();
    const anchor = [...this.#viewport.children].find(
      (child) => child.matches("article") && child.getBoundingClientRect().bottom > top,
    );
    const before = anchor?.getBoundingClientRect().top;
    this.#viewport.style.overflowAnchor = "none"; // the browser would correct it a second time
    change();
    if (this.#isFollowing) this.follow();
    else if (anchor?.isConnected) this.#goTo(this.#viewport.scrollTop + anchor.getBoundingClientRect().top - before);
    requestAnimationFrame(() => this.#show());
  }

  /** Lets the viewport go; for another conversation in the same page. */
  disconnect() {
    this.#abort.abort();
    this.#resizes.disconnect();
  }

  #end() {
    if (!this.#viewport.querySelector(":scope > article")) return 0; // what greets in an empty chat begins at its top
    return this.#viewport.scrollHeight - this.#viewport.clientHeight;
  }

  #goTo(top) {
    if (Math.abs(this.#viewport.scrollTop - top) >= 1) this.#viewport.scrollTop = top;
    this.#remember();
  }

  #remember() {
    this.#top = this.#viewport.scrollTop;
    this.#height = this.#viewport.scrollHeight;
  }

  #onScroll() {
    const { scrollTop, scrollHeight } = this.#viewport;
    const moved = scrollTop - this.#top;
    if (this.#isFollowing) {
      // When the content shrinks (the reasoning folds) the browser pulls the position up; that is no reader.
      const isReader = scrollHeight >= this.#height && this.#end() - scrollTop > AT_END;
      if (isReader && moved < 0 && moved > -DRIFT) return; // remembered as where it was: small steps add up
      if (isReader && moved < 0) this.#isFollowing = false;
    } else if (moved > 0 && (this.#isComingDown || scrollHeight === this.#height)) {
      // With another height and no hand on anything it is the browser, keeping in place what is read.
      this.#arrive();
    }
    this.#remember();
    this.#show();
  }

  #onWheel(event) {
    if (event.ctrlKey) return; // zooms
    if (event.deltaY < 0) this.#leave();
    if (event.deltaY > 0) this.#comeDown();
  }

  #onKey(event) {
    const { key, shiftKey, target } = event;
    if (target.closest(FIELDS)) return;
    const isSpace = key === " " && !target.closest(PRESSED);
    if (UP_KEYS.has(key) || (isSpace && shiftKey)) this.#leave();
    else if (DOWN_KEYS.has(key) || isSpace) this.#comeDown();
    else if (key === "End") this.#isFollowing = true;
  }

  #onTouch(event) {
    const { clientY } = event.touches[0];
    const moved = clientY - this.#touchY;
    if (Math.abs(moved) <= TOUCH_DRIFT) return;
    this.#touchY = clientY; // the finger may turn round
    if (moved > 0) this.#leave();
    else this.#comeDown();
  }

  #comeDown() {
    if (this.#isFollowing) return;
    this.#isComingDown = true;
    this.#arrive(); // at the very end no movement follows
    this.#show();
  }

  #arrive() {
    if (this.#end() - this.#viewport.scrollTop > NEAR_END) return;
    this.#isFollowing = true;
    this.#isComingDown = false;
  }

  /** The reader goes up, and there is an up to go to. */
  #leave() {
    this.#isComingDown = false;
    if (this.#viewport.scrollTop <= 0) return;
    this.#isFollowing = false;
    this.#remember();
    this.#show();
  }

  #show() {
    // Who is kept at the end needs no anchor, and finding one costs the browser time with every frame.
    const anchor = this.#isFollowing ? "none" : "";
    if (this.#viewport.style.overflowAnchor !== anchor) this.#viewport.style.overflowAnchor = anchor;
    if (this.#button) this.#button.hidden = this.#isFollowing || this.#end() - this.#viewport.scrollTop <= NEAR_END;
  }
}
