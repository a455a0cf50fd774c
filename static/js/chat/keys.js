/**
 * Spelling of key combinations: "mod+shift+o", "shift+escape", "j". `mod` is Ctrl, on a Mac ⌘; the order is
 * mod, alt, shift, key.
 */

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph"];
// Names of physical keys, for keyboards whose letters are not Latin and for signs that Shift changes.
const SIGNS = { Semicolon: ";", Quote: "'", Comma: ",", Period: ".", Slash: "/", BracketLeft: "[", BracketRight: "]", Minus: "-", Equal: "=" };

function physical(code) {
  if (/^(Key|Digit)./.test(code)) return code.at(-1).toLowerCase();
  return SIGNS[code] ?? "";
}

function spell(event, key, shift = event.shiftKey) {
  const mod = IS_MAC ? event.metaKey : event.ctrlKey;
  return [mod && "mod", event.altKey && "alt", shift && "shift", key === " " ? "space" : key].filter(Boolean).join("+");
}

/** Whether the key belongs to an input method. 229: Safari ends a composition before it reports its Enter. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * The spellings that this key press answers to, the likeliest first; [] for a bare modifier, a composition, or a
 * modifier that shortcuts do not use.
 */
export function spellings(event) {
  if (isComposing(event) || MODIFIERS.includes(event.key)) return [];
  if (event.getModifierState("AltGraph") || (IS_MAC ? event.ctrlKey : event.metaKey)) return [];
  const key = event.key.toLowerCase();
  const found = [spell(event, key)];
  // A sign that is typed with Shift ("?" here, "/" on a German keyboard) is meant by itself, too.
  if (event.shiftKey && key.length === 1 && !/\p{L}/u.test(key)) found.push(spell(event, key, false));
  const at = physical(event.code);
  // Where the layout has Latin letters, they are what counts, wherever they are.
  if (at && !/^[a-z]$/.test(key)) found.push(spell(event, at));
  return [...new Set(found)];
}

/** Whether the combination is text, or a key that changes text: it must not be caught while somebody writes. */
export function isText(spelling) {
  const changes = /(^|\+)(backspace|delete|home|end|pageup|pagedown|enter|tab|arrow\w+)$/.test(spelling);
  if (changes && !spelling.startsWith("mod+shift+")) return true;
  return !/^(mod|alt)\+/.test(spelling) && /^(shift\+)?(.|space)$/u.test(spelling);
}

const NAMES = {
  mod: IS_MAC ? "⌘" : "Ctrl",
  alt: IS_MAC ? "⌥" : "Alt",
  shift: IS_MAC ? "⇧" : "Shift",
  escape: "Esc",
  backspace: IS_MAC ? "⌫" : "Backspace",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  space: "Space",
};

/** The parts as they stand on the keys: ["Ctrl", "Shift", "O"]. */
export function parts(spelling) {
  const cut = spelling.split("+").filter(Boolean);
  if (spelling.endsWith("+")) cut.push("+");
  return cut.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part[0].toUpperCase() + part.slice(1)));
}
