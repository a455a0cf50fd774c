"""A person with a keyboard and nothing else."""

from playwright.sync_api import Locator, Page, expect

MOST = 200  # presses of Tab; more would be no way to get anywhere

STATE = """(element) => {
  const at = document.activeElement;
  if (at === element) return at.matches(":focus-visible") ? "there" : "unseen";
  return at && at !== document.body ? "elsewhere" : "nowhere";
}"""

# A document that has just come has the focus nowhere, and that is as it should be.
IS_NEW = "() => !window.seenByKeyboard && (window.seenByKeyboard = true)"


class Keyboard:
    """Every step is a key. Whoever is on the way to something must see where they are, and must not be dropped."""

    def __init__(self, page: Page):
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def to(self, target: Locator, *, back: bool = False) -> Locator:
        """Tab (or Shift+Tab) until `target` has the focus."""
        expect(target).to_be_visible()
        self.kept()
        for _ in range(MOST):
            state = target.evaluate(STATE)
            assert state != "unseen", f"{target} has the focus, and nothing shows it"
            if state == "there":
                return target
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{MOST} presses of Tab do not lead to {target}")

    def do(self, target: Locator, *, back: bool = False) -> None:
        """Go to a button or link and press it."""
        self.to(target, back=back)
        self.press("Enter")

    def choose(self, opener: Locator, item: str, *, back: bool = False) -> None:
        """Open a menu and go to an item by the arrows."""
        self.do(opener, back=back)
        wanted = self.page.get_by_role("menuitem", name=item, exact=True)
        expect(wanted).to_be_visible()
        for _ in range(30):
            if wanted.evaluate(STATE) == "there":
                break
            self.press("ArrowDown")
        expect(wanted).to_be_focused()
        self.press("Enter")

    def kept(self) -> None:
        """The focus was not lost by what was done last."""
        if not self.page.evaluate(IS_NEW):
            self.page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")
