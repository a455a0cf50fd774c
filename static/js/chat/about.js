/** The receipt of an answer: what was sent for it and what it took. Loaded when it is first wanted. */

import { t } from "../i18n.js";
import { copyText } from "./copy.js";
import { Dialog } from "./dialog.js";
import { urls } from "./urls.js";

/** `copied(button, copying)` says whether what a button copies was copied. */
export function showAbout(message, copied) {
  const dialog = new Dialog({
    id: "about",
    label: t("About this answer"),
    kind: "dialog dialog-wide",
    clicked: (event) => {
      const copy = event.target.closest("[data-copy-from]");
      if (copy) copied(copy, copyText(dialog.element.querySelector(`#${copy.dataset.copyFrom}`).textContent));
    },
  });
  return dialog.open(urls.about(message));
}
