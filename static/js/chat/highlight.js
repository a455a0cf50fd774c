// Colours for finished code: highlight.js, loaded when the first code block needs it. Classes only, no styles.

const LONGEST = 20_000; // characters; beyond, colouring would be one long task

/** Colours `code` (a `<code class="language-…">`); unknown languages and very long code stay as they are. */
export async function highlightCode(code) {
  const language = /^language-(.+)$/.exec(code.className)?.[1];
  const text = code.textContent;
  if (!language || text.length > LONGEST) return;
  const { default: hljs } = await import("../../vendor/highlight-11.12.0.js");
  if (!hljs.getLanguage(language) || code.textContent !== text) return;
  const holder = document.createElement("template");
  holder.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
  if (isOnlySpans(holder.content) && holder.content.textContent === text) code.replaceChildren(holder.content);
}

/** The highlighter escapes what it is given; this is the proof, taken before anything reaches the page. */
function isOnlySpans(fragment) {
  return [...fragment.querySelectorAll("*")].every(
    (element) => element.localName === "span" && element.getAttributeNames().every((name) => name === "class"),
  );
}
