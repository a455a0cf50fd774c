/**
 * A message that is drawn anew, or gives way to another version of it, keeps the focus: on the button that does the
 * same, or on the message where there is none to press (its answer is being written, say).
 */

/** Do `change` to the messages of `box`. Where one is gone without a successor, whoever took it away says what is next. */
export function keepFocus(box, change) {
  const articles = () => [...box.querySelectorAll("article[data-message]")];
  const focused = document.activeElement;
  const held = focused?.closest("article[data-message]");
  const before = articles();
  const place = before.indexOf(held);
  const deed = { ...focused?.dataset };
  change();
  if (place < 0 || (focused.isConnected && document.activeElement === focused && isSeen(focused))) return;
  if (document.activeElement !== document.body && document.activeElement !== focused) return; // somebody has taken it
  const now = held.isConnected ? held : articles()[place];
  if (now && (now === held || !before.includes(now))) focusOn(now, deed);
}

function focusOn(article, { do: name, way, compact }) {
  const buttons = [...article.querySelectorAll("button")].filter((button) => !button.disabled && isSeen(button));
  const same = buttons.filter(({ dataset }) => (name && dataset.do === name) || (compact && dataset.compact === compact));
  const target = same.find((button) => button.dataset.way === way) ?? same[0] ?? article;
  if (target === article) article.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
