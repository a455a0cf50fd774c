// Brings a piece of the page up to date by the smallest change: what is the same stays the same node, so that
// selections, focus and scroll positions inside it survive and the browser lays out only what changed.

/**
 * Makes the children of `host`, from index `from` on, equal to `fresh` (nodes, which may be moved into the page).
 */
export function patchChildren(host, fresh, from = 0) {
  let old = host.childNodes[from] ?? null;
  for (const node of fresh) {
    if (!old) {
      host.append(node);
      continue;
    }
    const next = old.nextSibling;
    if (!morph(old, node)) old.replaceWith(node);
    old = next;
  }
  while (old) {
    const next = old.nextSibling;
    old.remove();
    old = next;
  }
}

/** Turns `old` into `node` if they are of one kind; false if it has to be replaced. */
function morph(old, node) {
  if (old.nodeName !== node.nodeName) return false;
  if (old.nodeType === Node.TEXT_NODE) {
    if (node.data.startsWith(old.data)) old.appendData(node.data.slice(old.length));
    else old.data = node.data;
    return true;
  }
  if (!sameAttributes(old, node)) return false;
  patchChildren(old, [...node.childNodes]);
  return true;
}

function sameAttributes(a, b) {
  return a.attributes.length === b.attributes.length && [...b.attributes].every((x) => a.getAttribute(x.name) === x.value);
}
