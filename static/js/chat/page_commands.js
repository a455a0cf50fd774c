/** The commands of the page itself: each presses what is on the page, so that there is one way to do a thing. */

import { t } from "../i18n.js";
import { register } from "./commands.js";

const within = (selector) => document.querySelector(selector);
const press = (element) => element?.click();
const lastOf = (selector) => [...document.querySelectorAll(`#transcript ${selector}`)].at(-1);
const lastAnswer = (part = "") => lastOf(`article[data-role="assistant"] ${part}`.trim());
const offer = () => [...document.querySelectorAll("#toasts button")].at(-1);
const isReady = (button) => Boolean(button) && !button.disabled && !button.closest("[hidden]");

/** `composer` and `transcript` of the page. */
export function registerPageCommands({ composer, transcript }) {
  const retry = () => lastAnswer('[data-do="retry"]');
  const goOn = () => lastAnswer('[data-do="way"][data-way="continue"]');
  const code = () => lastAnswer(".code-copy");
  const copy = () => lastAnswer('[data-do="copy"]');
  const thumb = (which) => lastAnswer(`[data-do="thumb-${which}"]`);
  register(
    { id: "chat.new", group: t("Chats"), title: t("New chat"), keys: "mod+shift+o", slash: "new", run: () => press(within("#new-chat")) },
    {
      id: "sidebar.toggle",
      group: t("Chats"),
      title: t("Show or hide the conversations"),
      keys: "mod+shift+s",
      run: () => press([within("#sidebar-toggle"), within("#sidebar-close")].find((button) => button?.offsetParent)),
    },
    {
      id: "settings.open",
      group: t("This chat"),
      title: t("Settings of this chat"),
      keys: "mod+shift+i",
      slash: "settings",
      run: () => press(within("#panel-toggle")),
    },
    { id: "composer.focus", group: t("Writing"), title: t("Go to the message box"), keys: "shift+escape", run: () => within("#composer-text").focus() },
    {
      id: "question.edit",
      group: t("Writing"),
      title: t("Edit the last question"),
      available: () => Boolean(lastOf('[data-do="queued-edit"], article[data-role="user"] [data-do="edit"]')),
      run: () => press(lastOf('[data-do="queued-edit"], article[data-role="user"] [data-do="edit"]')),
    },
    {
      id: "answer.retry",
      group: t("Answers"),
      title: t("Answer again"),
      slash: "regenerate",
      available: () => isReady(retry()) && !transcript.live,
      run: () => press(retry()),
    },
    {
      id: "answer.continue",
      group: t("Answers"),
      title: t("Continue the answer that was cut off"),
      slash: "continue",
      available: () => isReady(goOn()),
      run: () => press(goOn()),
    },
    {
      id: "answer.stop",
      group: t("Answers"),
      title: t("Stop the answer"),
      slash: "stop",
      available: () => Boolean(transcript.live),
      run: () => composer.stop(),
    },
    {
      id: "answer.copy",
      group: t("Answers"),
      title: t("Copy the last answer"),
      keys: "mod+shift+c",
      available: () => isReady(copy()),
      run: () => press(copy()),
    },
    {
      id: "answer.good",
      group: t("Answers"),
      title: t("Rate the last answer as good"),
      available: () => isReady(thumb("up")) && !transcript.live,
      run: () => press(thumb("up")),
    },
    {
      id: "answer.bad",
      group: t("Answers"),
      title: t("Rate the last answer as bad"),
      available: () => isReady(thumb("down")) && !transcript.live,
      run: () => press(thumb("down")),
    },
    {
      id: "code.copy",
      group: t("Answers"),
      title: t("Copy the last code block"),
      keys: "mod+shift+;",
      available: () => Boolean(code()),
      run: () => press(code()),
    },
    { id: "notice.act", group: t("Reading"), title: t("Undo, or what else the last notice offers"), keys: "z", available: () => Boolean(offer()), run: () => press(offer()) },
    { id: "message.next", group: t("Reading"), title: t("Next message"), keys: "j", run: () => step(1) },
    { id: "message.previous", group: t("Reading"), title: t("Previous message"), keys: "k", run: () => step(-1) },
    { id: "transcript.end", group: t("Reading"), title: t("Go to the end"), keys: "mod+shift+arrowdown", run: () => press(within("#jump")) },
  );
}

/** From message to message; from outside, to the last one. */
function step(by) {
  const articles = [...document.querySelectorAll("#transcript article[data-message]")];
  const here = articles.indexOf(document.activeElement?.closest?.("article[data-message]"));
  const next = articles.at(here < 0 ? -1 : Math.min(Math.max(here + by, 0), articles.length - 1));
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

