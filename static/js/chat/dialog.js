/**
 * The shell of every modal dialog. It is fetched, and opens once however often it is asked for; Escape, the backdrop
 * and [data-dialog-close] close it, also while it loads; then the focus goes back to where it came from. What goes
 * wrong is said inside it, and words typed into it are thrown away by a button alone.
 */

import { t } from "../i18n.js";
import { withoutVoices } from "./announce.js";
import { whereabouts } from "./focus.js";
import { isComposing } from "./keys.js";
import { lateStyle } from "./late.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";

const SLOW = 300; // ms without an answer after which the dialog opens and says that it is loading

const there = new Map(); // id → the dialog that is open or being loaded

// Going back draws another page below it.
addEventListener("popstate", () => there.forEach((dialog) => dialog.close()));

export class Dialog {
  element = document.createElement("dialog");
  #id;
  #label;
  #kind;
  #style;
  #focus;
  #keeps;
  #on;
  #isFilled = false;
  #isBusy = false;
  #loading = null; // what is being loaded, until it is there or nobody wants it any more
  #opener = null;
  #pressed = null; // where the mouse went down

  /**
   * `label` names it until it has a heading; `kind`: its classes; `style`: the sheet that comes with it (late.js);
   * `focus`: selectors of what gets the focus, the first that is there; `keeps`: it is fetched once. Handlers:
   * filled(element), clicked(event), typed(event), changed(event), keyed(event), submitted(form, event), closed().
   */
  constructor({ id, label, kind = "dialog", style = "", focus = [], keeps = false, ...on }) {
    this.#id = id;
    this.#label = label;
    this.#kind = kind;
    this.#style = style;
    this.#focus = focus;
    this.#keeps = keeps;
    this.#on = on;
    const dialog = this.element;
    dialog.id = id;
    dialog.addEventListener("pointerdown", (event) => (this.#pressed = event.target));
    dialog.addEventListener("click", (event) => this.#clicked(event));
    dialog.addEventListener("input", (event) => on.typed?.(event));
    dialog.addEventListener("change", (event) => on.changed?.(event));
    dialog.addEventListener("keydown", (event) => this.#keyed(event));
    dialog.addEventListener("cancel", (event) => event.target === dialog && this.#dismiss(event));
    dialog.addEventListener("close", (event) => event.target === dialog && this.#closed());
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      on.submitted?.(event.target, event);
    });
  }

  get isOpen() {
    return this.element.open;
  }

  /** Open it with what the server has at `url`. */
  open(url) {
    return this.#begin(() => fetched(url));
  }

  /** Open it with `html`, or with nodes. */
  show(html) {
    return this.#begin(() => html);
  }

  /** Draw it anew, while it is open. */
  reload(url) {
    return this.#load(() => fetched(url));
  }

  /** Put `html`, or nodes, into it; the focus stays in the field of the same name, or goes to what is wrong. */
  fill(html) {
    const name = this.element.querySelector(":focus")?.name;
    this.#draw(html);
    const field = name && this.element.querySelector(`[name="${CSS.escape(name)}"]`);
    (this.element.querySelector('[aria-invalid="true"], .has-error input') ?? field)?.focus();
  }

  close() {
    this.#loading = null;
    if (this.isOpen) this.element.close();
    else if (there.get(this.#id) === this) there.delete(this.#id);
  }

  /** Say what went wrong, where it is seen. */
  say(words) {
    let place = this.element.querySelector("[data-problem]");
    if (!place) {
      place = document.createElement("p");
      place.className = "dialog-problem";
      place.dataset.problem = "";
      place.setAttribute("role", "alert");
      const foot = this.element.querySelector(".dialog-foot");
      if (foot) foot.prepend(place);
      else this.element.querySelector(".dialog-body")?.append(place);
    }
    place.textContent = words;
    place.hidden = !words;
    if (words) place.scrollIntoView({ block: "nearest" });
  }

  /** Say what is wrong beside the field called `name`; false if there is no place for it. */
  refuse(name, words) {
    const place = this.element.querySelector(`[data-error="${name}"]`);
    const field = this.element.querySelector(`[name="${name}"]:not([type=radio])`);
    if (!place) return false;
    place.textContent = words;
    place.hidden = false;
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
    return true;
  }

  /**
   * Post `form`, once at a time. Gives the response when the server took it, else null: a form that it sent back
   * stands in the place of this one, a refusal is said.
   */
  async post(form, { url = form.getAttribute("action"), fields = new FormData(form), lost = t("No connection: nothing was changed. Try again.") } = {}) {
    if (this.#isBusy) return null;
    this.#busy(form, true);
    this.say("");
    try {
      const response = await post(url, fields);
      if (response.ok) return response;
      const isForm = response.headers.get("Content-Type")?.startsWith("text/html");
      if (response.status === 422 && isForm) this.fill(await response.text());
      else this.say(await sentenceOf(response, t("The server refused. Try again.")));
    } catch (error) {
      this.say(error instanceof SignedOut ? t("You are signed out. Sign in in another tab, then try again.") : lost);
    } finally {
      this.#busy(form, false);
    }
    return null;
  }

  #begin(source) {
    if (there.has(this.#id)) return undefined;
    there.set(this.#id, this);
    this.#opener = whereabouts();
    if (this.#keeps && this.#isFilled) return this.#open();
    return this.#load(source);
  }

  async #load(source) {
    const mine = (this.#loading = {});
    const slow = setTimeout(() => this.isOpen || this.#open(this.#plain(says(t("Loading…")))), SLOW);
    let html;
    let problem;
    try {
      [html] = await Promise.all([source(), styled(this.#style)]);
    } catch (error) {
      problem = error;
    }
    clearTimeout(slow);
    if (this.#loading !== mine) return; // closed meanwhile
    this.#loading = null;
    if (problem instanceof SignedOut) this.close();
    else if (problem) this.#open(this.#plain(...this.#failed(problem, source)));
    else this.#open(html);
  }

  #open(html) {
    if (html !== undefined) this.#draw(html);
    if (!this.isOpen) {
      document.body.append(this.element);
      this.element.showModal();
    }
    const wanted = [...this.#focus, "[autofocus]", "[data-dialog-close]", "button"];
    wanted.map((selector) => this.element.querySelector(selector)).find(Boolean)?.focus();
    if (this.#isFilled) this.#on.filled?.(this.element);
  }

  #draw(html) {
    const content = typeof html === "string" ? elementsOf(html) : html;
    this.#isFilled = !content.querySelector("[data-unfilled]");
    this.element.className = this.#isFilled ? this.#kind : "dialog";
    withoutVoices(this.element).forEach((old) => old.remove());
    this.element.prepend(content);
    const heading = this.element.querySelector("h2[id]");
    if (heading) this.element.setAttribute("aria-labelledby", heading.id);
    else this.element.removeAttribute("aria-labelledby");
    if (!heading) this.element.setAttribute("aria-label", this.#label);
  }

  /** What it shows while it has nothing of its own to show. */
  #plain(...inside) {
    const content = elementsOf(`<div class="dialog-head" data-unfilled><h2></h2><button type="button"
      class="icon-button" data-dialog-close><svg class="icon" aria-hidden="true"><use href="#i-close"/></svg></button>
      </div><div class="dialog-body"></div>`);
    content.querySelector("h2").textContent = this.#label;
    content.querySelector("button").setAttribute("aria-label", t("Close"));
    content.querySelector(".dialog-body").append(...inside);
    return content;
  }

  #failed(problem, source) {
    const words = says(problem instanceof Refusal ? problem.message : t("No connection: this could not be loaded."));
    words.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.autofocus = true;
    again.textContent = t("Try again");
    again.addEventListener("click", () => {
      again.disabled = true;
      this.#load(source);
    });
    return [words, again];
  }

  #clicked(event) {
    if (event.target.closest("[data-dialog-close]")) this.close();
    // A text that is selected by drawing the mouse out of its field ends on the backdrop, too.
    else if (event.target === this.element && this.#pressed === this.element) this.#dismiss(event);
    else this.#on.clicked?.(event);
  }

  #keyed(event) {
    this.#on.keyed?.(event);
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
    if (event.target.closest("[popover]:popover-open:not(.toasts)")) return;
    this.#dismiss(event);
  }

  #dismiss(event) {
    event.preventDefault();
    const isTyped = [...this.element.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
    if (isTyped) this.say(t("What you typed is not saved. Save it, or press Cancel to throw it away."));
    else this.close();
  }

  #closed() {
    this.#loading = null;
    if (there.get(this.#id) === this) there.delete(this.#id);
    this.element.remove();
    if (document.activeElement === document.body) this.#opener?.()?.focus({ preventScroll: true });
    this.#on.closed?.();
  }

  #busy(form, yes) {
    this.#isBusy = yes;
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = yes;
  }
}

/** Ask before something that cannot be undone; resolves to whether it is wanted. */
export function confirmed({ title, words, yes }) {
  const content = elementsOf(`<form class="choose"><div class="dialog-head"><h2 id="confirm-title"></h2></div>
    <div class="dialog-body"><p></p></div><div class="dialog-foot">
    <button type="button" class="button" data-dialog-close></button><button type="submit" class="button button-danger"></button>
    </div></form>`);
  content.querySelector("h2").textContent = title;
  content.querySelector("p").textContent = words;
  content.querySelector("[data-dialog-close]").textContent = t("Cancel");
  content.querySelector("[type=submit]").textContent = yes;
  return new Promise((resolve) => {
    const dialog = new Dialog({
      id: "confirm",
      label: title,
      style: "ordering",
      submitted: () => {
        resolve(true);
        dialog.close();
      },
      closed: () => resolve(false),
    });
    dialog.show(content);
  });
}

/** The server would not, and said why. */
class Refusal extends Error {}

async function fetched(url) {
  const response = await get(url);
  if (!response.ok) throw new Refusal(await sentenceOf(response, t("This could not be loaded. Try again.")));
  return response.text();
}

/** Better plain than not at all. */
function styled(name) {
  return name && lateStyle(name).catch(() => {});
}

function says(words) {
  const text = document.createElement("p");
  text.textContent = words;
  return text;
}
