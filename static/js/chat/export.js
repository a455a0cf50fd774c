/** The dialog that asks in which form a chat is exported; loaded when it is first wanted. */

import { t } from "../i18n.js";
import { Dialog } from "./dialog.js";
import { urls } from "./urls.js";

const dialog = new Dialog({
  id: "take",
  label: t("Export this chat"),
  style: "takeout",
  focus: [".take-forms a"],
  // A download leaves the page where it is: there is nothing more to choose.
  clicked: (event) => event.target.closest(".take-forms a") && dialog.close(),
});

export function openExport(conversation) {
  return dialog.open(urls.take(conversation));
}
