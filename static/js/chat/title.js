/** The title in the header, changed in its place. */

import { toast } from "./announce.js";
import { isComposing } from "./keys.js";
import { rename } from "./rename.js";

/** Change the title where it stands: `button` holds it. */
export function renameTitle(button, conversation) {
  const text = button.querySelector(".title-text");
  const input = document.createElement("input");
  input.className = "title-input";
  input.value = text.textContent.trim();
  input.maxLength = 200;
  input.dir = "auto";
  input.setAttribute("aria-label", "Title of this chat");
  button.hidden = true;
  button.after(input);
  input.focus();
  input.select();
  let over = false;
  const end = async (save) => {
    if (over) return;
    over = true;
    const words = input.value.trim();
    const before = text.textContent;
    const hadFocus = document.activeElement === input;
    input.remove();
    button.hidden = false;
    if (hadFocus) button.focus();
    if (!save || !words || words === before.trim()) return;
    text.textContent = words;
    const failed = await rename(conversation, words);
    if (!failed) return;
    text.textContent = before;
    toast(failed);
  };
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // the button that gets the focus back must not take it for a click
    end(event.key === "Enter");
  });
  input.addEventListener("blur", () => end(true));
}
