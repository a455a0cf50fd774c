/** The deed behind both places where a chat is renamed. */

import { post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

/** Rename on the server; gives the sentence to show if that failed, else null. */
export async function rename(conversation, title) {
  try {
    const response = await post(urls.rename(conversation), { title });
    return response.ok ? null : await sentenceOf(response, "The title could not be saved. Try again.");
  } catch {
    return "No connection: the title was not changed.";
  }
}
