// A code block whose closing fence has not come yet: text is appended, nothing is parsed again.

const CHUNK_LINES = 40; // lines in one box: a browser lays a box out again as a whole when its text grows
const CHUNK_CHARACTERS = 4000;

/** Whether `token`, the last of the text so far, is a code block that its text does not close. */
export function isOpenFence(token) {
  if (token.type !== "fence") return false;
  const { content } = token;
  const lines = content.split("\n").length - (content === "" || content.endsWith("\n") ? 1 : 0);
  return token.map[1] - token.map[0] - 1 === lines;
}

export class OpenFence {
  #code;
  #text = null; // the text node that grows
  #lines = 0;
  #pieces = [];
  #held = ""; // a line so far that may become the closing fence
  #midLine = false;
  #indent;
  #closing;
  #mayClose;

  /** `code` is the element painted for `token`; `source` the text of the block so far, with its first line ended. */
  constructor(code, token, source) {
    const head = source.indexOf("\n") + 1;
    const mark = token.markup[0];
    this.#code = code;
    this.#indent = new RegExp(`^ {0,${source.search(/[^ ]/)}}`);
    this.#closing = new RegExp(`^ {0,3}${mark}{${token.markup.length},}[ \\t]*$`);
    this.#mayClose = new RegExp(`^ {0,3}${mark}*[ \\t]*$`);
    this.#pieces.push(source.slice(0, head));
    code.replaceChildren();
    this.#text = null;
    this.take(source.slice(head));
  }

  /** Everything taken that belongs to the block, its first line and closing fence included. */
  get source() {
    return this.#pieces.join("");
  }

  /** Appends `text`. Returns null, or, when the closing fence has come, the text after its line. */
  take(text) {
    let rest = this.#held + text;
    let out = "";
    this.#held = "";
    for (;;) {
      const end = rest.indexOf("\n");
      const line = end < 0 ? rest : rest.slice(0, end);
      if (!this.#midLine && (end < 0 ? this.#mayClose : this.#closing).test(line)) {
        this.#show(out);
        if (end < 0) {
          this.#held = line;
          return null;
        }
        this.#pieces.push(rest.slice(0, end + 1));
        return rest.slice(end + 1);
      }
      const shown = this.#midLine ? line : line.replace(this.#indent, "");
      this.#pieces.push(end < 0 ? line : `${line}\n`);
      this.#midLine = end < 0;
      if (end < 0) {
        this.#show(out + shown);
        return null;
      }
      out += `${shown}\n`;
      this.#lines += 1;
      if (this.#lines >= CHUNK_LINES || out.length >= CHUNK_CHARACTERS) {
        this.#show(out);
        out = "";
        this.#text = null;
      }
      rest = rest.slice(end + 1);
    }
  }

  /** The text has ended: a held line belongs to the block. */
  end() {
    this.#pieces.push(this.#held);
    this.#held = "";
  }

  #show(text) {
    if (!text) return;
    if (!this.#text) {
      const chunk = document.createElement("span");
      chunk.className = "chunk";
      this.#text = chunk.appendChild(document.createTextNode(""));
      this.#code.append(chunk);
      this.#lines = 0;
    }
    this.#text.appendData(text);
  }
}
