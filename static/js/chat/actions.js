/** What one does to a message (copy, answer again, continue, pin, about, edit …) and to the title in the header. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { register } from "./commands.js";
import { copyText } from "./copy.js";
import { openMenu } from "./menu.js";
import { SignedOut, get, post, sentenceOf } from "./net.js";
import { arrow, show } from "./siblings.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was changed. Try again.");

export class Actions {
  #chosen = null; // the article whose menu is open
  #current;
  #page;

  /**
   * `begun(answer)`: another run has begun; `changed(message)`: this message, or where the branch goes, has
   * changed; both give a promise of its being shown. `own(promise)`: while it lasts, branches change by our own
   * doing. `open(path)`: go to another chat.
   */
  constructor({ current, begun, changed, own, open }) {
    this.#current = current;
    this.#page = { begun, changed, own, open, deed: (...of) => this.#deed(...of) };
    document.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    register(
      { id: "answer.other", title: t("Answer again with other settings"), group: t("Answers"), ...this.#last("other") },
      { id: "answer.delete", title: t("Delete the last answer"), group: t("Answers"), ...this.#last("remove") },
      { id: "chat.fork", title: t("Fork this chat from its last answer"), group: t("This chat"), slash: "fork", ...this.#last("fork") },
      { id: "branch.previous", title: t("Previous version of a message"), group: t("Reading"), ...step("previous") },
      { id: "branch.next", title: t("Next version of a message"), group: t("Reading"), ...step("next") },
    );
  }

  /** Drawn anew with each conversation. */
  get #menu() {
    return document.getElementById("message-menu");
  }

  #clicked(event) {
    const title = event.target.closest("[data-rename-title]");
    if (title) return load(import("./rename.js"), ({ rename }) => rename(this.#current(), placeOf(title)));
    const button = event.target.closest("[data-do]");
    if (!button) return undefined;
    if (this.#menu.contains(button)) {
      const article = this.#chosen;
      this.#menu.hidePopover();
      return this.#do(button.dataset.do, article, article.querySelector('[data-do="menu"]'));
    }
    const article = button.closest("article[data-message]");
    return article ? this.#do(button.dataset.do, article, button) : undefined;
  }

  /** ← and → on a message, or in its row of actions, lead to its other versions. */
  #key(event) {
    const way = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const isThere = event.target.matches("article[data-message], article[data-message] .actions *");
    const row = isThere && event.target.closest("article").querySelector(".siblings");
    if (!row) return;
    event.preventDefault();
    const isRtl = getComputedStyle(row).direction === "rtl";
    arrow(isRtl ? { previous: "next", next: "previous" }[way] : way)?.click();
  }

  /** A command that does `deed` to the last answer. */
  #last(deed) {
    const last = () => [...document.querySelectorAll('#transcript article[data-message][data-role="assistant"]')].at(-1);
    return { available: () => Boolean(last()), run: () => this.#do(deed, last(), null) };
  }

  #do(deed, article, button) {
    const message = article.dataset.message;
    switch (deed) {
      case "menu":
        return this.#open(article, button);
      case "expand":
        return expand(article, button);
      case "copy":
      case "copy-rich":
      case "copy-markdown":
        return this.#copied(button, this.#copy(article, deed !== "copy-markdown"), article);
      case "thumb-up":
      case "thumb-down":
        return this.#feedback(({ thumb }) => thumb(deed, message, button, this.#page.changed));
      case "thumb-why":
        return this.#feedback(({ openWhy }) => openWhy(message, deed, this.#page.changed));
      case "about":
        return load(import("./about.js"), ({ showAbout }) => showAbout(message, (...of) => this.#copied(...of)));
      case "retry":
      case "way":
        return this.#again(button.dataset.way, message, button);
      case "sibling":
        return show(button, this.#page);
      case "edit":
      case "queued-edit":
        return load(import("./editing.js"), ({ edit }) => edit(article, this.#page));
      case "other":
        return load(import("./other.js"), ({ answerOtherwise }) => answerOtherwise(message, this.#page));
      case "remove":
        return load(import("./removing.js"), ({ remove }) => remove(article, this.#page));
      case "fork":
        return load(import("./forking.js"), ({ fork }) => fork(message, this.#page));
      case "pin":
        return this.#weigh(article, article.dataset.weight === "pinned" ? "auto" : "pinned");
      case "leave-out":
        return this.#weigh(article, article.dataset.weight === "left_out" ? "auto" : "left_out");
      case "queued-remove":
        return this.#page.own(this.#deed(urls.unqueue(message), message, {}, t("Removed"))).then(goToBox);
      default:
        return undefined;
    }
  }

  #open(article, button) {
    this.#chosen = article;
    const weight = article.dataset.weight;
    const words = (deed, text) => (this.#menu.querySelector(`[data-do="${deed}"] span`).textContent = text);
    words("pin", weight === "pinned" ? t("Unpin") : t("Pin: always send to the model"));
    words("leave-out", weight === "left_out" ? t("Send to the model again") : t("Leave out of the context"));
    for (const item of this.#menu.querySelectorAll("[data-answer-only]")) item.hidden = article.dataset.role === "user";
    for (const item of this.#menu.querySelectorAll("[data-question-only]")) item.hidden = article.dataset.role !== "user";
    openMenu(this.#menu, button, article);
  }

  /** Markdown as plain text; with `rich` also as HTML, so that each editor takes what it can. */
  async #copy(article, rich) {
    const source =
      article.dataset.role === "user"
        ? Promise.resolve(article.querySelector("[data-text]").textContent)
        : get(urls.source(article.dataset.message)).then((response) => {
            if (!response.ok) throw new Error();
            return response.text();
          });
    if (!rich || typeof ClipboardItem === "undefined" || !navigator.clipboard?.write) return copyText(await source);
    const blob = (text, type) => new Blob([text], { type });
    const item = new ClipboardItem({
      // Promises, because Safari lets go of the click's permission while a request runs.
      "text/plain": source.then((text) => blob(text, "text/plain")),
      "text/html": Promise.resolve(blob(richOf(article), "text/html")),
    });
    try {
      await navigator.clipboard.write([item]);
      return true;
    } catch {
      return copyText(await source);
    }
  }

  async #feedback(deed) {
    try {
      deed(await import("./feedback.js"));
    } catch {
      toast(NO_CONNECTION);
    }
  }

  async #copied(button, copying, article) {
    let done = false;
    try {
      done = await copying;
    } catch (error) {
      if (error instanceof SignedOut) return;
    }
    if (!done) {
      toast(t("The browser did not let it be copied. Select the text and copy it by hand."));
      return;
    }
    announce(t("Copied"));
    if (article?.dataset.role === "assistant") {
      import("./feedback.js").then(({ copied }) => copied(article.dataset.message)).catch(() => {});
    }
    const use = button?.querySelector("use");
    if (!use) return;
    const before = use.getAttribute("href");
    if (before === "#i-check") return;
    use.setAttribute("href", "#i-check");
    setTimeout(() => use.setAttribute("href", before), 1600);
  }

  #again(way, message, button) {
    return this.#page.own(this.#askAgain(way, message, button));
  }

  async #askAgain(way, message, button) {
    const url = way === "continue" ? urls.goOn(message) : urls.retry(message);
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true"; // disabled, it would lose the focus
    try {
      const response = await post(url, way === "continue" ? {} : { way });
      if (response.ok) await this.#page.begun(await response.json());
      else toast(await sentenceOf(response, t("The server refused. Try again.")));
    } catch (error) {
      if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
    } finally {
      button.ariaDisabled = null;
    }
  }

  #weigh(article, weight) {
    const words = { pinned: t("Pinned"), left_out: t("Left out of the context"), auto: t("Sent while it fits") }[weight];
    const { message } = article.dataset;
    return this.#deed(urls.weight(message), message, { weight }, words);
  }

  async #deed(url, message, fields, words) {
    try {
      const response = await post(url, fields);
      if (!response.ok) {
        toast(await sentenceOf(response, t("The server refused. Try again.")));
        this.#page.changed(message);
        return false;
      }
      if (words) announce(words);
      await this.#page.changed(message);
      return true;
    } catch (error) {
      if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
      return false;
    }
  }
}

/** Where one goes on when what had the focus is gone. */
function goToBox() {
  if (document.activeElement === document.body) document.getElementById("composer-text")?.focus({ preventScroll: true });
}

/** The answer's HTML without the buttons and roles the page added to it. */
function richOf(article) {
  const source = article.querySelector("[data-answer], [data-text]").cloneNode(true);
  for (const extra of source.querySelectorAll("button")) extra.remove();
  for (const element of source.querySelectorAll("*")) {
    for (const name of ["class", "role", "tabindex", "aria-label", "data-language"]) element.removeAttribute(name);
  }
  return article.dataset.role === "user" ? `<p>${source.innerHTML.replaceAll("\n", "<br>")}</p>` : source.innerHTML;
}

/** A command that goes to the version before or after. */
function step(way) {
  return { available: () => Boolean(arrow(way)), run: () => arrow(way)?.click() };
}

/** Where the title in the header stands. */
function placeOf(holder) {
  return { holder, text: holder.querySelector(".title-text"), className: "title-input", label: t("Title of this chat") };
}

/** Do something with a part of the page that is loaded when it is first needed. */
async function load(loading, then) {
  let part;
  try {
    part = await loading;
  } catch {
    toast(t("This part of the page could not be loaded: no connection. Try again."));
    return undefined;
  }
  return then(part);
}

function expand(article, button) {
  const open = article.querySelector(".bubble").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? t("Show less") : t("Show all");
}
