/** What one does to a message (copy, answer again, continue, pin, about …) and to the title in the header. */

import { announce, toast } from "./announce.js";
import { copyText } from "./copy.js";
import { openMenu } from "./menu.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { rename } from "./rename.js";
import { urls } from "./urls.js";

const NO_CONNECTION = "No connection: nothing was changed. Try again.";

export class Actions {
  #about = document.getElementById("about");
  #chosen = null; // the article whose menu is open
  #current;
  #onBegun;
  #onChanged;

  /**
   * `onBegun(answer)`: another run has begun; `onChanged(message)`: this message, or where the branch goes, has
   * changed; gives a promise of its being shown.
   */
  constructor({ current, onBegun, onChanged }) {
    this.#current = current;
    this.#onBegun = onBegun;
    this.#onChanged = onChanged;
    document.addEventListener("click", (event) => this.#clicked(event));
    this.#about.addEventListener("click", (event) => {
      if (event.target === this.#about || event.target.closest("[data-dialog-close]")) this.#about.close();
      const copy = event.target.closest("[data-copy-from]");
      if (copy) this.#copied(copy, copyText(document.getElementById(copy.dataset.copyFrom).textContent));
    });
  }

  /** Drawn anew with each conversation. */
  get #menu() {
    return document.getElementById("message-menu");
  }

  #clicked(event) {
    const title = event.target.closest("[data-rename-title]");
    if (title) return this.#rename(title);
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
        return this.#feedback(({ thumb }) => thumb(deed, message, button, this.#onChanged));
      case "thumb-why":
        return this.#feedback(({ openWhy }) => openWhy(message, deed, this.#onChanged));
      case "about":
        return this.#showAbout(message);
      case "retry":
      case "way":
        return this.#again(button.dataset.way, message, button);
      case "sibling":
        return this.#show(button);
      case "pin":
        return this.#weigh(article, article.dataset.weight === "pinned" ? "auto" : "pinned");
      case "leave-out":
        return this.#weigh(article, article.dataset.weight === "left_out" ? "auto" : "left_out");
      case "queued-edit":
        return this.#editQueued(article);
      case "queued-remove":
        return this.#deed(urls.unqueue(message), message, {}, "Removed");
      default:
        return undefined;
    }
  }

  #open(article, button) {
    this.#chosen = article;
    const weight = article.dataset.weight;
    const words = (deed, text) => (this.#menu.querySelector(`[data-do="${deed}"] span`).textContent = text);
    words("pin", weight === "pinned" ? "Unpin" : "Pin: always send to the model");
    words("leave-out", weight === "left_out" ? "Send to the model again" : "Leave out of the context");
    for (const item of this.#menu.querySelectorAll("[data-answer-only]")) item.hidden = article.dataset.role === "user";
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
      toast("The browser did not let it be copied. Select the text and copy it by hand.");
      return;
    }
    announce("Copied");
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

  async #showAbout(message) {
    try {
      const response = await get(urls.about(message));
      if (!response.ok) throw new Error();
      this.#about.replaceChildren(elementsOf(await response.text()));
      this.#about.showModal();
    } catch (error) {
      if (!(error instanceof SignedOut)) toast("The receipt could not be loaded. Try again.");
    }
  }

  async #again(way, message, button) {
    const url = way === "continue" ? urls.goOn(message) : urls.retry(message);
    button.disabled = true;
    try {
      const response = await post(url, way === "continue" ? {} : { way });
      if (response.ok) this.#onBegun(await response.json());
      else toast(await sentenceOf(response, "The server refused. Try again."));
    } catch (error) {
      if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
    } finally {
      button.disabled = false;
    }
  }

  #weigh(article, weight) {
    const words = { pinned: "Pinned", left_out: "Left out of the context", auto: "Sent while it fits" }[weight];
    const { message } = article.dataset;
    return this.#deed(urls.weight(message), message, { weight }, words);
  }

  /** Go to the answer before or after this one; the focus goes along. */
  async #show(button) {
    const { sibling, way } = button.dataset;
    button.disabled = true; // two quick clicks are one step
    const done = await this.#deed(urls.show(sibling), sibling, {}, "");
    const article = document.getElementById(`m-${sibling}`);
    if (!done || !article) {
      button.disabled = false;
      return;
    }
    const arrows = [...article.querySelectorAll('[data-do="sibling"]:not(:disabled)')];
    (arrows.find((arrow) => arrow.dataset.way === way) ?? arrows[0])?.focus({ preventScroll: true });
    article.scrollIntoView({ block: "nearest" });
    announce(article.querySelector("[data-siblings]")?.textContent ?? "");
  }

  async #deed(url, message, fields, words) {
    try {
      const response = await post(url, fields);
      if (!response.ok) {
        toast(await sentenceOf(response, "The server refused. Try again."));
        this.#onChanged(message);
        return false;
      }
      if (words) announce(words);
      await this.#onChanged(message);
      return true;
    } catch (error) {
      if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
      return false;
    }
  }

  #editQueued(article) {
    const bubble = article.querySelector(".bubble");
    const box = document.createElement("form");
    box.className = "edit-box";
    const area = document.createElement("textarea");
    area.value = bubble.textContent;
    area.dir = "auto";
    area.setAttribute("aria-label", "Queued question");
    const row = document.createElement("div");
    row.className = "edit-row";
    row.append(buttonOf("Cancel", "button", "button button-small"), buttonOf("Save", "submit", "button button-primary button-small"));
    box.append(area, row);
    const end = () => {
      box.remove();
      bubble.hidden = false;
      article.querySelector('[data-do="queued-edit"]')?.focus();
    };
    row.firstChild.addEventListener("click", end);
    area.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && end());
    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      const words = area.value;
      if (words.trim() && (await this.#deed(urls.queued(article.dataset.message), article.dataset.message, { text: words }, "Saved"))) {
        bubble.textContent = words;
        end();
      }
    });
    bubble.hidden = true;
    bubble.after(box);
    area.focus();
  }

  #rename(button) {
    const text = button.querySelector(".title-text");
    const input = document.createElement("input");
    input.className = "title-input";
    input.value = text.textContent.trim();
    input.maxLength = 200;
    input.dir = "auto";
    input.setAttribute("aria-label", "Title of this chat");
    button.hidden = true;
    button.after(input);
    input.focus();
    input.select();
    let over = false;
    const end = async (save) => {
      if (over) return;
      over = true;
      const words = input.value.trim();
      const before = text.textContent;
      const hadFocus = document.activeElement === input;
      input.remove();
      button.hidden = false;
      if (hadFocus) button.focus();
      if (!save || !words || words === before.trim()) return;
      text.textContent = words;
      const failed = await rename(this.#current(), words);
      if (!failed) return;
      text.textContent = before;
      toast(failed);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // the button that gets the focus back must not take it for a click
      end(event.key === "Enter");
    });
    input.addEventListener("blur", () => end(true));
  }
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

function expand(article, button) {
  const open = article.querySelector(".bubble").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
  button.textContent = open ? "Show less" : "Show all";
}

function buttonOf(words, type, className) {
  const button = document.createElement("button");
  button.type = type;
  button.className = className;
  button.textContent = words;
  return button;
}
