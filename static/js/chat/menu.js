/**
 * Popovers beside the button that opened them. The browser does the rest: top layer, Escape, light dismiss,
 * and giving the focus back.
 */

const GAP = 4; // px

let placed = null; // the popover that was opened last, and its button

/** Open a shared menu (one per page, not one per row) for `button`; `owner` is marked while it is open. */
export function openMenu(menu, button, owner) {
  if (menu.matches(":popover-open")) menu.hidePopover();
  button.focus({ preventScroll: true });
  menu.showPopover();
  place(menu, button);
  owner.classList.add("is-menu-open");
  button.setAttribute("aria-expanded", "true");
  // The next thing that happens to it is its closing; a later "toggle" would tell of the opening first.
  menu.addEventListener(
    "beforetoggle",
    () => {
      owner.classList.remove("is-menu-open");
      button.setAttribute("aria-expanded", "false");
    },
    { once: true },
  );
  itemsOf(menu)[0]?.focus({ preventScroll: true });
}

/** Below the button if there is room, else above; never out of the window. */
export function place(popover, button) {
  placed = { popover, button };
  const at = button.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const fitsBelow = at.bottom + GAP + size.height <= innerHeight - GAP;
  const top = fitsBelow ? at.bottom + GAP : Math.max(GAP, at.top - GAP - size.height);
  const left = Math.min(Math.max(GAP, at.right - size.width), innerWidth - size.width - GAP);
  popover.style.top = `${Math.round(top)}px`;
  popover.style.left = `${Math.round(left)}px`;
}

// A window that is turned or made narrow moves the button.
addEventListener("resize", () => {
  if (!placed?.popover.matches(":popover-open")) return;
  const { popover, button } = placed;
  if (button.isConnected) place(popover, button);
  else popover.hidePopover();
});

function itemsOf(menu) {
  return [...menu.querySelectorAll('[role="menuitem"], a, button')].filter((item) => !item.hidden && !item.disabled);
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input")) return;
  const items = itemsOf(menu);
  const here = items.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  items.at(next % items.length)?.focus();
  event.preventDefault();
});

// The popovers opened by `popovertarget` place themselves; toggle events do not bubble, so they are captured.
document.addEventListener(
  "toggle",
  (event) => {
    const popover = event.target;
    if (event.newState !== "open" || !popover.classList.contains("popover")) return;
    const button = document.querySelector(`[popovertarget="${popover.id}"]`);
    if (button) place(popover, button);
  },
  true,
);
