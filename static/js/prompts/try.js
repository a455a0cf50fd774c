/**
 * Trying a prompt: the answers of all columns are painted as those of any chat, each by a painter and a socket of
 * its own. Figures come when an answer has ended.
 */

import { number, t } from "../i18n.js";
import { announce } from "../chat/announce.js";
import { elementsOf, get, post, sentenceOf } from "../chat/net.js";
import { Painter } from "../chat/painter.js";
import { Socket } from "../chat/socket.js";
import { urls } from "../chat/urls.js";

const form = document.getElementById("try");
const place = document.getElementById("try-columns");
const stopAll = form.querySelector("[data-stop-all]");
const problem = form.querySelector("[data-error]");

let columns = [];

const figuresOf = (reply) => `/prompts/try/${reply}/figures/`;

async function ok(request) {
  const response = await request;
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

/** One answer being written. */
class Column {
  #element;
  #painter;
  #reply;
  #since = performance.now();
  #clock;
  #onEnd;
  #observer;
  isOver = false;

  constructor(element, socket, onEnd) {
    this.#element = element;
    this.#reply = element.dataset.reply;
    this.#onEnd = onEnd;
    this.#painter = new Painter({
      transcript: element.querySelector("[data-transcript]"),
      fetchTail: async (reply, after) => (await ok(get(urls.tail(reply, after)))).json(),
      fetchArticle: async (message) => (await ok(get(urls.message(message)))).text(),
    });
    const article = element.querySelector("article");
    this.#painter.adopt(article);
    this.#clock = setInterval(() => this.#tick(), 100);
    this.#observer = new MutationObserver(() => this.#look(article));
    this.#observer.observe(article, { attributes: true, attributeFilter: ["data-state"] });
    element.querySelector("[data-stop]").addEventListener("click", () => this.stop());
    socket.listen(element.dataset.conversation, this);
    this.#look(article);
  }

  frame(frame) {
    if (frame.t === "grew") this.#painter.grew(frame);
    else if (frame.t === "watching") this.#painter.watching(frame.running);
  }

  async stop() {
    if (!this.isOver) await post(urls.stop(this.#reply)).catch(() => {});
  }

  leave() {
    clearInterval(this.#clock);
    this.#observer.disconnect();
    this.#painter.clear();
  }

  #tick() {
    const seconds = (performance.now() - this.#since) / 1000;
    this.#element.querySelector("[data-clock]").textContent = t("%(seconds)s s", {
      seconds: number(seconds, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    });
  }

  #look(article) {
    if (this.isOver || ["queued", "running"].includes(article.dataset.state)) return;
    this.isOver = true;
    clearInterval(this.#clock);
    this.#element.querySelector("[data-stop]").hidden = true;
    this.#figures();
    this.#onEnd();
  }

  async #figures() {
    try {
      const response = await ok(get(figuresOf(this.#reply)));
      this.#element.querySelector("[data-figures]").replaceChildren(elementsOf(await response.text()));
      this.#element.querySelector("[data-clock]").textContent = "";
    } catch {
      this.#element.querySelector("[data-clock]").textContent = t("The figures could not be loaded.");
    }
  }
}

/** A line to the server for one column: a socket looks at one conversation. */
class Line {
  #socket = null;
  #listener = null;

  constructor() {
    this.#socket = new Socket({
      onFrame: (frame) => this.#listener?.frame(frame),
      onState: () => {},
      onSignedOut: () => location.reload(),
      onRefused: () => get(urls.rows).catch(() => {}),
    });
  }

  listen(conversation, listener) {
    this.#listener = listener;
    this.#socket.watch(conversation);
  }

  rest() {
    this.#listener = null;
    this.#socket.watch(null);
  }
}

const lines = []; // kept from run to run

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-column]")) fit(event.target.closest("[data-slot]"));
});

function fit(slot) {
  slot.querySelector("[data-edit]").hidden = slot.querySelector("[data-column]").value !== "edit";
}
for (const slot of form.querySelectorAll("[data-slot]")) fit(slot);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const fields = new FormData(form);
    // Empty columns go, and the rest keep their order with what is typed for them.
    const response = await post(form.action, fields);
    const html = await response.text();
    if (response.ok) begin(elementsOf(html));
    else say(elementsOf(html).querySelector("[data-refused]")?.textContent ?? (await refusal(html)));
  } catch {
    say(t("No connection: nothing was asked. Your words are kept; try again."));
  } finally {
    button.disabled = false;
  }
});

const refusal = (text) => sentenceOf(new Response(text), t("The server refused. Try again."));

function begin(fresh) {
  for (const column of columns) column.leave();
  for (const line of lines) line.rest();
  place.replaceChildren(fresh);
  stopAll.hidden = false;
  columns = [...place.querySelectorAll("[data-conversation]")].map((element, n) => {
    lines[n] ??= new Line();
    return new Column(element, lines[n], ended);
  });
  place.scrollIntoView({ block: "nearest" });
  announce(t("Answering."));
}

function ended() {
  if (!columns.length || columns.some((column) => !column.isOver)) return;
  stopAll.hidden = true;
  announce(t("All answers have ended."));
}

stopAll.addEventListener("click", () => columns.forEach((column) => column.stop()));

function say(words) {
  problem.textContent = words;
  problem.hidden = !words;
}
