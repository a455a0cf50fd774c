/**
 * The message box: keys, growth, the draft on the server, the estimate in the meter, and the one button that is
 * Send or, when there is nothing to send and an answer is being written, Stop.
 */

import { number, t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { offered, run } from "./commands.js";
import { isComposing } from "./keys.js";
import { Drafts } from "./drafts.js";
import { Lanes } from "./lanes.js";
import { elementsOf, get, post } from "./net.js";
import { Outbox } from "./outbox.js";
import { urls } from "./urls.js";

const LINE = 24; // px
const LONG = 10_000; // characters; beyond, the tokens are not counted with every key, and the direction is that of the whole
const REST = 200; // ms without a key before those of a long text are counted

const fingers = matchMedia("(pointer: coarse)");

export class Composer {
  #area;
  #button;
  #conversation = null;
  #main;
  #drafts;
  #outbox;
  #onAsked;
  #onPending;
  #live; // () → the reply being written or waiting, or null
  #onMeter;
  #stopping = null;
  #counting = 0; // timer
  #slash = null; // loaded with the first slash
  #hasNoSlash = false; // it could not be loaded: a slash is a slash then

  /**
   * `live()` gives the running reply's id or null; `ready()` is waited for before a question goes out;
   * `tip(bubble)`: what the page shows above a bubble; `onPending(bubble)` shows a bubble; `onAsked(answer, bubble)` is told what the server stored;
   * `onMeter(meter, chip)` gets the meter whenever it was fetched, and the button that names the prompt (null before
   * the first question).
   */
  constructor({ live, ready, tip, onPending, onAsked, onMeter }) {
    this.#live = live;
    this.#onPending = onPending;
    this.#onAsked = onAsked;
    this.#onMeter = onMeter;
    const lanes = new Lanes();
    this.#drafts = new Drafts({
      lanes,
      unsent: (conversation) => this.#outbox.unsent(conversation),
      hasLetters: (conversation) => this.#outbox.bubbles(conversation).length > 0,
    });
    this.#outbox = new Outbox({
      user: document.getElementById("app").dataset.user,
      fold: () => Number(this.#main.dataset.fold),
      lanes,
      ready,
      tip,
      // Between the swap and adopt() another chat is in the page already.
      isOpen: (conversation) => conversation === this.#conversation && this.#main.isConnected,
      onSent: (letter, answer) => this.#sent(letter, answer),
      onEdit: (letter) => this.#edit(letter),
      onChange: (conversation) => this.#drafts.touch(conversation),
    });
    document.addEventListener("submit", (event) => {
      if (event.target.id !== "composer") return;
      event.preventDefault();
      this.#pressed();
    });
    document.addEventListener("keydown", (event) => event.target === this.#area && this.#key(event));
    document.addEventListener("beforeinput", (event) => event.target === this.#area && this.#fit(event.data?.length ?? 0));
    document.addEventListener("input", (event) => event.target === this.#area && this.#typed());
    document.addEventListener("click", (event) => {
      const starter = event.target.closest("[data-starter]");
      if (starter) this.fill([this.text.trimEnd(), starter.dataset.starter].filter(Boolean).join("\n\n"));
    });
    addEventListener("pagehide", () => this.#drafts.saveAllNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#drafts.saveAllNow());
    addEventListener("beforeunload", (event) => {
      // Only the browser itself can ask, and only when words would be lost.
      if (this.#drafts.isFailing) event.preventDefault();
    });
  }

  get outbox() {
    return this.#outbox;
  }

  /** Whether the server has every word that was typed here, in whichever chat, and every question. */
  get isSaved() {
    return this.#outbox.isEmpty && this.#drafts.isSaved();
  }

  get text() {
    return this.#area?.value ?? "";
  }

  /** A new chat is drawn while the words of another one are not at the server: it becomes that one. Before adopt(). */
  resume(main) {
    const lost = main.hasAttribute("data-new") && (this.#outbox.lostNew ?? this.#drafts.lostNew);
    if (!lost) return;
    main.dataset.sendUrl = main.dataset.sendUrl.replace(main.dataset.conversation, lost);
    main.dataset.conversation = lost;
  }

  /** Take over the message box of a page that was just drawn. */
  adopt(main) {
    this.#area = main.querySelector("#composer-text");
    this.#button = main.querySelector("#send");
    this.#conversation = main.dataset.conversation;
    this.#main = main;
    this.#put(this.#drafts.begin(this.#conversation, this.#area.value, main.hasAttribute("data-new")));
    this.#area.enterKeyHint = fingers.matches ? "enter" : "send";
    this.showUnsent();
    this.#grow();
    this.update();
    this.#estimate();
  }

  /** Stop what is being written, if anything is. */
  stop() {
    if (this.#live() && !this.#stopping) this.#stop();
  }

  /** The questions of this chat that the server does not have. */
  showUnsent() {
    for (const bubble of this.#outbox.bubbles(this.#conversation)) this.#onPending(bubble);
  }

  /** Put words into the box and the cursor behind them. */
  fill(text) {
    this.#area.value = text;
    this.#area.focus();
    this.#area.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  /** Put words into the box as a quotation, behind what stands there; the cursor goes below it. */
  quote(words) {
    const lines = words.split("\n").map((line) => `> ${line}`.trimEnd());
    this.fill(`${[this.text.trimEnd(), lines.join("\n")].filter(Boolean).join("\n\n")}\n\n`);
  }

  /** The button says what it would do now. */
  update(text = this.text) {
    const live = this.#live();
    const isEmpty = !text.trim();
    if (this.#stopping && this.#stopping !== live) this.#stopping = null;
    const stops = Boolean(live) && isEmpty;
    const words = stops ? (this.#stopping ? t("Stopping…") : t("Stop")) : live ? t("Send: it is queued behind the answer") : t("Send");
    this.#button.dataset.mode = stops ? "stop" : "send";
    this.#button.disabled = stops ? Boolean(this.#stopping) : isEmpty;
    this.#button.setAttribute("aria-label", words);
    this.#button.title = words;
  }

  /** Another tab changed the draft: taken over unless something else is being typed here. */
  draftChanged(text) {
    const words = this.#drafts.changed(this.#conversation, text);
    if (words !== null && words !== this.text) this.#show(words);
  }

  #show(words) {
    this.#put(words);
    this.#grow();
    this.update();
    this.#estimate();
  }

  /** The meter as the server counts it now. */
  async refreshMeter() {
    const conversation = this.#conversation;
    const response = await get(urls.meter(conversation));
    const meter = document.getElementById("meter");
    if (!response.ok || !meter || conversation !== this.#conversation) return;
    const below = elementsOf(await response.text());
    const fresh = below.querySelector("#meter");
    this.#onMeter(fresh, below.querySelector("#prompt-chip"));
    if (meter.querySelector(":popover-open")) return;
    meter.replaceWith(fresh);
    this.#estimate();
  }

  /** Save the draft now, in turn; used when this chat is left for another. */
  flush() {
    this.#drafts.save(this.#conversation);
  }

  /** The connection is back: questions and drafts that failed for want of it go out. */
  retryAll() {
    this.#outbox.retryAll();
    this.#drafts.saveAll();
  }

  #put(words) {
    this.#fit(words.length);
    this.#area.value = words;
    this.#area.setSelectionRange(words.length, words.length); // a draft is gone on with at its end
  }

  #key(event) {
    if (isComposing(event)) return undefined;
    if (this.#slash?.menu.key(event)) return event.preventDefault();
    if (event.key === "ArrowUp" && !this.text && !event.shiftKey) {
      if (run("question.edit")) event.preventDefault();
      return undefined;
    }
    if (event.key === "Escape") return this.#escape();
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return undefined;
    const meant = event.ctrlKey || event.metaKey || !fingers.matches; // a finger's Enter is a new line
    if (!meant) return undefined;
    event.preventDefault();
    if (this.text.trim()) this.#send();
    return undefined;
  }

  /** Stops the answer, as the button would; what is open above the page is closed by the same key first. */
  #escape() {
    if (this.#button.dataset.mode !== "stop" || this.#button.disabled) return;
    if (document.querySelector(":modal, [popover]:not([popover=manual]):popover-open")) return;
    announce(t("Stopping the answer."));
    this.#stop();
  }

  #typed() {
    const { text } = this; // once: it may be long
    this.#problem("");
    this.#fit();
    this.#grow();
    this.update(text);
    clearTimeout(this.#counting);
    if (text.length > LONG) this.#counting = setTimeout(() => this.#estimate(), REST);
    else this.#estimate();
    this.#drafts.type(this.#conversation, text);
    if (this.#slash) this.#slash.menu.typed(this.#area);
    else if (text.startsWith("/")) this.#loadSlash();
  }

  /** Before `more` characters come into the box, so that the browser lays them out once. See .is-long in composer.css. */
  #fit(more = 0) {
    this.#area.classList.toggle("is-long", this.#area.textLength + more > LONG);
  }

  async #loadSlash() {
    try {
      const [{ SlashMenu, commandOf, extend }, more] = await Promise.all([import("./slash.js"), offered()]);
      extend(more);
      this.#slash ??= { menu: new SlashMenu({ onChosen: (command) => this.#run(command, "") }), commandOf };
      this.#slash.menu.typed(this.#area);
    } catch {
      this.#hasNoSlash = true;
    }
  }

  #run(command, words) {
    this.#area.value = "";
    this.#typed();
    command.run(words);
  }

  #pressed() {
    if (this.text.trim()) this.#send();
    else if (this.#live()) this.#stop();
  }

  #send() {
    const text = this.text;
    if (text.startsWith("/") && !this.#slash && !this.#hasNoSlash) {
      // Whoever types fast is not to ask the model what was meant for the page.
      this.#loadSlash().then(() => this.text === text && this.#send());
      return;
    }
    const named = this.#slash?.commandOf(text);
    if (named) {
      this.#run(named.command, named.words);
      return;
    }
    const { sendUrl } = this.#main.dataset;
    this.#area.value = "";
    this.#problem("");
    this.#grow();
    this.#onPending(this.#outbox.send(this.#conversation, sendUrl, text, this.#main.hasAttribute("data-new")));
    this.#drafts.type(this.#conversation, "");
    this.update();
    this.#estimate();
    this.#area.focus();
  }

  #sent(letter, answer) {
    const words = this.#drafts.asked(letter.conversation, answer.draft ?? "");
    if (words !== null && letter.conversation === this.#conversation) this.#show(words);
    this.#onAsked(answer, letter.bubble);
  }

  #edit(letter) {
    this.fill([letter.text, this.text].filter(Boolean).join("\n\n"));
    if (letter.problem) this.#problem(letter.problem);
  }

  async #stop() {
    const reply = this.#live();
    this.#stopping = reply;
    this.update();
    try {
      const response = await post(urls.stop(reply));
      if (!response.ok && response.status !== 404) throw new Error();
    } catch {
      this.#stopping = null;
      this.update();
      toast(t("The answer could not be stopped: no connection. Try again."));
    }
  }

  #problem(words) {
    const place = document.getElementById("composer-error");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
    if (words) this.#area.setAttribute("aria-invalid", "true");
    else this.#area.removeAttribute("aria-invalid");
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return; // the stylesheet does it
    this.#area.style.height = "auto";
    this.#area.style.height = `${Math.max(this.#area.scrollHeight, 2 * LINE)}px`;
  }

  /** While one types, the meter says about how full the window will be. */
  #estimate() {
    const meter = document.getElementById("meter");
    const words = meter?.querySelector("[data-meter-words]");
    if (!words) return;
    const [used, room] = [Number(meter.dataset.used), Number(meter.dataset.window)];
    const typed = estimateTokens(this.text);
    const total = used + typed;
    const figures = { used: number(total), window: number(room) };
    const said =
      typed || words.dataset.estimated === "1"
        ? t("about %(used)s of %(window)s tokens", figures)
        : t("%(used)s of %(window)s tokens", figures);
    if (words.textContent !== said) words.textContent = said; // most keys change no figure
    meter.querySelector("progress").value = Math.min(total, room);
    meter.classList.toggle("is-full", total > room);
  }
}

/** The server's rule (workersai/tokens.py): a quarter per ASCII character, three quarters for any other. */
function estimateTokens(text) {
  if (!text) return 0;
  let other = 0;
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 127) other += 1;
  return Math.ceil((text.length - other) / 4 + other * 0.75);
}
