/** The page Health: looks again by itself unless that is switched off, and says when the server does not answer. */

import { t } from "../i18n.js";

const checks = document.getElementById("checks");
const stale = document.getElementById("checks-stale");
const goesOn = document.getElementById("checks-go-on");
let asked = false; // by hand

document.getElementById("checks-now").addEventListener("click", () => {
  asked = true;
  checks.dispatchEvent(new Event("look-again"));
});

checks.addEventListener("htmx:beforeRequest", (event) => {
  // Behind another tab nobody looks.
  if (!asked && (!goesOn.checked || document.hidden)) event.preventDefault();
  asked = false;
});

checks.addEventListener("htmx:afterRequest", (event) => {
  const fine = event.detail.successful;
  stale.hidden = fine;
  // Written once: an alert that is written anew is read out anew.
  const words = fine ? "" : t("The server does not answer. What stands above is how it was when it last did.");
  if (stale.textContent !== words) stale.textContent = words;
});
