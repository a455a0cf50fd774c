/**
 * A message that was laid out and is as it stays costs nothing while it is out of sight: .is-settled in transcript.css.
 * Not before: the browser keeps room for it as high as it last was, and without having seen it that would be a guess
 * by which everything moves when it comes into sight.
 */

import { afterwards } from "./enhance.js";

const frame = () => new Promise((done) => requestAnimationFrame(done));

/** To be called for a message that is not being written, whenever it was drawn. */
export function settle(article) {
  afterwards(async () => {
    if (article.classList.contains("is-settled")) return;
    // Its height is remembered when a frame has been drawn with it.
    frame().then(frame).then(() => article.classList.toggle("is-settled", !isWritten(article)));
  });
}

const isWritten = ({ dataset }) => dataset.state === "running" || dataset.state === "queued";
