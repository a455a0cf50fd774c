/**
 * Keys to commands. The defaults stand with the commands; what the member has changed comes with the page and is
 * kept by the server.
 */

import { t } from "../i18n.js";
import { all, run } from "./commands.js";
import { isText, spellings } from "./keys.js";
import { post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

const SHEET = "help.shortcuts";
const app = () => document.getElementById("app");

export class Shortcuts {
  #chosen; // { off, keys: { command id: spelling, "" for none } }

  constructor() {
    this.#chosen = { off: false, keys: {}, ...JSON.parse(app().dataset.shortcuts || "{}") };
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  get isOff() {
    return this.#chosen.off;
  }

  /** The combination of a command, "" if it has none. */
  of(command) {
    return this.#chosen.keys[command.id] ?? command.keys;
  }

  /** The command that has this combination, if any. */
  owner(spelling) {
    return all().find((command) => this.of(command) === spelling);
  }

  /**
   * Give a command other keys; null brings the delivered ones back. Whoever had them loses them. Resolves to ""
   * when the server has kept it, to a sentence when not.
   */
  change(command, spelling) {
    const keys = { ...this.#chosen.keys };
    const before = spelling && this.owner(spelling);
    if (before && before.id !== command.id) keys[before.id] = "";
    if (spelling === null || spelling === command.keys) delete keys[command.id];
    else keys[command.id] = spelling;
    return this.#keep({ ...this.#chosen, keys });
  }

  switchOff(off) {
    return this.#keep({ ...this.#chosen, off });
  }

  reset() {
    return this.#keep({ off: false, keys: {} });
  }

  async #keep(chosen) {
    try {
      const response = await post(urls.shortcuts, { shortcuts: JSON.stringify(chosen) });
      if (!response.ok) return await sentenceOf(response, t("The server did not keep it. Try again."));
    } catch {
      return t("No connection: nothing was changed. Try again.");
    }
    this.#chosen = chosen;
    app().dataset.shortcuts = JSON.stringify(chosen);
    return "";
  }

  #pressed(event) {
    if (event.defaultPrevented || event.repeat) return;
    const found = spellings(event);
    const command = this.#meant(found, event.target);
    // A dialog that covers the page has keys of its own. Asked last, because it means to look through the whole page.
    if (!command || document.querySelector(":modal") || !run(command.id)) return;
    event.preventDefault();
  }

  #meant(found, target) {
    // Single letters are keys of the page only where nobody writes and no menu waits for its arrows.
    const isBusy = target.closest?.("input, textarea, select, [contenteditable], [popover]:popover-open");
    for (const spelling of found) {
      if (isBusy && isText(spelling)) continue;
      // The sheet opens even if shortcuts are off: there they are switched on again.
      const command = spelling === "?" ? all().find(({ id }) => id === SHEET) : !this.isOff && this.owner(spelling);
      if (command) return command;
    }
    return undefined;
  }
}
