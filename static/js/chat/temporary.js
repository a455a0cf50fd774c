/** Temporary chats: begun by a switch on the new chat's page, and kept after all. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const QUERY = "?temporary=1";

/** Turn the new chat's page into that of a temporary one, or back. What is typed stays. */
export function toggle(main) {
  const button = document.getElementById("temporary-toggle");
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  document.getElementById("temporary").hidden = !on;
  main.toggleAttribute("data-temporary", on);
  main.dataset.query = on ? QUERY : "";
  main.dataset.sendUrl = main.dataset.sendUrl.replace(/\?.*$/, "") + main.dataset.query;
  history.replaceState(history.state, "", `/${main.dataset.query}`);
  announce(on ? t("This will be a temporary chat.") : t("This will be a chat like the others."));
}

/** The row of the open chat was fetched: its note says when it ends, or goes because it was kept. */
export function follow(row) {
  const note = document.getElementById("temporary");
  if (row.dataset.shelf !== "temporary") drop(note);
  else note.querySelector("[data-expires]").textContent = t("It is erased on %(time)s.", { time: row.dataset.expires });
}

function drop(note) {
  note.closest("main").removeAttribute("data-temporary");
  note.remove();
}

export async function keep(conversation) {
  try {
    const response = await post(urls.keep(conversation));
    if (!response.ok) throw new Error(await sentenceOf(response, t("The chat could not be kept. Try again.")));
    const note = document.getElementById("temporary");
    const hadFocus = note?.contains(document.activeElement);
    if (note) drop(note);
    if (hadFocus) document.getElementById("composer-text")?.focus();
    toast(t("This chat is kept. It stands in your list now."));
  } catch (error) {
    if (error instanceof SignedOut) return;
    toast(error instanceof TypeError ? t("No connection: the chat is still temporary. Try again.") : error.message);
  }
}
