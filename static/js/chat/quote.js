/** Quote what is selected in the transcript: a button beside the selection, and the command. */

import { t } from "../i18n.js";
import { register } from "./commands.js";

const GAP = 6; // px

/** `composer` takes the quoted words. */
export class Quote {
  #button = document.createElement("button");
  #composer;

  constructor({ composer }) {
    this.#composer = composer;
    this.#button.type = "button";
    this.#button.className = "button button-small quote-button";
    this.#button.textContent = t("Quote");
    this.#button.popover = "manual";
    document.body.append(this.#button);
    // The press must not take the selection away before the click is heard.
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => this.#quote());
    document.addEventListener("selectionchange", () => this.#hide());
    document.addEventListener("pointerup", () => setTimeout(() => this.#offer()));
    document.addEventListener("keyup", (event) => event.shiftKey && this.#offer());
    document.addEventListener("scroll", () => this.#hide(), { capture: true, passive: true });
    register({
      id: "quote.selection",
      group: t("Writing"),
      title: t("Quote the selected text"),
      keys: "mod+shift+.",
      available: () => Boolean(selected()),
      run: () => this.#quote(),
    });
  }

  #offer() {
    const range = selected();
    if (!range) return;
    this.#button.showPopover();
    const at = range.getBoundingClientRect();
    const own = this.#button.getBoundingClientRect();
    const above = at.top - own.height - GAP;
    this.#button.style.top = `${Math.round(above > GAP ? above : Math.min(at.bottom + GAP, innerHeight - own.height - GAP))}px`;
    this.#button.style.left = `${Math.round(Math.min(Math.max(GAP, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - GAP))}px`;
  }

  #hide() {
    if (this.#button.matches(":popover-open")) this.#button.hidePopover();
  }

  #quote() {
    if (!selected()) return;
    const words = getSelection().toString().trim().replaceAll(/\n{3,}/g, "\n\n");
    getSelection().removeAllRanges();
    this.#hide();
    this.#composer.quote(words);
  }
}

/** What is selected within the messages, or null. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return null;
  const range = selection.getRangeAt(0);
  const inside = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("#transcript [data-text], #transcript [data-answer], #transcript .reasoning-text");
  return inside(range.startContainer) && inside(range.endContainer) ? range : null;
}
