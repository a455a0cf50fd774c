/**
 * Questions that the server has not accepted yet, kept on this device (IndexedDB) until it has: a reload, a crash or
 * a day without network loses none. They are one member's: another one who signs in here erases them, and so does
 * signing out (theme.js). Every promise rejects where the browser keeps nothing; the page then holds them alone.
 */

const NAME = "outbox";
const STORE = "letters";

let opening = null;
let isShut = false;

/** `letter`: plain data with `ask`, its id. Kept anew, it replaces what was kept. */
export function keep(letter) {
  return inStore("readwrite", (store) => store.put(letter));
}

export function forget(ask) {
  return inStore("readwrite", (store) => store.delete(ask));
}

/** Whether it is still kept: if not, another tab has sent or removed it. */
export async function has(ask) {
  return Boolean(await inStore("readonly", (store) => store.count(ask)));
}

/** The letters of `user`, oldest first; those of anybody else are erased. */
export async function kept(user) {
  if (indexedDB.databases && !(await indexedDB.databases()).some(({ name }) => name === NAME)) return [];
  const all = await inStore("readonly", (store) => store.getAll());
  for (const letter of all) if (letter.user !== user) await forget(letter.ask);
  return all.filter((letter) => letter.user === user).sort((a, b) => a.at - b.at);
}

/** Signed out: nothing stays, nothing more is kept by this page. */
export function shut() {
  isShut = true;
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = resolve;
  });
}

async function inStore(mode, deed) {
  if (isShut) throw new Error("signed out");
  const base = await (opening ??= open());
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(STORE, mode);
    const request = deed(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "ask" });
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
