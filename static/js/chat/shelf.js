/**
 * Questions and edits that the server has not accepted yet, kept on this device (IndexedDB) until it has: a reload, a crash or
 * a day without network loses none. They are one member's: another one who signs in here erases them, and so does
 * signing out (theme.js). Every promise rejects where the browser keeps nothing; the page then holds them alone.
 */

const NAME = "outbox";
const LETTERS = "letters";
const EDITS = "edits";
const OLDEST = 30 * 24 * 3600 * 1000; // ms after which an edit that nobody came back to is erased

let opening = null;
let isShut = false;

/** `letter`: plain data with `ask`, its id. Kept anew, it replaces what was kept. */
export function keep(letter) {
  return inStore(LETTERS, "readwrite", (store) => store.put(letter));
}

export function forget(ask) {
  return inStore(LETTERS, "readwrite", (store) => store.delete(ask));
}

/** Whether it is still kept: if not, another tab has sent or removed it. */
export async function has(ask) {
  return Boolean(await inStore(LETTERS, "readonly", (store) => store.count(ask)));
}

/** The letters of `user`, oldest first; those of anybody else are erased. */
export async function kept(user) {
  const all = await allOf(LETTERS);
  for (const letter of all) if (letter.user !== user) await forget(letter.ask);
  return all.filter((letter) => letter.user === user).sort((a, b) => a.at - b.at);
}

/** `edit`: { user, place, text, at }; kept anew, it replaces what was kept for that place. */
export function keepEdit(edit) {
  return inStore(EDITS, "readwrite", (store) => store.put(edit));
}

export function forgetEdit(place) {
  return inStore(EDITS, "readwrite", (store) => store.delete(place));
}

/** The edits of `user`; those of anybody else, and those of long ago, are erased. */
export async function keptEdits(user) {
  const isHeld = (edit) => edit.user === user && edit.at > Date.now() - OLDEST;
  const all = await allOf(EDITS);
  for (const edit of all) if (!isHeld(edit)) await forgetEdit(edit.place);
  return all.filter(isHeld);
}

/** Signed out: nothing stays, nothing more is kept by this page. */
export function shut() {
  isShut = true;
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = resolve;
  });
}

async function allOf(name) {
  if (indexedDB.databases && !(await indexedDB.databases()).some((base) => base.name === NAME)) return [];
  return inStore(name, "readonly", (store) => store.getAll());
}

async function inStore(name, mode, deed) {
  if (isShut) throw new Error("signed out");
  const base = await (opening ??= open());
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(name, mode);
    const request = deed(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore(LETTERS, { keyPath: "ask" });
      request.result.createObjectStore(EDITS, { keyPath: "place" });
    };
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
    request.onsuccess = () => {
      // Another tab erases it, or the browser has: the next use opens it anew.
      request.result.onversionchange = () => {
        request.result.close();
        opening = null;
      };
      request.result.onclose = () => (opening = null);
      resolve(request.result);
    };
  }).catch((error) => {
    opening = null;
    throw error;
  });
}
