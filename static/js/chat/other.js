/** Another answer with settings of its own: a form like the panel's, for this one answer. */

import { toast } from "./announce.js";
import { fill, openDialog } from "./fragment_dialog.js";
import { SignedOut, get, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const NOT_LOADED = "The settings could not be loaded. Try again.";
const NO_CONNECTION = "No connection: nothing was asked. What you set is kept; try again.";

/** Ask which settings, then for the answer beside that of `message`. */
export async function answerOtherwise(message, page) {
  try {
    const response = await get(urls.otherForm(message));
    if (!response.ok) throw new Error();
    const dialog = await openDialog(await response.text(), { wide: true });
    dialog.querySelector("input:checked, input, textarea")?.focus();
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      page.own(submit(dialog, message, page));
    });
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(NOT_LOADED);
  }
}

async function submit(dialog, message, page) {
  const form = dialog.querySelector("form");
  const button = form.querySelector('[type="submit"]');
  if (button.disabled) return;
  button.disabled = true;
  try {
    const response = await post(urls.other(message), new FormData(form));
    const isForm = response.headers.get("Content-Type")?.startsWith("text/html");
    if (response.ok) {
      const answer = await response.json();
      dialog.close();
      await page.begun(answer);
    } else if (response.status === 422 && isForm) {
      await fill(dialog, await response.text());
      dialog.querySelector('[aria-invalid="true"], .has-error input')?.focus();
    } else {
      say(form, await sentenceOf(response, "The server refused. Try again."));
    }
  } catch (error) {
    say(form, error instanceof SignedOut ? "You are signed out." : NO_CONNECTION);
  } finally {
    button.disabled = false;
  }
}

function say(form, words) {
  const place = form.querySelector("[data-problem]");
  place.textContent = words;
  place.hidden = false;
}
