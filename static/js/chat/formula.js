// Formulas as MathML: Temml, loaded when the first formula needs it. What Temml cannot read stays as its source.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const REFUSED = /^(?:on|data-|hx-|xlink|style$|href$|src$|id$)/;

/** Draws `span` (a `.math` with its TeX as text); its TeX stays readable as the tooltip. */
export async function drawFormula(span) {
  const tex = span.textContent;
  const { default: temml } = await import("../../vendor/temml-0.13.5.js");
  if (span.textContent !== tex) return;
  const math = draw(temml, tex, span.dataset.display === "block");
  span.classList.add(math ? "math-drawn" : "math-source");
  if (!math) return;
  span.title = tex;
  span.replaceChildren(math);
}

function draw(temml, tex, displayMode) {
  try {
    const tree = temml.__renderToMathMLTree(tex, { displayMode, throwOnError: true, trust: false, maxExpand: 500 });
    takeStyleAttributes(tree);
    const holder = document.createDocumentFragment();
    holder.append(tree.toNode());
    return isOnlyMaths(holder) ? holder : null;
  } catch {
    return null;
  }
}

/** The page's policy forbids style attributes, but not styles that a script sets; Temml has both. */
function takeStyleAttributes(node) {
  for (const rule of (node.attributes?.style ?? "").split(";")) {
    const [name, value] = rule.split(":");
    if (value) node.style[name.trim()] = value.trim();
  }
  if (node.attributes) delete node.attributes.style;
  node.children?.forEach(takeStyleAttributes);
}

/** Temml is told not to trust the formula; this is the proof, taken before anything reaches the page. */
function isOnlyMaths(holder) {
  return [...holder.querySelectorAll("*")].every(
    (element) =>
      element.namespaceURI === MATHML &&
      element.getAttributeNames().every((name) => !REFUSED.test(name) || (name === "style" && element.style.length)),
  );
}
