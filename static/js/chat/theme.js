/** What every page does: tell where it is, hear the theme switch, which tells the server, and signing out. */

import { post } from "./net.js";

// For the next page: it tells the times by this clock (chatapp/accounts/zone.py).
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone && !document.cookie.split("; ").includes(`zone=${timeZone}`)) {
  document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
}

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
