/** A chat's title, changed where it stands: in the header and in the rows of the sidebar. */

import { t } from "../i18n.js";
import { toast } from "./announce.js";
import { isComposing } from "./keys.js";
import { post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

/**
 * `holder` is what a person pressed (a button, a link) and gives its place to the field; `text` in it shows the title.
 * `className` and `label` are the field's; `onNamed(conversation, title)` is told when the server has it. `words`: what
 * was typed before and could not be saved.
 */
export function rename(conversation, place, words = null) {
  const { holder, text, className, label, onNamed = () => {} } = place;
  const input = document.createElement("input");
  input.className = className;
  input.value = words ?? text.textContent.trim();
  input.maxLength = 200;
  input.dir = "auto";
  input.setAttribute("aria-label", label);
  holder.hidden = true;
  holder.after(input);
  input.focus();
  input.select();
  let isOver = false;
  const end = async (saves) => {
    if (isOver) return;
    isOver = true;
    const title = input.value.trim();
    const before = text.textContent;
    const hadFocus = document.activeElement === input;
    input.remove();
    holder.hidden = false;
    if (hadFocus) holder.focus({ preventScroll: true });
    if (!saves || !title || title === before.trim()) return;
    text.textContent = title;
    const failed = await save(conversation, title);
    if (!failed) return void onNamed(conversation, title);
    text.textContent = before;
    const again = () => holder.isConnected && rename(conversation, place, title);
    toast(failed, { action: t("Edit"), onAction: again, seconds: 15 });
  };
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // what gets the focus back must not take it for a click, nor the drawer close
    event.stopPropagation();
    end(event.key === "Enter");
  });
  input.addEventListener("blur", () => end(true));
}

/** The sentence to show if the server did not take it, else null. */
async function save(conversation, title) {
  try {
    const response = await post(urls.rename(conversation), { title });
    return response.ok ? null : await sentenceOf(response, t("The title could not be saved. Try again."));
  } catch {
    return t("No connection: the title was not changed.");
  }
}
