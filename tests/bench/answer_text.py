"""Long answers for measuring, always the same for the same arguments."""

from random import Random

WORDS = [
    *("the", "model", "answers", "a", "question", "with", "care", "and", "shows", "every", "step", "it"),
    *("takes", "because", "readers", "want", "to", "follow", "along", "while", "tokens", "arrive", "over"),
    *("one", "socket", "stored", "before", "anybody", "sees", "them", "so", "that", "nothing", "is", "lost"),
    *("when", "process", "stops", "or", "network", "fails", "queues", "locks", "clocks", "caches"),
]
CODE = '''def settle(reservation: int, used: int) -> int:
    """Gives back what was reserved and not used."""
    if used > reservation:
        raise ValueError(f"{used} is more than {reservation}")
    return reservation - used  # never negative
'''


def _sentence(random: Random, words: int = 14) -> str:
    chosen = [random.choice(WORDS) for _ in range(words)]
    chosen[random.randrange(words)] = f"**{random.choice(WORDS)}**"
    chosen[random.randrange(words)] = f"`{random.choice(WORDS)}`"
    return " ".join(chosen).capitalize() + "."


def _section(random: Random, number: int) -> str:
    def paragraph() -> str:
        return " ".join(_sentence(random) for _ in range(random.randint(2, 4)))

    items = "\n".join(f"- {_sentence(random, 9)}" for _ in range(5))
    steps = "\n".join(f"{n}. {_sentence(random, 8)}" for n in range(1, 5))
    rows = "\n".join(
        f"| {random.choice(WORDS)} | {random.randint(1, 999)} | {_sentence(random, 4)} |" for _ in range(4)
    )
    return f"""## {number}. {_sentence(random, 5)}

{paragraph()}

{items}

The cost is $c_{{{number}}} = a \\cdot n + b$ for \\(n \\le {number}\\), that is

\\[
\\sum_{{i=0}}^{{n}} i = \\frac{{n(n+1)}}{{2}}
\\]

```python
{CODE}```

{paragraph()}

| name | ms | note |
|------|---:|------|
{rows}

{steps}

> {paragraph()}
"""


def _mixed(random: Random, characters: int) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < characters:
        parts.append(_section(random, len(parts) + 1))
    return "\n".join(parts)


def _until(characters: int, piece) -> str:
    parts: list[str] = []
    held = 0
    while held < characters:
        parts.append(piece(len(parts)))
        held += len(parts[-1])
    return "".join(parts)


SHAPES = ("mixed", "code", "list", "table", "paragraph")


def answer(shape: str, characters: int) -> str:
    """About `characters` of Markdown: "mixed", or one block of the named kind that never ends."""
    random = Random(20)
    if shape == "mixed":
        return _mixed(random, characters)[:characters]
    if shape == "code":
        return "Here it is:\n\n```python\n" + _until(characters, lambda n: CODE + "\n") + "```\n"
    if shape == "list":
        return _until(characters, lambda n: f"- {_sentence(random, 9)}\n")
    if shape == "table":
        return "| n | words |\n|--:|-------|\n" + _until(
            characters, lambda n: f"| {n} | {_sentence(random, 5)} |\n"
        )
    return _until(characters, lambda n: _sentence(random) + " ")


def varied(number: int) -> str:
    """The answer of this number in a long conversation: prose, code, a table, a list, or some of everything."""
    random = Random(number)

    def prose() -> str:
        return " ".join(_sentence(random) for _ in range(random.randint(2, 6)))

    match number // 2 % 6:
        case 0:
            return prose()
        case 1:
            return f"{prose()}\n\n```python\n{CODE * random.randint(1, 5)}```\n\n{prose()}"
        case 2:
            rows = "".join(f"| {random.choice(WORDS)} | {n} | {_sentence(random, 6)} |\n" for n in range(12))
            return f"{prose()}\n\n| name | ms | note |\n|------|---:|------|\n{rows}"
        case 3:
            items = "".join(f"- {_sentence(random, 9)}\n" for _ in range(random.randint(4, 12)))
            return f"{prose()}\n\n{items}\n{prose()}"
        case 4:
            return "\n\n".join(prose() for _ in range(3))
        case _:
            return _section(random, number)
