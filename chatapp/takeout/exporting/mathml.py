r"""Formulas for pages without script: TeX → MathML, drawn by the browser itself.

latex2mathml does not escape what it puts out, so its tree is taken, and only tags and attributes that are known
here are written, with every text escaped. What it cannot read stays as TeX, which can still be read by people.
"""

import re
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter

TAGS = """
    math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder
    mover munderover mmultiscripts mprescripts none mtable mtr mtd menclose
"""
ATTRIBUTES = """
    display displaystyle scriptlevel mathvariant mathcolor mathsize stretchy fence form separator accent
    accentunder linethickness columnalign rowspacing columnspacing columnlines rowlines width height depth lspace
    rspace voffset minsize maxsize symmetric largeop movablelimits notation linebreak
"""
_tags, _attributes = frozenset(TAGS.split()), frozenset(ATTRIBUTES.split())
MATH = re.compile(r'<span class="math" data-display="(inline|block)">([^<]*)</span>')
LONGEST = 2000
# Macros may double themselves with every step.
MACROS = re.compile(r"\\(?:newcommand|renewcommand|providecommand|def|edef|gdef|xdef|let|DeclareMathOperator)")
ENVIRONMENTS = {"aligned": "align*", "gathered": "gather*", "split": "align*", "alignedat": "align*"}
ENVIRONMENT = re.compile(r"\\(begin|end)\{(aligned|gathered|split)\}")


def draw(html: str) -> str:
    """Rendered HTML (conversations.rendering) with its formulas drawn."""
    return MATH.sub(_draw, html)


def mathml(tex: str, display: str) -> str | None:
    """The MathML of a formula, or None if it cannot be drawn."""
    if len(tex) > LONGEST or MACROS.search(tex):
        return None
    tex = ENVIRONMENT.sub(lambda found: f"\\{found[1]}{{{ENVIRONMENTS[found[2]]}}}", tex)
    try:
        return _written(Converter(display=display).convert_to_element(tex))
    except RecursionError:
        return None
    except Exception:
        # The converter meets unknown TeX with errors of many kinds; none of them is worth the export.
        return None


def _draw(found: re.Match[str]) -> str:
    drawn = mathml(unescape(found[2]), found[1])
    return f'<span class="math math-drawn" data-display="{found[1]}">{drawn}</span>' if drawn else found[0]


def _written(element: Element) -> str:
    tag = element.tag if element.tag in _tags else "mrow"
    attributes = "".join(
        f' {name}="{escape(unescape(value))}"' for name, value in element.attrib.items() if name in _attributes
    )
    inner = "".join(_written(child) + _text(child.tail) for child in element)
    return f"<{tag}{attributes}>{_text(element.text)}{inner}</{tag}>"


def _text(text: str | None) -> str:
    return escape(unescape(text), quote=False) if text else ""
