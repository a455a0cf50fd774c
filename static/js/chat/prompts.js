/** Choosing the prompt of a chat: the picker, the form of its variables, and what the server says of it. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { fill, openDialog } from "./fragment_dialog.js";
import { lateStyle } from "./late.js";
import { elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const PAUSE = 150; // ms without a key before the server is asked

/**
 * Let somebody choose; with `slug` that prompt is taken, after its form if it asks for something. `page` gives
 * current(), main() and prompted(chip). Rejects if the server cannot be reached.
 */
export async function choosePrompt(page, slug = "") {
  await lateStyle("picker");
  const picker = new Picker(page);
  return slug ? picker.take(slug) : picker.open();
}

class Picker {
  #page;
  #conversation;
  #dialog = null;
  #pause = 0;
  #asked = 0;

  constructor(page) {
    this.#page = page;
    this.#conversation = page.current();
  }

  /** The list of prompts. */
  async open() {
    const response = await get(urls.prompt(this.#conversation) + this.#query);
    if (!response.ok) throw new TypeError();
    await this.#show(await response.text());
    this.#dialog.querySelector("[data-picker-search]")?.focus();
  }

  /** This prompt; what it asks for is asked first. */
  async take(slug) {
    const response = await get(urls.promptForm(this.#conversation, slug, this.#query));
    if (!response.ok) throw new TypeError();
    const html = await response.text();
    const form = elementsOf(html).querySelector("[data-fill]");
    if (!form || form.querySelector("textarea, select, input:not([type=hidden], [type=radio])")) return this.#show(html);
    return this.#choose({ prompt: slug, stay: "" });
  }

  get #query() {
    return this.#page.main().dataset.query ?? "";
  }

  async #show(html) {
    if (this.#dialog?.isConnected) {
      await fill(this.#dialog, html);
    } else {
      this.#dialog = await openDialog(html);
      this.#dialog.addEventListener("click", (event) => this.#clicked(event));
      this.#dialog.addEventListener("input", (event) => event.target.matches("[data-picker-search]") && this.#typed(event.target));
      this.#dialog.addEventListener("submit", (event) => this.#submitted(event));
    }
    (this.#dialog.querySelector("[aria-invalid]") ?? this.#dialog.querySelector("[data-fill] .field :is(input, select, textarea)"))?.focus();
  }

  #clicked(event) {
    const pick = event.target.closest("[data-pick]");
    if (event.target.closest("[data-back]")) this.#safely(() => this.open());
    else if (pick && "asks" in pick.dataset) this.#safely(() => this.#ask(pick.dataset.pick));
    else if (pick) this.#safely(() => this.#choose({ prompt: pick.dataset.pick, stay: "" }));
  }

  async #ask(slug) {
    const response = await get(urls.promptForm(this.#conversation, slug, this.#query));
    if (!response.ok) throw new TypeError();
    await this.#show(await response.text());
  }

  #submitted(event) {
    event.preventDefault();
    this.#safely(() => this.#choose(new FormData(event.target)));
  }

  async #choose(fields) {
    const response = await post(urls.choosePrompt(this.#conversation) + this.#query, fields);
    if (response.status === 422 && response.headers.get("Content-Type")?.startsWith("text/html")) {
      await this.#show(await response.text());
      return;
    }
    if (!response.ok) {
      toast(await sentenceOf(response, t("The server refused. Try again.")));
      return;
    }
    const chip = elementsOf(await response.text()).querySelector("#prompt-chip");
    this.#dialog?.close();
    if (this.#conversation !== this.#page.current()) return;
    this.#page.prompted(chip);
    announce(chip.textContent.trim().replace(/\s+/g, " "));
    document.getElementById("composer-text")?.focus();
  }

  #typed(input) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#safely(() => this.#find(input)), PAUSE);
  }

  async #find(input) {
    const number = ++this.#asked;
    const response = await get(`${input.dataset.url}?list=1&${new URLSearchParams({ q: input.value })}`);
    if (!response.ok || number !== this.#asked) return;
    this.#dialog.querySelector("[data-picks]").replaceChildren(elementsOf(await response.text()));
  }

  async #safely(deed) {
    try {
      await deed();
    } catch {
      toast(t("No connection: nothing was changed. Try again."));
    }
  }
}
