/** A page of the reviewer's room is there as long as the right to it, and no second longer than it takes to be told. */

import { signInUrl } from "../chat/connection.js";
import { SignedOut, get } from "../chat/net.js";
import { Socket } from "../chat/socket.js";

const OFTEN = 60_000; // ms between two words that somebody reads here

/** The server closes the socket when the session ends: by a right taken away, by its last day, by signing out. */
export function leaveWhenOver() {
  new Socket({ onFrame: () => {}, onState: () => {}, onSignedOut: leave, onRefused: ask });
  document.addEventListener("signedout", leave);
}

/** What was read is taken away first; then the page goes. */
function leave() {
  document.getElementById("main").replaceChildren();
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
  document.title = document.title.split(" · ").at(-1);
  location.assign(signInUrl());
}

function ask() {
  get(location.pathname).catch(() => {}); // if the session is over, this finds it out
}

/** The visit goes on while somebody reads; nobody there for `minutes` ends it, and the page asks for a reason again. */
export function stay(url, minutes) {
  let active = Date.now();
  let said = Date.now();
  const here = () => (active = Date.now());
  for (const name of ["keydown", "pointermove", "scroll", "touchstart"]) {
    addEventListener(name, here, { passive: true, capture: true });
  }
  setInterval(async () => {
    if (Date.now() - active > minutes * 60_000) location.reload();
    else if (active > said) {
      said = Date.now();
      try {
        const response = await get(url);
        if ([403, 404, 409].includes(response.status)) location.reload();
      } catch (error) {
        if (error instanceof SignedOut) leave();
      }
    }
  }, OFTEN);
}
