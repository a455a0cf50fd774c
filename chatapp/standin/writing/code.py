"""Programs in several languages: small, whole and true."""

from __future__ import annotations

import re

from ..pen import Pen
from .topic import COMPARE, capital

_ASKS = re.compile(
    r"\b(code|function|script|program|implement|snippet|class|query|regex|algorithm|debug|refactor)\b", re.I
)

_SAMPLES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "python": (
        (
            "counts words",
            '''from collections import Counter


def most_common(text: str, count: int = 5) -> list[tuple[str, int]]:
    """The words of a text that occur most often."""
    words = (word.strip(".,;:!?").lower() for word in text.split())
    return Counter(word for word in words if word).most_common(count)


print(most_common("the cat and the hat and the bat"))''',
            "`Counter` does the counting; the generator in front of it cleans each word once.",
        ),
        (
            "finds primes",
            '''def primes(limit: int) -> list[int]:
    """All primes below ``limit``, by the sieve of Eratosthenes."""
    sieve = bytearray([1]) * limit
    sieve[:2] = b"\\0\\0"[:limit]
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, limit, n)))
    return [n for n in range(limit) if sieve[n]]


print(primes(30))''',
            "Striking out starts at \\( n^2 \\), because smaller multiples were struck out before.",
        ),
        (
            "retries with growing pauses",
            '''import asyncio
import random


async def retry(work, tries=5, base=0.5):
    """Await ``work()`` until it succeeds, with pauses that grow and vary."""
    for attempt in range(tries):
        try:
            return await work()
        except ConnectionError:
            if attempt == tries - 1:
                raise
            await asyncio.sleep(base * 2**attempt * random.uniform(0.5, 1.5))''',
            "The random factor keeps many clients from coming back at the same moment.",
        ),
    ),
    "javascript": (
        (
            "groups items",
            """/** Groups items by the key a function gives. */
export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

console.log(groupBy(["ant", "bee", "ape"], (word) => word[0]));""",
            "A `Map` keeps the order of insertion and takes keys of any type.",
        ),
        (
            "waits until typing stops",
            """export function debounce(callback, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...values), milliseconds);
  };
}""",
            "Each call puts the timer off, so the callback runs once, after the last of them.",
        ),
    ),
    "typescript": (
        (
            "models a result",
            """type Result<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };

function parse(text: string): Result<number> {
  const value = Number(text);
  return Number.isNaN(value)
    ? { ok: false, error: new Error(`Not a number: ${text}`) }
    : { ok: true, value };
}""",
            "The compiler lets you read `value` only where `ok` is known to be true.",
        ),
    ),
    "sql": (
        (
            "finds the latest row of each group",
            """SELECT customer_id, ordered_at, total
FROM (
  SELECT o.*, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) AS place
  FROM orders AS o
) AS ranked
WHERE place = 1
ORDER BY total DESC;""",
            "An index on `(customer_id, ordered_at DESC)` lets the database read it in order.",
        ),
    ),
    "rust": (
        (
            "counts words",
            """use std::collections::HashMap;

fn count(text: &str) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

fn main() {
    println!("{:?}", count("one two two"));
}""",
            "The keys borrow from the text, so nothing is copied.",
        ),
    ),
    "go": (
        (
            "works on many items at once",
            """package main

import (
\t"fmt"
\t"sync"
)

func main() {
\tvar wait sync.WaitGroup
\tresults := make([]int, 5)
\tfor i := range results {
\t\twait.Add(1)
\t\tgo func(n int) {
\t\t\tdefer wait.Done()
\t\t\tresults[n] = n * n
\t\t}(i)
\t}
\twait.Wait()
\tfmt.Println(results)
}""",
            "Each goroutine writes to its own element, so no lock is needed.",
        ),
    ),
    "bash": (
        (
            "finds the largest files",
            """#!/usr/bin/env bash
set -euo pipefail

find "${1:-.}" -type f -printf '%s\\t%p\\n' | sort -rn | head -n 10 | numfmt --field=1 --to=iec""",
            "`set -euo pipefail` stops the script at the first thing that goes wrong.",
        ),
    ),
    "html": (
        (
            "asks for an address",
            """<form action="/subscribe" method="post">
  <label for="email">E-mail</label>
  <input id="email" name="email" type="email" autocomplete="email" required>
  <button>Subscribe</button>
</form>""",
            "The label is tied to its field, so a click on it and a screen reader both find it.",
        ),
    ),
    "css": (
        (
            "lays out cards",
            """.cards {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr));
  gap: 1rem;
}""",
            "The columns fit themselves to the width; no media query is needed.",
        ),
    ),
}
_NAMES = {
    "js": "javascript",
    "ts": "typescript",
    "golang": "go",
    "shell": "bash",
    "sqlite": "sql",
    "postgres": "sql",
}
_LANGUAGE = re.compile(r"\b(" + "|".join([*_SAMPLES, *_NAMES]) + r")\b", re.I)
_FITS = re.compile(r"\w{4,}")


def _language(question: str) -> str | None:
    match = _LANGUAGE.search(question)
    # "go" is also a verb: it counts only beside a word that asks for code, or when it is written as a name.
    if match is None or (match[1] == "go" and not _ASKS.search(question)):
        return None
    return _NAMES.get(match[1].lower(), match[1].lower())


def _block(language: str, sample: tuple[str, str, str]) -> str:
    return f"```{language}\n{sample[1]}\n```\n\n{sample[2]}"


def reply(question: str, topic: str, pen: Pen) -> str | None:
    """A program when one is asked for, in the language named (Python otherwise); None if it is not."""
    language = _language(question)
    if not _ASKS.search(question) and (language is None or COMPARE.search(question)):
        return None
    language = language or "python"
    asked = {word.lower()[:5] for word in _FITS.findall(question)}
    samples = _SAMPLES[language]
    fitting = [s for s in samples if asked & {word[:5] for word in _FITS.findall(s[0])}]
    sample = fitting[0] if fitting else pen.pick(samples)
    return (
        f"## {capital(topic)}\n\nHere is {_shown_name(language)} that {sample[0]}; "
        f"take it as a pattern for {topic}.\n\n"
        f"{_block(language, sample)}\n\n### To try it\n\n1. Put it into a file of its own.\n"
        "2. Run it once as it is.\n3. Change one thing at a time, and run it after each change."
    )


def _shown_name(language: str) -> str:
    known = {"javascript": "JavaScript", "typescript": "TypeScript", "bash": "a Bash script"}
    return known.get(
        language, language.upper() if len(language) < 5 and language != "go" else language.capitalize()
    )


def section(topic: str, pen: Pen) -> str:
    """A section with a program, any language."""
    language = pen.rng.choice(list(_SAMPLES))
    sample = pen.rng.choice(_SAMPLES[language])
    return f"### {_shown_name(language)} for {topic}\n\nThis {sample[0]}:\n\n{_block(language, sample)}"
