/** The page's language: its texts, its plural forms, its numbers and dates.
 *
 * The English text is the key and stands in the code, so an English page needs no catalogue. For another language
 * the page loads texts/<language>.js before every other module; it calls `learn`. `make messages` finds what is
 * said with `t`, `tn` and `tc`, so their first words must be plain string literals.
 */

export const LANGUAGE = document.documentElement.lang || "en";

let texts = {};
let formOf = (n) => (n === 1 ? 0 : 1);

/** A language's texts by their English ones (for plurals a list of forms), and which form a number takes. */
export function learn(catalogue, plural) {
  texts = catalogue;
  formOf = plural;
}

/** The text in the page's language. `%(name)s` stands for `params.name`. */
export const t = (text, params) => fill(texts[text] ?? text, params);

/** The form that fits the number, which the texts name `%(n)s`. */
export function tn(one, many, n, params) {
  const form = texts[one]?.[formOf(n)] ?? (n === 1 ? one : many);
  return fill(form, { n: number(n), ...params });
}

/** As `t`, where the same English word means two things: `context` says which one. */
export const tc = (context, text, params) => fill(texts[`${context}\u0004${text}`] ?? text, params);

const fill = (text, params) => (params ? text.replace(/%\((\w+)\)s/g, (whole, name) => params[name] ?? whole) : text);

const kept = new Map();
const format = (Kind, options) => {
  const key = Kind.name + JSON.stringify(options);
  if (!kept.has(key)) kept.set(key, new Kind(LANGUAGE, options));
  return kept.get(key);
};

/** 1234.5 as the language writes it; `options` are Intl.NumberFormat's. */
export const number = (value, options = {}) => format(Intl.NumberFormat, options).format(value);

/** A date or time as the language writes it; `options` are Intl.DateTimeFormat's. */
export const date = (value, options = { dateStyle: "medium" }) => format(Intl.DateTimeFormat, options).format(value);
