/**
 * What can be done by name. The palette, the slash menu, the shortcuts and their sheet all read this one list;
 * a room adds to it and knows none of them.
 *
 * A command: {
 *   id,                 "chat.new"; never shown
 *   title,              what a person reads
 *   group,              heading in the sheet and the palette
 *   keys = "",          default shortcut, "mod+shift+o" (mod: Ctrl, ⌘ on a Mac); rebindable
 *   slash = "",         name in the slash menu, without the slash
 *   available = yes,    () → whether it makes sense now
 *   takesWords = false, whether words may follow its name in the message box; if not, they make it a question
 *   run,                (words) → the deed; `words` is what was typed after a slash command
 * }
 */

const commands = new Map();
const offers = [];
let known = null; // a promise of all that is offered
const PATIENCE = 2_000; // ms that a slash waits for what others offer

export function register(...more) {
  for (const command of more) {
    commands.set(command.id, { keys: "", slash: "", takesWords: false, available: () => true, ...command });
  }
}

/** In the order of registration. */
export function all() {
  return [...commands.values()];
}

export function available() {
  return all().filter((command) => command.available());
}

/** More for the slash menu, and for it alone: `load()` gives a promise of commands, asked once with the first slash. */
export function offer(load) {
  offers.push(load);
}

/** What is offered; what cannot be had, or not soon, is not there. */
export function offered() {
  known ??= askAll();
  return known;
}

async function askAll() {
  const enough = new Promise((resolve) => setTimeout(() => resolve([]), PATIENCE));
  const found = await Promise.all(offers.map((load) => Promise.race([load().catch(() => []), enough])));
  return found.flat();
}

/** Run by id; whether it was there and made sense. */
export function run(id, words = "") {
  const command = commands.get(id);
  if (!command?.available()) return false;
  command.run(words);
  return true;
}
