// The last word on what streamed Markdown may put into the page: the browser's copy of the allow-list in
// chatapp/conversations/rendering.py. class, rel and target are checked by value, so that no answer can borrow the
// look or the behaviour of the app (htmx would obey hx-* attributes).

import DOMPurify from "../../vendor/dompurify-3.4.18.js";

const TAGS = [
  "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote",
  "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "div", "#text",
];

const anything = /^/;
const ALIGN = /^(?:left|center|right)$/;
const ATTRIBUTES = {
  A: {
    href: /^(?:https?|mailto):/i,
    title: anything,
    rel: /^noopener noreferrer nofollow$/,
    target: /^_blank$/,
  },
  OL: { start: /^[0-9]+$/ },
  CODE: { class: /^language-[a-z0-9][a-z0-9+#._-]{0,39}$/ },
  DIV: { class: /^table-scroll$/ },
  SPAN: { class: /^math$/, "data-display": /^(?:inline|block)$/ },
  TH: { align: ALIGN },
  TD: { align: ALIGN },
};

const purifier = DOMPurify(window);
purifier.setConfig({
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: [...new Set(Object.values(ATTRIBUTES).flatMap(Object.keys))],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
});
purifier.addHook("uponSanitizeAttribute", (node, data) => {
  const allowed = ATTRIBUTES[node.nodeName]?.[data.attrName];
  data.keepAttr = Boolean(allowed?.test(data.attrValue));
});

/** `html` as a DocumentFragment with nothing in it but the elements and attributes above. */
export function sanitise(html) {
  return purifier.sanitize(html);
}
