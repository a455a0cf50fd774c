/** Copies the address in the field beside a button, and says so on the button. */

import { t } from "../i18n.js";
import { announce } from "./announce.js";
import { copyText } from "./copy.js";

export async function copyLink(button) {
  const field = button.parentElement.querySelector("input");
  if (!(await copyText(field.value))) {
    field.select();
    announce(t("The browser did not let it be copied. It is selected: copy it by hand."));
    return;
  }
  announce(t("Link copied"));
  const use = button.querySelector("use");
  use.setAttribute("href", "#i-check");
  setTimeout(() => use.setAttribute("href", "#i-copy"), 1600);
}
