/** A dialog whose content the server writes. Escape, the backdrop and [data-dialog-close] close it. */

import { sheet } from "./late.js";
import { elementsOf } from "./net.js";

/** Show `html` in a dialog of its own; its first heading names it. Gone from the page when it is closed. */
export async function openDialog(html, { wide = false } = {}) {
  const dialog = document.createElement("dialog");
  dialog.className = wide ? "dialog dialog-wide" : "dialog";
  const back = document.activeElement;
  document.body.append(dialog);
  await fill(dialog, html);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (document.activeElement === document.body && back?.isConnected) back.focus({ preventScroll: true });
  });
  dialog.showModal();
  return dialog;
}

/** Put `html` into the dialog, its stylesheet first, so that nothing is seen undressed. */
export async function fill(dialog, html) {
  const content = elementsOf(html);
  const link = content.querySelector('link[rel="stylesheet"]');
  link?.remove();
  // A dialog without its dress is better than none.
  if (link) await sheet(link.getAttribute("href")).catch(() => {});
  dialog.replaceChildren(content);
  const heading = dialog.querySelector("h2[id]");
  if (heading) dialog.setAttribute("aria-labelledby", heading.id);
}
