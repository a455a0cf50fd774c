/** A title, typed in its row of the sidebar. */

import { t } from "../i18n.js";
import { toast } from "./announce.js";
import { isComposing } from "./keys.js";
import { rename } from "./rename.js";

/** Let a person type; `onNamed(conversation, title)` is told when the server has it. */
export function renameRow(row, onNamed) {
  const link = row.querySelector(".row-link");
  const title = row.querySelector(".row-title");
  const input = document.createElement("input");
  input.className = "row-input";
  input.value = title.textContent;
  input.maxLength = 200;
  input.dir = "auto";
  input.setAttribute("aria-label", t("New title"));
  link.hidden = true;
  link.after(input);
  input.focus();
  input.select();
  let over = false;
  const end = async (save) => {
    if (over) return;
    over = true;
    const words = input.value.trim();
    input.remove();
    link.hidden = false;
    link.focus({ preventScroll: true });
    if (!save || !words || words === title.textContent) return;
    const before = title.textContent;
    title.textContent = words;
    const failed = await rename(row.dataset.conversation, words);
    if (failed) {
      title.textContent = before;
      toast(failed);
    } else onNamed(row.dataset.conversation, words);
  };
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // the link that gets the focus back must not be followed, nor the drawer closed
    event.stopPropagation();
    end(event.key === "Enter");
  });
  input.addEventListener("blur", () => end(true));
}
