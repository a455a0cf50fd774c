/**
 * Words typed to change a question or a summary, or into feedback, neither saved nor given up: kept on this device
 * (shelf.js), so that neither another chat nor a reload loses them. `place` says what they would change:
 * "question:ID", "summary:ID", "feedback:ID".
 */

const shelf = import("./shelf.js");
const user = document.getElementById("app").dataset.user;
const words = new Map(); // place → text
const unkept = new Set(); // places whose words this page alone has

shelf.catch(() => {});
// Only the browser itself can ask, and only when words would be lost.
addEventListener("beforeunload", (event) => unkept.size && event.preventDefault());

/** Resolves when what an earlier page kept is known. */
export const known = shelf
  .then(({ keptEdits }) => keptEdits(user))
  .then((all) => {
    for (const { place, text } of all) if (!words.has(place)) words.set(place, text);
  })
  .catch(() => {});

export const typedFor = (place) => words.get(place);

export function typed(place, text) {
  words.set(place, text);
  unkept.add(place);
  shelf
    .then(({ keepEdit }) => keepEdit({ user, place, text, at: Date.now() }))
    .then(() => words.get(place) === text && unkept.delete(place))
    .catch(() => {});
}

/** Saved, given up, or what stood there before. */
export function over(place) {
  unkept.delete(place);
  if (!words.delete(place)) return;
  shelf.then(({ forgetEdit }) => forgetEdit(place)).catch(() => {});
}
