/** The chip that says why nothing arrives: only when not connected for more than a second. */

import { t } from "../i18n.js";

const WORDS = {
  lost: t(t("Reconnecting…")),
  offline: t("Offline. Your text is kept."),
  restarting: t("The server is restarting. Reconnecting…"),
  signedout: t("You are signed out."),
  refused: t("This page may not connect to the server."),
  flooding: t("Too many messages from this tab. Waiting a moment…"),
};

export class Connection {
  #chip = document.getElementById("connection");
  #timer = null;

  /** `state` is one of Socket's: open, or a key of WORDS. */
  show(state) {
    clearTimeout(this.#timer);
    if (state === "open") {
      this.#chip.hidden = true;
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
