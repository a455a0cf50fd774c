/** Choosing the prompt of a chat: the picker, the form of its variables, and what the server says of it. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { Dialog } from "./dialog.js";
import { elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const PAUSE = 150; // ms without a key before the server is asked
const LOST = t("No connection: nothing was changed. Try again.");

/**
 * Let somebody choose; with `slug` that prompt is taken, after its form if it asks for something. `page` gives
 * current(), main() and prompted(chip). Rejects if the server cannot be reached.
 */
export async function choosePrompt(page, slug = "") {
  const picker = new Picker(page);
  return slug ? picker.take(slug) : picker.open();
}

class Picker {
  #page;
  #conversation;
  #pause = 0;
  #asked = 0;
  #dialog = new Dialog({
    id: "picker",
    label: t("Prompt of this chat"),
    style: "picker",
    focus: ["[aria-invalid]", "[data-picker-search]", "[data-fill] .field :is(input, select, textarea)"],
    clicked: (event) => this.#clicked(event),
    typed: (event) => event.target.matches("[data-picker-search]") && this.#typed(event.target),
    submitted: (form) => this.#sent(form),
  });

  constructor(page) {
    this.#page = page;
    this.#conversation = page.current();
  }

  /** The list of prompts. */
  open() {
    return this.#dialog.open(this.#list);
  }

  /** This prompt; what it asks for is asked first. */
  async take(slug) {
    const response = await get(this.#form(slug));
    if (!response.ok) throw new TypeError();
    const html = await response.text();
    const form = elementsOf(html).querySelector("[data-fill]");
    const asks = !form || form.querySelector("textarea, select, input:not([type=hidden], [type=radio])");
    return asks ? this.#dialog.show(html) : this.#choose(slug);
  }

  get #query() {
    return this.#page.main().dataset.query ?? "";
  }

  get #list() {
    return urls.prompt(this.#conversation) + this.#query;
  }

  get #choice() {
    return urls.choosePrompt(this.#conversation) + this.#query;
  }

  #form(slug) {
    return urls.promptForm(this.#conversation, slug, this.#query);
  }

  #clicked(event) {
    const pick = event.target.closest("[data-pick]");
    if (event.target.closest("[data-back]")) this.#dialog.reload(this.#list);
    else if (pick && "asks" in pick.dataset) this.#dialog.reload(this.#form(pick.dataset.pick));
    else if (pick) this.#safely(() => this.#choose(pick.dataset.pick));
  }

  /** A prompt that asks for nothing. */
  async #choose(slug) {
    const response = await post(this.#choice, { prompt: slug, stay: "" });
    if (response.ok) return this.#taken(response);
    const words = await sentenceOf(response, t("The server refused. Try again."));
    return this.#dialog.isOpen ? this.#dialog.say(words) : toast(words);
  }

  async #sent(form) {
    const response = await this.#dialog.post(form, { url: this.#choice, lost: LOST });
    if (response) await this.#taken(response);
  }

  async #taken(response) {
    const chip = elementsOf(await response.text()).querySelector("#prompt-chip");
    this.#dialog.close();
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
    this.#dialog.element.querySelector("[data-picks]")?.replaceChildren(elementsOf(await response.text()));
  }

  async #safely(deed) {
    try {
      await deed();
    } catch {
      this.#dialog.isOpen ? this.#dialog.say(LOST) : toast(LOST);
    }
  }
}
