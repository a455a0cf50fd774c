"""The prompts of the demonstration: what each version says, when it was published and what came of it.

Times are shares of the story's days. `Luck` is how answers of a version fare; the figures show the differences.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Luck:
    thumb: float = 0.10  # of the answers, how many get one
    up: float = 0.75  # of the thumbs
    again: float = 0.06
    cut: float = 0.015
    stop: float = 0.02
    edit: float = 0.03


@dataclass(frozen=True, slots=True)
class Draft:
    """A version, and when it was saved and published (0: never)."""

    saved: float
    published: float
    note: str
    text: str
    settings: dict[str, Any] = field(default_factory=dict)
    luck: Luck = Luck()
    why: str = ""  # of the publication


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    description: str
    tags: tuple[str, ...]
    weight: int  # how often it is chosen
    versions: tuple[Draft, ...]
    variables: tuple[dict[str, Any], ...] = ()
    moves: tuple[tuple[float, str, int, str], ...] = ()  # when, label, version, why: rollbacks and other labels
    groups: tuple[str, ...] = ()  # that may use it; empty: everyone
    four_eyes: bool = False
    archived: float = 0.0
    team: float = 0.0  # from when on it is the team's default


_GOOD = Luck(thumb=0.14, up=0.88, again=0.03, cut=0.005, stop=0.01)
_POOR = Luck(thumb=0.18, up=0.42, again=0.16, cut=0.02, stop=0.06, edit=0.07)
_LONG = Luck(thumb=0.12, up=0.58, again=0.08, cut=0.14, stop=0.05)
_LANGUAGE = {
    "name": "language",
    "type": "choice",
    "label": "Into which language",
    "choices": ["German", "French", "Spanish", "Italian"],
    "default": "German",
}
BOOK = (
    Page(
        "House style",
        "What everybody's chats are told: who we are, how we write, what to do without a source.",
        ("writing", "default"),
        0,
        (
            Draft(
                0.02, 0.04, "First version, from the style guide.",
                "You work for a team that builds software for small shops. Answer in the language of the "
                "question. "
                "Be brief and concrete.",
                {"temperature": 0.7}, Luck(up=0.66, again=0.09),
            ),
            Draft(
                0.28, 0.31, "People asked where things come from. Say what is not certain.",
                "You work for a team that builds software for small shops. Answer in the language of the "
                "question. "
                "Be brief and concrete. Say what you are not sure of, and where to check it.",
                {"temperature": 0.5}, Luck(up=0.78),
            ),
            Draft(
                0.66, 0.70, "Tables for comparisons; no opening flourish.",
                "You work for a team that builds software for small shops. Answer in the language of the "
                "question. "
                "Begin with the answer itself. Use a table when things are compared. Say what you are not sure "
                "of, "
                "and where to check it.",
                {"temperature": 0.4, "reasoning.effort": "medium"}, _GOOD,
            ),
        ),
        team=0.05,
    ),
    Page(
        "Reply to a customer",
        "A friendly answer to a mail from a customer, ready to send.",
        ("support", "mail"),
        9,
        (
            Draft(
                0.03, 0.05, "First version.",
                "Answer {{customer}}'s mail. Friendly, {{tone}}, at most 120 words. Sign with {{me}}.",
                {"temperature": 0.8}, Luck(thumb=0.16, up=0.61, again=0.11),
            ),
            Draft(
                0.24, 0.27, "Name the next step; promises only what the policy allows.",
                "Answer {{customer}}'s mail. Friendly, {{tone}}, at most 120 words. Name one next step and a day. "
                "Promise nothing that the refund policy does not allow. Sign with {{me}}.",
                {"temperature": 0.5}, Luck(thumb=0.16, up=0.79),
            ),
            Draft(
                0.47, 0.50, "Warmer opening, explains the reasons at length.",
                "Answer {{customer}}'s mail. Open warmly and explain our reasons in full. {{tone}}. Sign with "
                "{{me}}.",
                {"temperature": 1.1}, _POOR, "Try the warmer voice for two weeks.",
            ),
            Draft(
                0.63, 0.68, "The voice of version 2, with one sentence of understanding first.",
                "Answer {{customer}}'s mail. One sentence that shows you have understood, then the answer. "
                "{{tone}}, at "
                "most 120 words. Name one next step and a day. Promise nothing that the refund policy does not "
                "allow. "
                "Sign with {{me}}.",
                {"temperature": 0.5, "reasoning.effort": "low"}, _GOOD,
            ),
            Draft(
                0.80, 0.0, "Ask for the order number when it is missing.",
                "Answer {{customer}}'s mail. One sentence that shows you have understood, then the answer. If "
                "the order "
                "number is missing, ask for it. {{tone}}, at most 120 words. Sign with {{me}}.",
                {"temperature": 0.5, "reasoning.effort": "low"},
            ),
        ),
        variables=(
            {"name": "customer", "type": "text", "label": "Customer", "required": True, "default": "the customer"},
            {"name": "tone", "type": "choice", "choices": ["plain", "formal", "apologetic"], "default": "plain"},
            {"name": "me", "type": "member", "field": "name"},
        ),
        moves=(
            (0.54, "production", 2, "Back to version 2: too long, and half of the thumbs point down."),
            (0.81, "staging", 5, "To be tried by the early shift."),
        ),
        groups=("Support", "Sales"),
    ),
    Page(
        "Translate",
        "Keeps names, numbers and Markdown as they are.",
        ("writing", "languages"),
        6,
        (
            Draft(
                0.06, 0.08, "First version.", "Translate into {{language}}.",
                {"temperature": 0.3}, Luck(up=0.70, again=0.08),
            ),
            Draft(
                0.35, 0.36, "Names, numbers and code were translated as well.",
                "Translate into {{language}}. Keep names, numbers, code and Markdown as they are. Nothing but the "
                "translation.",
                {"temperature": 0.2, "reasoning.effort": "low"}, _GOOD,
            ),
        ),
        variables=(_LANGUAGE,),
    ),
    Page(
        "Meeting minutes",
        "From rough notes to minutes with decisions, owners and dates.",
        ("meetings",),
        4,
        (
            Draft(
                0.10, 0.12, "First version.",
                "Make minutes of the meeting on {{day}} from these notes: decisions, then tasks with owner and "
                "date.",
                {"temperature": 0.4}, Luck(up=0.72),
            ),
            Draft(
                0.44, 0.46, "More thought, and everything that was said: requested by Legal.",
                "Make full minutes of the meeting on {{day}} from these notes. Record every contribution. Then "
                "decisions "
                "and tasks with owner and date.",
                {"temperature": 0.4, "reasoning.effort": "high"}, _LONG,
            ),
            Draft(
                0.72, 0.73, "Answers were cut. Contributions in half a sentence each, more room.",
                "Make minutes of the meeting on {{day}} from these notes: decisions; tasks with owner and date; "
                "then each "
                "contribution in half a sentence.",
                {"temperature": 0.4, "reasoning.effort": "medium", "max_tokens": 6000}, _GOOD,
            ),
        ),
        variables=({"name": "day", "type": "date", "label": "Day of the meeting", "default": "today"},),
    ),
    Page(
        "Review this code",
        "Looks for faults first, style last; for Engineering.",
        ("engineering", "code"),
        5,
        (
            Draft(
                0.08, 0.10, "First version.",
                "Review the code. List faults by severity, each with a line and a fix.",
                {"temperature": 0.2, "reasoning.effort": "medium"}, Luck(up=0.74),
            ),
            Draft(
                0.52, 0.55, "Think longer: it missed races.",
                "Review the code. List faults by severity, each with a line and a fix. Look for races, missing "
                "transactions and unbounded input before anything else. No remarks on style.",
                {"temperature": 0.1, "reasoning.effort": "high"}, Luck(thumb=0.2, up=0.9, again=0.02, cut=0.05),
            ),
        ),
        groups=("Engineering",),
    ),
    Page(
        "Summary of a contract",
        "Terms, notice and money in a table. Two people look at every version.",
        ("legal",),
        3,
        (
            Draft(
                0.15, 0.19, "First version.",
                "Summarise the contract in a table: parties, term, notice, price, liability. Quote the clause "
                "for each.",
                {"temperature": 0.1, "reasoning.effort": "medium"}, Luck(up=0.8),
            ),
            Draft(
                0.58, 0.64, "Say in so many words that it is no legal advice; name what is missing.",
                "Summarise the contract in a table: parties, term, notice, price, liability. Quote the clause "
                "for each. "
                "Name what one would expect and what is missing. End with: this is no legal advice.",
                {"temperature": 0.1, "reasoning.effort": "high"}, _GOOD,
            ),
        ),
        groups=("Legal",),
        four_eyes=True,
    ),
    Page(
        "Release notes",
        "From merged changes to what customers read.",
        ("product", "writing"),
        3,
        (
            Draft(
                0.20, 0.22, "First version.",
                "Write release notes for {{version}} from this list of changes. Customers read them: what they "
                "can do now, "
                "not how.",
                {"temperature": 0.6}, Luck(up=0.69, again=0.1),
            ),
            Draft(
                0.60, 0.61, "At most seven points, the most useful first.",
                "Write release notes for {{version}} from this list of changes. Customers read them: what they "
                "can do now, "
                "not how. At most seven points, the most useful first.",
                {"temperature": 0.4}, _GOOD,
            ),
        ),
        variables=({"name": "version", "type": "text", "label": "Number of the release", "default": "the next"},),
        groups=("Product", "Engineering"),
    ),
    Page(
        "Brainstorm",
        "Many ideas, wild ones too. Replaced by a plain question.",
        ("ideas",),
        2,
        (
            Draft(
                0.05, 0.07, "First version.",
                "Give twenty ideas, five of them strange. One line each.",
                {"temperature": 1.4}, _POOR,
            ),
        ),
        archived=0.60,
    ),
    Page(
        "Plan a customer interview",
        "Open questions, none that suggests its answer. Not published yet.",
        ("product", "research"),
        0,
        (
            Draft(
                0.78, 0.0, "First draft, to be tried with two interviews.",
                "Plan a customer interview of {{minutes}} minutes on the topic. Open questions only; none may "
                "suggest its "
                "answer.",
                {"temperature": 0.6},
            ),
        ),
        variables=({"name": "minutes", "type": "number", "label": "Minutes", "default": "30"},),
    ),
)  # fmt: skip
