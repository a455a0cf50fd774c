/**
 * The chat page: who tells whom. Every part knows its own duty; the lines between them are all here.
 *
 *   socket ──frames──▶ transcript (painter), sidebar, composer
 *   composer ──asked──▶ transcript ──state──▶ composer, header
 *   htmx swaps #main ──▶ everything that lives in it is adopted again
 */

import { t } from "./i18n.js";
import { Actions } from "./chat/actions.js";
import { Composer } from "./chat/composer.js";
import { Connection, signInUrl } from "./chat/connection.js";
import "./chat/menu.js";
import { announce, toast } from "./chat/announce.js";
import { run } from "./chat/commands.js";
import { Features } from "./chat/features.js";
import { prepare } from "./chat/markdown.js";
import { elementsOf, get, post } from "./chat/net.js";
import { registerPageCommands } from "./chat/page_commands.js";
import { Quote } from "./chat/quote.js";
import { Sidebar } from "./chat/sidebar.js";
import { Socket } from "./chat/socket.js";
import { Transcript } from "./chat/transcript.js";
import { urls } from "./chat/urls.js";

const BRANCHED = t("Another tab or device went on elsewhere in this chat. Both branches are kept: ‹ › at the message leads across.");
const APP = document.title.split(" · ").at(-1);

const main = () => document.getElementById("main");
const current = () => main().dataset.conversation;
const isNew = () => main().hasAttribute("data-new");

let wasConnected = false;
let wasLive = null;

let panel = null; // loaded when it is first opened
let summaries = "";
let wanted = null; // path of a chat that could not be opened for want of a connection

const transcript = new Transcript({
  onState: stateChanged,
  onBranched: () => branched(null),
  onLost: () => show(location.pathname),
  settled: (conversation) => composer.outbox.settled(conversation),
});
const composer = new Composer({
  live: () => transcript.live,
  ready: () => panel?.settled(),
  tip: (bubble) => transcript.tip(bubble),
  onPending: (bubble) => transcript.addPending(bubble),
  onAsked: asked,
  onMeter: (meter, chip) => {
    transcript.markLeftOut(new Set(meter.dataset.leftOut.split(" ")));
    if (chip) promptMoved(chip);
  },
});
const sidebar = new Sidebar({
  current: () => (isNew() ? null : current()), // a new chat is not stored: no row is it, and it cannot be gone
  onRow: rowCame,
  onTitle: showTitle,
  onGone: openNew,
  onExport: (conversation) => features.export(conversation),
  show,
});
const page = { main, current, isNew, begun, changed, own: (deed) => transcript.own(deed), open: show };
new Actions(page);
const connection = new Connection();
const socket = new Socket({
  onFrame: frameCame,
  onState: connectionChanged,
  onSignedOut: signedOut,
  onRefused: () => get(urls.rows).catch(() => {}), // if we are signed out, this finds it out
});
document.addEventListener("signedout", signedOut);

registerPageCommands({ composer, transcript });
new Quote({ composer });
const features = new Features({ ...page, closeDrawer: () => sidebar.closeDrawer(), fill: (words) => composer.fill(words), prompted });

// Any button of the page may stand for a command.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-command]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  run(button.dataset.command);
});

adopt();
composer.outbox.restore().then((found) => {
  if (!found) return;
  if (isNew() && composer.outbox.lostNew) adopt(); // its first question's chat takes the place of the empty one
  else composer.showUnsent();
  composer.outbox.retryAll();
});

// From the library: /?prompt=NAME begins a chat with it.
const wished = isNew() && new URLSearchParams(location.search).get("prompt");
if (wished) {
  history.replaceState({ htmx: true }, "", "/");
  features.prompt(wished);
}

/** A page was drawn: the first one, or another conversation by htmx. */
function adopt() {
  composer.resume(main());
  transcript.adopt(main());
  composer.adopt(main());
  wasLive = liveState();
  summaries = summariesShown();
  showState();
  sidebar.markCurrent();
  panel?.follow();
  socket.watch(isNew() ? null : current());
  markRead();
  features.reopen();
}

