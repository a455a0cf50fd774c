/** Deleting messages: at once where only one thing can be meant, else after a choice; taken back from where it stood. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { Dialog } from "./dialog.js";
import { SignedOut, elementsOf, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NO_CONNECTION = t("No connection: nothing was deleted. Try again.");

const asked = new Set(); // messages of which it is being asked what is to go

/** Delete the message of `article`, or what is chosen with it. */
export async function remove(article, page) {
  const { message } = article.dataset;
  if (asked.has(message)) return;
  asked.add(message);
  try {
    const response = await get(urls.removeForm(message));
    if (!response.ok) throw new TypeError();
    const html = await response.text();
    const scopes = [...elementsOf(html).querySelectorAll("[data-scope]")].map((choice) => choice.dataset.scope);
    if (scopes.length < 2) {
      await page.own(take(article, scopes[0] ?? "message", page));
      return;
    }
    const dialog = new Dialog({
      id: "remove",
      label: t("Delete this message"),
      style: "branches",
      clicked: (event) => {
        const choice = event.target.closest("[data-scope]");
        if (!choice) return;
        dialog.close();
        page.own(take(article, choice.dataset.scope, page));
      },
    });
    await dialog.show(html);
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
  } finally {
    asked.delete(message);
  }
}

async function take(article, scope, page) {
  const { message } = article.dataset;
  // Where it stood, whatever is drawn anew or deleted beside it before the note can stand there.
  const place = document.createComment("");
  article.before(place);
  try {
    const response = await post(urls.removeMessage(message), { scope });
    if (!response.ok) {
      place.remove();
      toast(await sentenceOf(response, t("The server refused. Try again.")));
      return;
    }
  } catch (error) {
    place.remove();
    if (!(error instanceof SignedOut)) toast(NO_CONNECTION);
    return;
  }
  const after = article.nextElementSibling?.dataset.message;
  await page.changed(message);
  if (scope === "answers" && after) await page.changed(after);
  const note = noteFor(message, page);
  place.replaceWith(note); // nowhere, if another chat is shown by now
  const close = toast(t("Deleted."), { action: t("Undo"), seconds: 10, onAction: () => page.own(restore(message, note, page)) });
  note.addEventListener("click", close, { once: true });
  if (document.activeElement === document.body) note.querySelector("button").focus({ preventScroll: true });
}

/** Stands where the message stood, as long as the page shows this chat. */
function noteFor(message, page) {
  const note = document.createElement("p");
  note.className = "removed-note";
  note.dataset.of = message;
  const words = document.createElement("span");
  words.textContent = t("Deleted here.");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = t("Restore");
  button.addEventListener("click", () => page.own(restore(message, note, page)));
  note.append(words, button);
  return note;
}

async function restore(message, note, page) {
  try {
    const response = await post(urls.restoreMessage(message));
    if (!response.ok) return toast(await sentenceOf(response, t("It could not be restored. Try again.")));
    note.remove();
    await page.changed(message);
    announce(t("Restored"));
    const article = document.getElementById(`m-${message}`);
    if (!article) return page.open(location.pathname); // further up than what is compared
    article.scrollIntoView({ block: "nearest" });
    article.querySelector('[data-do="menu"]')?.focus({ preventScroll: true });
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(t("No connection: it is still deleted. Restore it again."));
  }
  return undefined;
}
