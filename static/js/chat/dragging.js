/**
 * Chats dragged with the mouse onto a folder, or out of theirs. The browser does the dragging: the picture at the
 * pointer, scrolling at the edges of the list, Escape. Fingers scroll here, and keys have the menu of the row.
 */

import { tn } from "../i18n.js";

const PLACES = ".shelf[data-folder], .shelf-recent";

const coarse = matchMedia("(pointer: coarse)");

export class Dragging {
  #rows;
  #onDrop;
  #dragged = null; // { rows, from: keys of the places they lie in }

  /** `onDrop(rows, folder)`: these rows were let go on a folder (its key), or on what lies in none (""). */
  constructor({ rows, onDrop }) {
    this.#rows = rows;
    this.#onDrop = onDrop;
    const { element } = rows;
    element.addEventListener("dragstart", (event) => this.#start(event));
    element.addEventListener("dragover", (event) => this.#over(event));
    element.addEventListener("dragleave", (event) => !element.contains(event.relatedTarget) && this.#mark(null));
    element.addEventListener("drop", (event) => this.#drop(event));
    document.addEventListener("dragend", () => this.#end());
    // The row may have been drawn anew meanwhile: then nobody hears its dragend. No pointer moves while one drags.
    document.addEventListener("pointermove", () => this.#dragged && this.#end());
  }

  #start(event) {
    const row = event.target.closest?.(".row-link")?.closest(".row");
    if (!row || coarse.matches || this.#rows.view) return; // the other lists have no folders
    const rows = this.#together(row);
    this.#dragged = { rows, from: new Set(rows.map((one) => keyOf(one.closest(PLACES)))) };
    event.dataTransfer.effectAllowed = "all"; // outside of the list it is a link, as ever
    if (rows.length > 1) this.#picture(event.dataTransfer, rows.length);
    // A page that changes its layout within dragstart ends the drag.
    setTimeout(() => {
      if (!this.#dragged) return;
      for (const one of rows) one.classList.add("is-dragged");
      for (const place of this.#rows.element.querySelectorAll(PLACES)) place.classList.toggle("is-drop-offer", this.#takes(place));
    });
  }

  /** All that are ticked, if the row is one of them. */
  #together(row) {
    const isTicked = (one) => one.querySelector(".row-check").checked;
    return isTicked(row) ? this.#rows.all().filter(isTicked) : [row];
  }

  #picture(transfer, count) {
    const label = document.createElement("div");
    label.className = "drag-picture";
    label.textContent = tn("%(n)s chat selected", "%(n)s chats selected", count);
    document.body.append(label);
    transfer.setDragImage(label, 0, 0);
    setTimeout(() => label.remove());
  }

  #over(event) {
    if (!this.#dragged) return;
    const place = this.#placeAt(event.target);
    this.#mark(place);
    if (!place) return;
    event.preventDefault(); // it may be let go here
    event.dataTransfer.dropEffect = "move";
  }

  #drop(event) {
    const place = this.#dragged && this.#placeAt(event.target);
    if (!place) return;
    event.preventDefault();
    const { rows } = this.#dragged;
    this.#end();
    this.#onDrop(rows, keyOf(place));
  }

  /** The folder, or the chats in none, at `target`; null where nothing would change. */
  #placeAt(target) {
    const place = (target.closest ? target : target.parentElement)?.closest(PLACES);
    return place && this.#takes(place) ? place : null;
  }

  /** Whether something of what is dragged lies elsewhere. */
  #takes(place) {
    const { from } = this.#dragged;
    return from.size > 1 || !from.has(keyOf(place));
  }

  #mark(place) {
    const old = this.#rows.element.querySelector(".is-drop-place");
    if (old === place) return;
    old?.classList.remove("is-drop-place");
    place?.classList.add("is-drop-place");
  }

  #end() {
    if (!this.#dragged) return;
    for (const row of this.#dragged.rows) row.classList.remove("is-dragged");
    this.#dragged = null;
    for (const place of this.#rows.element.querySelectorAll(PLACES)) place.classList.remove("is-drop-offer");
    this.#mark(null);
  }
}

/** The folder's, "" for the chats in none; null for what is pinned, which may lie in any. */
function keyOf(place) {
  return place && (place.dataset.folder ?? "");
}
