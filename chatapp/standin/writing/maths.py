r"""Formulas in the three ways the model writes them: ``\( \)``, ``\[ \]`` and ``$$``."""

from __future__ import annotations

import re

from ..pen import Pen

_ASKS = re.compile(
    r"\b(math|maths|equation|formula|integral|derivative|quadratic|theorem|proof|prove|probability|matrix|"
    r"variance|logarithm|pythagoras|euler|calculus|series|fourier|gradient)\w*\b",
    re.I,
)

_PIECES: tuple[tuple[str, str, str], ...] = (
    (
        "quadratic",
        "The quadratic formula",
        r"""For \( ax^2 + bx + c = 0 \) with \( a \neq 0 \), completing the square gives

\[
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
\]

The sign of the discriminant \( \Delta = b^2 - 4ac \) decides:

| \( \Delta \) | real solutions |
|---|---|
| positive | two |
| zero | one, \( x = -\frac{b}{2a} \) |
| negative | none |""",
    ),
    (
        "euler",
        "Euler's identity",
        r"""From the series of the exponential function, with \( e^{i\varphi} = \cos\varphi + i\sin\varphi \):

$$
e^{i\pi} + 1 = 0
$$

It ties together the five constants \( 0, 1, e, i \) and \( \pi \).""",
    ),
    (
        "integral",
        "The Gaussian integral",
        r"""Squaring the integral and changing to polar coordinates gives

\[
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
\]

because \( \int_0^{2\pi}\int_0^\infty e^{-r^2} r \,dr\,d\varphi = \pi \).""",
    ),
    (
        "probability variance",
        "Bayes' theorem",
        r"""How a belief changes with evidence:

\[
P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}
\]

With a test that is right in 99 % of cases and a condition that 1 % have, a positive result means only
\( \frac{0.99 \cdot 0.01}{0.99 \cdot 0.01 + 0.01 \cdot 0.99} = 50\,\% \).""",
    ),
    (
        "series sum",
        "Sums of powers",
        r"""$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}, \qquad \sum_{k=1}^{n} k^2 = \frac{n(n+1)(2n+1)}{6}
$$

For \( n = 100 \) the first is \( 5050 \).""",
    ),
    (
        "derivative gradient calculus",
        "The derivative",
        r"""The derivative is the limit of slopes:

\[
f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}
\]

1. For \( f(x) = x^2 \) the quotient is \( 2x + h \).
2. As \( h \to 0 \) it becomes \( f'(x) = 2x \).""",
    ),
    (
        "matrix",
        "A matrix and its determinant",
        r"""\[
A = \begin{pmatrix} 2 & 1 \\ 1 & 3 \end{pmatrix}, \qquad \det A = 2 \cdot 3 - 1 \cdot 1 = 5
\]

Since \( \det A \neq 0 \), the inverse exists.""",
    ),
)


def reply(question: str, topic: str, pen: Pen) -> str | None:
    """A formula when mathematics is asked for, the one named if it is among ours; None if it is not asked."""
    match = _ASKS.search(question)
    if match is None:
        return None
    lowered = question.lower()
    named = [p for p in _PIECES if any(key in lowered for key in p[0].split())]
    _, title, text = named[0] if named else pen.pick(_PIECES)
    return f"## {title}\n\n{text}\n\nTo check it, put in small numbers by hand and compare both sides."


def section(pen: Pen) -> str:
    """A section with a formula, any of them."""
    _, title, text = pen.rng.choice(_PIECES)
    return f"### {title}\n\n{text}"
