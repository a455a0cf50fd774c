/** The theme switch: changes the page at once and tells the server, which writes it into the next page. */

import { post } from "./net.js";

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.name !== "theme" || !input.closest("#theme-switch")) return;
  document.documentElement.dataset.theme = input.value;
  const url = document.body.dataset.themeUrl;
  if (url) post(url, { theme: input.value }).catch(() => {});
});
