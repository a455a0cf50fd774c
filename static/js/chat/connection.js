/** The chip that says why nothing arrives: only when not connected for more than a second. */

import { t } from "../i18n.js";

const WORDS = {
  lost: t("Reconnecting…"),
  offline: t("Offline. Your text is kept."),
  restarting: t("The server is restarting. Reconnecting…"),
  signedout: t("You are signed out."),
  refused: t("This page may not connect to the server."),
  flooding: t("Too many messages from this tab. Waiting a moment…"),
};

/** Why the server can store nothing: it paints no word of an answer before that. */
const HELD = {
  disk: t("The server’s disk is full or cannot be written to. Answers wait; what you see is stored."),
  away: t("The server’s database does not answer. Answers wait; what you see is stored."),
};

export class Connection {
  #chip = document.getElementById("connection");
  #timer = null;
  #held = null;

  /** Connected, but `why` nothing can be stored: a key of HELD, null once it can be. */
  held(why) {
    if (why && why === this.#held) return;
    this.#held = why;
    this.#chip.textContent = HELD[why] ?? "";
    this.#chip.hidden = !why;
  }

  /** `state` is one of Socket's: open, or a key of WORDS. */
  show(state) {
    clearTimeout(this.#timer);
    if (state === "open") {
      this.held(null);
      return;
    }
    const paint = () => {
      this.#chip.textContent = WORDS[state];
      if (state === "signedout") {
        const link = document.createElement("a");
        link.href = signInUrl();
        link.textContent = t("Sign in");
        this.#chip.append(" ", link);
      }
      this.#chip.hidden = false;
    };
    if (this.#chip.hidden) this.#timer = setTimeout(paint, 1000);
    else paint();
  }
}

/** The sign-in page, with the way back to here. */
export function signInUrl() {
  const login = document.getElementById("app")?.dataset.login ?? "/accounts/login/";
  return `${login}?next=${encodeURIComponent(location.pathname)}`;
}
