/** The one dialog in which something is asked about chats and folders: its content comes from the server. */

import { lateStyle } from "./late.js";
import { elementsOf, get } from "./net.js";

const dialog = document.getElementById("order");

/** Resolves when the styles of what is loaded later are there: better plain than not at all. */
export function styled() {
  return lateStyle("ordering").catch(() => {});
}

/** Open it with the fragment at `url`; `submitted(form)` and `clicked(button)` get what is done in it. */
export async function openDialog(url, handlers) {
  const [response] = await Promise.all([get(url), styled()]);
  if (!response.ok) throw new TypeError();
  show(elementsOf(await response.text()), handlers);
  return dialog;
}

/** Ask before something that cannot be undone; resolves to whether it is wanted. */
export async function confirmed({ title, words, yes }) {
  await styled();
  const content = elementsOf(`<form class="choose"><div class="dialog-head"><h2 id="order-title"></h2></div>
    <div class="dialog-body"><p></p></div><div class="dialog-foot">
    <button type="button" class="button" data-dialog-close></button><button type="submit" class="button button-danger"></button>
    </div></form>`);
  content.querySelector("h2").textContent = title;
  content.querySelector("p").textContent = words;
  content.querySelector("[data-dialog-close]").textContent = "Cancel";
  content.querySelector("[type=submit]").textContent = yes;
  return new Promise((resolve) => {
    show(content, {
      submitted: () => {
        resolve(true);
        dialog.close();
      },
    });
    dialog.addEventListener("close", () => resolve(false), { once: true });
  });
}

export function closeDialog() {
  dialog.close();
}

/** Put what the server answered in the place of the form. */
export function redraw(html) {
  const name = dialog.querySelector(":focus")?.name;
  dialog.querySelector("form").replaceWith(elementsOf(html));
  (dialog.querySelector("[aria-invalid]") ?? (name && dialog.querySelector(`[name="${name}"]`)))?.focus();
}

/** Say what is wrong beside the field called `name`. */
export function refuse(name, words) {
  const place = dialog.querySelector(`[data-error="${name}"]`);
  const field = dialog.querySelector(`[name="${name}"]:not([type=radio])`);
  if (!place) return false;
  place.textContent = words;
  place.hidden = false;
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
  return true;
}

let now = {};

function show(content, handlers) {
  now = handlers;
  dialog.replaceChildren(content);
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("input:checked, input:not([type=radio]), textarea");
  (first ?? dialog.querySelector("[data-dialog-close].button"))?.focus();
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  now.submitted?.(event.target);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-dialog-close]")) return dialog.close();
  const reset = event.target.closest("[data-reset]");
  if (reset) clear(reset.closest(".field"));
  const button = event.target.closest("button[type=button]");
  if (button) now.clicked?.(button);
  return undefined;
});

function clear(field) {
  for (const input of field.querySelectorAll("input, textarea")) {
    if (input.type === "radio") input.checked = input.value === "";
    else input.value = "";
  }
  field.classList.remove("is-set");
  field.querySelector("input:checked, textarea, input")?.focus();
}
