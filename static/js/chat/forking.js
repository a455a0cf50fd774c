/** Going on from a message in a chat of its own. */

import { announce, toast } from "./announce.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

export async function fork(message, page) {
  try {
    const response = await post(urls.fork(message));
    if (!response.ok) {
      toast(await sentenceOf(response, "The server refused. Try again."));
      return;
    }
    page.open((await response.json()).url);
    announce("This is the new chat, forked from the other one.");
  } catch (error) {
    if (!(error instanceof SignedOut)) toast("No connection: nothing was forked. Try again.");
  }
}
