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

/** Run by id; whether it was there and made sense. */
export function run(id, words = "") {
  const command = commands.get(id);
  if (!command?.available()) return false;
  command.run(words);
  return true;
}
