/** The page of all links one has made: its copy buttons. Revoking is a plain form. */

import { copyLink } from "./chat/copylink.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-link]");
  if (button) copyLink(button);
});
