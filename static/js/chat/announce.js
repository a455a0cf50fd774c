/** What a screen reader is told, and toasts for what is visible nowhere else. */

/** A quiet word: "Answering", "Answer complete". Said when the reader pauses. */
export function announce(words) {
  say("announcer", words);
}

/** An error; said at once. */
export function alertAll(words) {
  say("alerts", words);
}

function say(id, words) {
  const place = document.getElementById(id);
  if (!place) return;
  // The same words twice are only spoken twice if the node was empty in between.
  place.textContent = "";
  setTimeout(() => (place.textContent = words), 60);
}

/**
 * A short message with at most one action; gone after `seconds`, not while it is pointed at or focused.
 * Returns a function that takes it away.
 */
export function toast(words, { action, onAction, seconds = 8 } = {}) {
  const box = document.createElement("div");
  box.className = "toast";
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text);
  let timer;
  const close = () => {
    clearTimeout(timer);
    box.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(close, seconds * 1000);
  };
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.addEventListener("click", () => {
      close();
      onAction();
    });
    box.append(button);
  }
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, wait);
  document.getElementById("toasts").append(box);
  announce(action ? `${words} ${action} is in the list of messages.` : words);
  wait();
  return close;
}