function frameCame(frame) {
  const isHere = frame.c === current();
  switch (frame.t) {
    case "grew":
      if (isHere) transcript.grew(frame);
      break;
    case "watching":
      if (isHere) transcript.watching(frame.running);
      break;
    case "turns":
      if (isHere) transcript.refresh();
      break;
    case "visits":
      if (isHere) showVisits().catch(() => {}); // the page has it when it is next drawn
      break;
    case "row":
      sidebar.changed(frame.c);
      break;
    case "lists":
      sidebar.stale();
      break;
    case "draft":
      if (isHere) composer.draftChanged(frame.text);
      break;
    case "held":
      connection.held(frame.why);
      break;
    default: // hello, pong: signs of life, nothing more
  }
}

function connectionChanged(state) {
  connection.show(state);
  if (state !== "open") return;
  composer.retryAll();
  if (wanted) show(wanted);
  if (wasConnected) {
    // What was said meanwhile was said to nobody: look again.
    sidebar.refresh().catch(() => {});
    if (!isNew()) {
      transcript.refresh();
      showVisits().catch(() => {});
    }
  }
  wasConnected = true;
}

/** Off to the sign-in page, unless words would be lost on the way. */
function signedOut() {
  composer.outbox.signedOut();
  if (composer.isSaved) location.assign(signInUrl());
  else connection.show("signedout");
}

/** The server has the question in `bubble`. */
function asked(answer, bubble) {
  if (answer.conversation !== current()) return;
  transcript.stored(bubble, answer.message);
  transcript.begun(answer.reply);
  if (isNew()) opened(answer);
  transcript.refresh();
  if (answer.rival) branched(answer.rival);
}

/** Another tab or device had gone on from the same message: both questions stand, each on its branch. */
function branched(rival) {
  const onAction = () => transcript.own(post(urls.show(rival)).then(() => transcript.refresh())).catch(() => {});
  toast(BRANCHED, rival ? { action: t("Show the other"), onAction, seconds: 15 } : { seconds: 15 });
}

/** The first question made the conversation: the page becomes its page, without being drawn again. */
function opened(answer) {
  main().removeAttribute("data-new");
  main().removeAttribute("data-query");
  for (const gone of document.querySelectorAll("#temporary-toggle, #temporary[hidden]")) gone.remove();
  history.replaceState({ htmx: true }, "", answer.url);
  const title = document.querySelector("[data-rename-title]");
  if (title) title.disabled = false;
  socket.watch(current());
  sidebar.changed(current());
}

/** The open conversation is gone: on to a new one, without leaving the page on which Undo still stands. */
function openNew() {
  show("/");
}

/** Draw the chat at `path` in this page, as a click on its row would. */
function show(path) {
  const how = path === location.pathname ? { replace: path } : { push: path };
  const drawn = window.htmx.ajax("GET", path, { source: "#new-chat", target: "#main", swap: "outerHTML", ...how });
  drawn?.catch(() => {}); // another one came before it
}

/** Another run of an answer has begun. */
function begun(answer) {
  if (answer.conversation !== current()) return undefined;
  transcript.begun(answer.reply);
  return transcript.refresh();
}

function changed(message) {
  composer.refreshMeter().catch(() => {});
  return transcript.changed(message).catch(() => {});
}

/** An answer began or ended here. */
function stateChanged() {
  composer.update();
  showState();
  if (summaries !== (summaries = summariesShown())) {
    features.look();
    composer.refreshMeter().catch(() => {});
  }
  if (wasLive === (wasLive = liveState())) return;
  composer.refreshMeter().catch(() => {});
  markRead();
}

/** What is being written here, and the last answer: one that is short has ended before the page saw it live. */
function liveState() {
  return `${transcript.live} ${transcript.latest}`;
}

function summariesShown() {
  return [...main().querySelectorAll("[data-summary]")].map(({ dataset }) => dataset.summary + dataset.summaryState).join();
}

/** A reviewer opened this chat: say who, when and why. */
async function showVisits() {
  const response = await get(urls.visits(current()));
  const line = response.ok && elementsOf(await response.text()).querySelector("#visits");
  const before = document.getElementById("visits");
  if (!line || before.textContent === line.textContent) return;
  before.replaceWith(line);
  announce(line.textContent.trim().replace(/\s+/g, " "));
}

