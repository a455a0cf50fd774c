/** What every page hears: the theme switch, which tells the server for the next page, and signing out. */

import { post } from "./net.js";

// Signing out leaves no word behind, also where the browser does not heed Clear-Site-Data (plain http).
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]") && !event.defaultPrevented) indexedDB.deleteDatabase("outbox");
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.name !== "theme" || !input.closest("#theme-switch")) return;
  document.documentElement.dataset.theme = input.value;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const { scheme } = meta.dataset;
    meta.media = input.value === "system" ? `(prefers-color-scheme: ${scheme})` : input.value === scheme ? "all" : "not all";
  }
  const url = document.body.dataset.themeUrl;
  if (url) post(url, { theme: input.value }).catch(() => {});
});
