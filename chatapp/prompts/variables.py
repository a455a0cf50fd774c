"""The variables of a prompt: `{{customer}}` in its text, with a type that says what may be filled in.

text, number, choice, date   asked for in a small form when a member chooses the prompt
member                       something of the member: name, e-mail address or groups; nobody is asked
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TYPES = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "choice": gettext_lazy("Choice"),
    "date": gettext_lazy("Date"),
    "member": gettext_lazy("About the member"),
}
MEMBER_FIELDS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "groups": gettext_lazy("Groups"),
}
TODAY = "today"  # a date's default may say so
MOST = 30  # variables of one prompt
MOST_CHOICES = 50
LONGEST = 20_000  # characters of a value
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PLACE = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})", re.ASCII)


class Unfit(ValueError):
    """A variable, or a value for one, that cannot be taken; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    type: str = "text"
    label: str = ""  # what the form asks; the name if empty
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    field: str = ""  # of the member

    @property
    def asks(self) -> str:
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def is_asked(self) -> bool:
        return self.type != "member"

    @property
    def must_be_filled(self) -> bool:
        """Nothing can be sent before somebody has filled it in."""
        return self.is_asked and self.required and not self.default

    def stored(self) -> dict[str, Any]:
        """As a version and a file keep it: what is not said is left out."""
        told = {**asdict(self), "choices": list(self.choices)}
        return {key: value for key, value in told.items() if value or key in ("name", "type")}


def variable(raw: Mapping[str, Any]) -> Variable:
    """What a form, a file or a stored version says. Raises Unfit."""
    name = _words(raw, "name", 40)
    if not NAME.fullmatch(name):
        raise Unfit(_("“%(name)s” is no name for a variable: small letters, digits and _ only.") % {"name": name})
    kind = _words(raw, "type", 10) or "text"
    if kind not in TYPES:
        raise Unfit(_("“%(name)s” has no type that is known.") % {"name": name})
    choices = _choices(raw.get("choices", ())) if kind == "choice" else ()
    field = _words(raw, "field", 10) if kind == "member" else ""
    if kind == "choice" and len(choices) < 2:
        raise Unfit(_("“%(name)s” needs at least two choices, one on each line.") % {"name": name})
    if kind == "member" and field not in MEMBER_FIELDS:
        raise Unfit(_("Say what of the member “%(name)s” stands for.") % {"name": name})
    made = Variable(name, kind, _words(raw, "label", 80), bool(raw.get("required")), "", choices, field)
    default = _words(raw, "default", LONGEST) if made.is_asked else ""
    if default and not (kind == "date" and default == TODAY):
        default = checked(made, default)
    return Variable(name, kind, made.label, made.required and made.is_asked, default, choices, field)


def variables(raw: Iterable[Mapping[str, Any]]) -> tuple[Variable, ...]:
    """Raises Unfit, also if there are too many or two of one name."""
    found = tuple(variable(one) for one in raw)
    names = [one.name for one in found]
    if len(found) > MOST:
        raise Unfit(_("At most %(most)s variables are possible.") % {"most": MOST})
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Unfit(_("There are two variables called “%(name)s”. Rename one.") % {"name": twice})
    return found


def checked(one: Variable, value: str) -> str:
    """`value` as it may stand in the text. Raises Unfit."""
    value = value.replace("\x00", "").strip()
    if len(value) > LONGEST:
        raise Unfit(_("At most %(most)s characters are possible.") % {"most": f"{LONGEST:,}"})
    if not value:
        return ""
    if one.type == "number" and not _NUMBER.fullmatch(value):
        raise Unfit(_("Write a number, with a point for decimals, such as 2.5."))
    if one.type == "choice" and value not in one.choices:
        raise Unfit(_("Choose one of: %(choices)s.") % {"choices": ", ".join(one.choices)})
    if one.type == "date":
        try:
            datetime.date.fromisoformat(value)
        except ValueError:
            raise Unfit(_("Write a date as year-month-day, such as 2026-03-31.")) from None
    return value


def values_for(
    wanted: Iterable[Variable], typed: Mapping[str, Any], *, strict: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    """The values that a member filled in, and what is wrong with them by name. Of other names nothing is kept.

    strict: what must be filled in and is not, is an error.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for one in wanted:
        if not one.is_asked:
            continue
        try:
            value = checked(one, str(typed.get(one.name) or ""))
        except Unfit as unfit:
            errors[one.name] = str(unfit)
            continue
        if value:
            values[one.name] = value
        elif strict and one.must_be_filled:
            errors[one.name] = _("This is needed.")
    return values, errors


def missing(wanted: Iterable[Variable], values: Mapping[str, Any]) -> list[Variable]:
    """Those without which nothing can be sent and that have no value that fits."""
    _kept, errors = values_for(wanted, values)
    return [one for one in wanted if one.name in errors]


def fill(text: str, wanted: Iterable[Variable], values: Mapping[str, Any], member: Callable[[str], str]) -> str:
    """`text` with its variables in place. What is filled in is not looked at for variables again.

    `member(field)`: name, email or groups of whoever asks; called only if the text needs it.
    """
    by_name = {one.name: one for one in wanted}
    kept, _errors = values_for(by_name.values(), values, strict=False)

    def stand_in(match: re.Match[str]) -> str:
        one = by_name.get(match[1])
        if one is None:
            return match[0]
        if one.type == "member":
            return member(one.field)
        value = kept.get(one.name) or one.default
        return timezone.localdate().isoformat() if one.type == "date" and value == TODAY else value

    return _PLACE.sub(stand_in, text)


def named_in(text: str) -> list[str]:
    """The names in double braces, each once, in order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def _words(raw: Mapping[str, Any], key: str, most: int) -> str:
    value = raw.get(key, "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit(_("A variable's “%(key)s” is not text.") % {"key": key})
    words = str(value).replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > most:
        raise Unfit(
            _("A variable's “%(key)s” is longer than %(most)s characters.") % {"key": key, "most": f"{most:,}"}
        )
    return words


def _choices(raw: Any) -> tuple[str, ...]:
    """Lines of a text, or a list."""
    listed = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
        raise Unfit(_("The choices of a variable are not a list of texts."))
    found = tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))
    if len(found) > MOST_CHOICES or any(len(one) > 200 for one in found):
        raise Unfit(_("At most %(most)s choices of 200 characters are possible.") % {"most": MOST_CHOICES})
    return found
