/**
 * Requests to our own server. One place knows the CSRF token and what a lost session looks like.
 *
 * Nothing here is kept in web storage, and questions not yet sent (shelf.js) only until signing out: after it the
 * browser holds no private word.
 */

import { t } from "../i18n.js";

/** The server no longer knows who we are. The document gets a `signedout` event, so that nobody else need look. */
export class SignedOut extends Error {}

let token = tokenOf(document);

function tokenOf(page) {
  try {
    return JSON.parse(page.body.getAttribute("hx-headers"))["x-csrftoken"] || "";
  } catch {
    return "";
  }
}

/** Signing in again in another tab changes the token: read the new one from the page itself. */
async function renewToken() {
  const response = await get(location.pathname);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = tokenOf(page);
  if (!fresh || fresh === token) return false;
  token = fresh;
  document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": fresh }));
  return true;
}

function check(response) {
  const login = document.getElementById("app")?.dataset.login ?? "/accounts/login/";
  const isOut = response.status === 401 || (response.redirected && new URL(response.url).pathname === login);
  if (!isOut) return response;
  document.dispatchEvent(new Event("signedout"));
  throw new SignedOut();
}

const KEEPALIVE_MOST = 60_000; // bytes; browsers let at most 64 KiB outlive a page

/** Whether a text may be posted with `keepalive`, so that it arrives even if the page is left meanwhile. */
export function isSmall(text) {
  return text.length < KEEPALIVE_MOST && new Blob([text]).size < KEEPALIVE_MOST;
}

const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
const PATIENCE = 20_000; // ms
const SLOWEST = 4; // bytes per ms that a slow line still carries

/** fetch() that gives up on a silent line, with the TypeError of one that is broken. */
async function request(url, options) {
  const most = PATIENCE + (options.body?.length ?? 0) / SLOWEST;
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(most) });
  } catch (error) {
    throw error.name === "TimeoutError" ? new TypeError(t("The server did not answer in time.")) : error;
  }
}

/** GET; throws SignedOut, or TypeError when the network failed or nothing came for long. */
export async function get(url) {
  return check(await request(url, { headers: { "X-Requested-With": "fetch" }, cache: "no-store" }));
}

/**
 * POST form fields (an object or a FormData). `keepalive` lets it outlive the page (at most 64 KiB).
 * Throws SignedOut, or TypeError when the network failed or nothing came for long; any other status is the caller's to read.
 */
export async function post(url, fields = {}, { keepalive = false } = {}) {
  // Encoded here and once: fetch() would do it again, and for its time it must be known how long it is.
  const body = new URLSearchParams(fields instanceof FormData ? fields : Object.entries(fields)).toString();
  const headers = { "Content-Type": FORM, "X-Requested-With": "fetch", Accept: "application/json, text/html" };
  const once = () => request(url, { method: "POST", body, keepalive, headers: { ...headers, "X-CSRFToken": token } });
  let response = check(await once());
  if (response.status === 403 && (await renewToken())) response = check(await once());
  return response;
}

/** The server's plain sentence from a refused answer, or `fallback`. */
export async function sentenceOf(response, fallback) {
  try {
    return (await response.json()).error || fallback;
  } catch {
    return fallback;
  }
}

/** Elements of an HTML fragment, not yet in the page; works for rows and articles alike. */
export function elementsOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
