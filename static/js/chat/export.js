/** The dialog that asks in which form a chat is exported; loaded when it is first wanted. */

import { lateStyle } from "./late.js";
import { elementsOf, get } from "./net.js";
import { urls } from "./urls.js";

let dialog = null;

/** Open it for `conversation`; the focus goes back where it was when it closes. */
export async function openExport(conversation) {
  const [response] = await Promise.all([get(urls.take(conversation)), lateStyle("takeout")]);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  dialog ??= made();
  dialog.replaceChildren(elementsOf(await response.text()));
  dialog.showModal();
  dialog.querySelector(".take-forms a").focus();
}

function made() {
  const made = document.createElement("dialog");
  made.className = "dialog";
  made.setAttribute("aria-labelledby", "take-title");
  document.body.append(made);
  made.addEventListener("click", (event) => {
    // A download leaves the page where it is: there is nothing more to choose.
    if (event.target === made || event.target.closest("[data-dialog-close], .take-forms a")) made.close();
  });
  return made;
}
