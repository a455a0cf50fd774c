/** Another answer with settings of its own: a form like the panel's, for this one answer. */

import { t } from "../i18n.js";
import { Dialog } from "./dialog.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was asked. What you set is kept; try again.");

/** Ask which settings, then for the answer beside that of `message`. */
export function answerOtherwise(message, page) {
  const ask = async (form) => {
    const response = await dialog.post(form, { url: urls.other(message), lost: NO_CONNECTION });
    if (!response) return;
    const answer = await response.json();
    dialog.close();
    await page.begun(answer);
  };
  const dialog = new Dialog({
    id: "other",
    label: t("Answer again with other settings"),
    kind: "dialog dialog-wide",
    style: "branches",
    focus: ["input:checked", "input, textarea"],
    submitted: (form) => page.own(ask(form)),
  });
  return dialog.open(urls.otherForm(message));
}
