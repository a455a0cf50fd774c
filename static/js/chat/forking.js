/** Going on from a message in a chat of its own. */

import { t } from "../i18n.js";
import { announce, toast } from "./announce.js";
import { SignedOut, post, sentenceOf } from "./net.js";
import { urls } from "./urls.js";

export async function fork(message, page) {
  try {
    const response = await post(urls.fork(message));
    if (!response.ok) {
      toast(await sentenceOf(response, t("The server refused. Try again.")));
      return;
    }
    page.open((await response.json()).url);
    announce(t("This is the new chat, forked from the other one."));
  } catch (error) {
    if (!(error instanceof SignedOut)) toast(t("No connection: nothing was forked. Try again."));
  }
}
