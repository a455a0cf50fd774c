/** Where the focus was, also when that was drawn anew meanwhile. */

/** Gives what finds `element` again: itself, or what has the same duty in the same place. */
export function whereabouts(element = document.activeElement) {
  const home = element.closest("[id]");
  const duty = Object.entries(element.dataset).map(([name, value]) => `[data-${kebab(name)}="${CSS.escape(value)}"]`);
  return () => {
    if (element.isConnected) return element;
    const place = home && document.getElementById(home.id);
    return home === element ? place : duty.length ? place?.querySelector(duty.join("")) : null;
  };
}

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