function showState() {
  const place = document.getElementById("chat-state");
  if (place) place.textContent = transcript.isRunning ? t("answering") : transcript.live ? t("waiting") : "";
}

function markRead() {
  if (isNew() || transcript.live || document.visibilityState !== "visible") return;
  post(urls.read(current())).catch(() => {});
}

function rowCame(row) {
  showTitle(row.querySelector(".row-title").textContent);
  features.follow(row);
}

function showTitle(words) {
  const text = document.querySelector("#chat-title .title-text");
  if (text) text.textContent = words;
  document.title = `${words} · ${APP}`;
}

function settingsSaved(summary) {
  const chip = document.getElementById("settings-summary");
  if (chip && summary) chip.textContent = summary;
  composer.refreshMeter().catch(() => {});
}

/** The chat has another prompt: `chip` is the button that says so. */
function prompted(chip) {
  document.getElementById("prompt-chip")?.replaceWith(chip);
  settingsSaved(chip.dataset.summary);
  panel?.reload();
}

/** Somebody published another version, or rolled one back, and the chat follows: the row below the box says which. */
function promptMoved(chip) {
  const shown = document.getElementById("prompt-chip");
  if (!shown || (shown.textContent === chip.textContent && shown.title === chip.title)) return;
  if (document.querySelector("dialog:modal")) return; // what opened it gets the focus back, so it stays
  const held = shown === document.activeElement;
  shown.replaceWith(chip);
  if (held) chip.focus({ preventScroll: true });
  const summary = document.getElementById("settings-summary");
  if (summary && chip.dataset.summary) summary.textContent = chip.dataset.summary;
  if (!document.getElementById("panel")?.contains(document.activeElement)) panel?.reload();
}

document.addEventListener("visibilitychange", markRead);

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-open-panel], #panel-toggle");
  if (!opener || panel) return; // once it is there, it hears its buttons itself
  try {
    const { Panel } = await import("./chat/panel.js");
    panel ??= new Panel({ current, onSaved: settingsSaved });
    panel.open(opener.dataset.openPanel);
  } catch {
    toast(t("The settings could not be loaded: no connection. Try again."));
  }
});

// Words typed here mean that one stays here, and that an answer is to be expected.
document.addEventListener("input", (event) => {
  if (event.target.id !== "composer-text") return;
  wanted = null;
  prepare();
});

// ── htmx: another conversation, going back, earlier messages ──

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse, xhr } = event.detail;
  if (!["earlier", "later"].includes(target?.id) || xhr.status !== 200) return;
  // Put in by hand, so that what is being read does not move.
  event.detail.shouldSwap = false;
  const fresh = elementsOf(serverResponse);
  const come = [...fresh.children];
  transcript.keep(() => target.replaceWith(fresh));
  // Looking for htmx's attributes in every message takes a frame: only where still more is fetched there are any.
  for (const element of come) if (element.matches(".sentinel")) window.htmx.process(element);
  transcript.adoptNew(come);
  features.reopen();
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "main") return;
  wanted = null;
  composer.flush();
  sidebar.closeDrawer(); // at once, not when the answer is there
});

document.body.addEventListener("htmx:sendError", (event) => {
  const { target, pathInfo } = event.detail;
  if (target?.id !== "main") return;
  wanted = pathInfo.requestPath;
  toast(
    navigator.onLine
      ? t("The server cannot be reached. This chat opens when the connection is back.")
      : t("You are offline. This chat opens when the connection is back."),
  );
});

// Going back while a chat is still loading: that one must not come afterwards.
addEventListener("popstate", () => window.htmx.trigger("#stage", "htmx:abort"));

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "main") return;
  adopt();
  // A finger is not to be met by a keyboard that covers what was just opened.
  if (main().dataset.found) return; // the focus is on what was found
  if (!matchMedia("(pointer: coarse)").matches) document.getElementById("composer-text")?.focus({ preventScroll: true });
});

document.body.addEventListener("htmx:historyRestore", () => adopt());

// A conversation that cannot be fetched this way (gone, signed out, server error) is opened as a page of its own.
document.body.addEventListener("htmx:responseError", (event) => {
  const { target, pathInfo } = event.detail;
  if (target?.id === "main") location.assign(pathInfo.requestPath);
});
