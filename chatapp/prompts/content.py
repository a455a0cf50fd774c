"""What a version says: text, variables and settings, checked together and named by a hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils.translation import gettext as _

from chatapp.accounts.refused import Refused
from chatapp.accounts.retold import retold
from chatapp.workersai.parameters import BY_NAME, panel
from chatapp.workersai.validation import InvalidParameters, clean, flat

from . import variables
from .models import Version
from .variables import Variable

LONGEST_TEXT = 100_000


class InvalidContent(Refused):
    """`errors`: "text", "variables", or the name of a setting → sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        name = next(iter(errors))
        super().__init__(errors[name], name)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Content:
    text: str = ""
    variables: tuple[Variable, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        told = {"text": self.text, "variables": [v.stored() for v in self.variables], "settings": self.settings}
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def undeclared(self) -> list[str]:
        """Names in braces that are no variables: they are sent as they stand."""
        known = {one.name for one in self.variables}
        return [name for name in variables.named_in(self.text) if name not in known]

    @property
    def must_be_filled(self) -> list[Variable]:
        return [one for one in self.variables if one.must_be_filled]


def content(typed: Mapping[str, Any]) -> Content:
    """What a form or a file says: `text`, `variables`, `settings`. Raises InvalidContent with all errors."""
    errors: dict[str, str] = {}
    text = typed.get("text", "")
    if not isinstance(text, str):
        errors["text"] = _("The text of a prompt is text.")
        text = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        errors.setdefault("text", _("Write what the model is to be told."))
    elif len(text) > LONGEST_TEXT:
        errors["text"] = _("At most %(most)s characters are possible; this has %(has)s.") % {
            "most": f"{LONGEST_TEXT:,}",
            "has": f"{len(text):,}",
        }
    found: tuple[Variable, ...] = ()
    try:
        raw = typed.get("variables", [])
        if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
            raise variables.Unfit(_("The variables are not a list of variables."))
        found = variables.variables(raw)
    except variables.Unfit as unfit:
        errors["variables"] = str(unfit)
    settings: dict[str, Any] = {}
    try:
        settings = settings_of(typed.get("settings", {}))
    except InvalidParameters as invalid:
        errors.update({name: retold(sentence) for name, sentence in invalid.errors.items()})
    if errors:
        raise InvalidContent(errors)
    return Content(text, found, settings)


def settings_of(raw: Any) -> dict[str, Any]:
    """Flat settings that the panel knows, without the unset ones. Raises InvalidParameters."""
    if not isinstance(raw, Mapping):
        raise InvalidParameters({"settings": _("The settings are not settings.")})
    known = {parameter.name for parameter in panel()}
    cleaned = flat(clean(raw))
    if strange := [name for name in cleaned if name not in known]:
        words = _("A prompt cannot set this.")
        raise InvalidParameters(dict.fromkeys(strange, words))
    order = list(BY_NAME)
    return {name: cleaned[name] for name in sorted(cleaned, key=order.index)}


def of(version: Version) -> Content:
    """What a stored version says; it was checked when it was saved."""
    return Content(version.text, tuple(map(stored_variable, version.variables)), version.settings)


def stored_variable(told: Mapping[str, Any]) -> Variable:
    return Variable(**{**told, "choices": tuple(told.get("choices", ()))})


def as_typed(version: Version | None) -> dict[str, Any]:
    """What a draft begun from `version` begins with."""
    if version is None:
        return {"text": "", "variables": [], "settings": {}, "note": ""}
    return {"text": version.text, "variables": version.variables, "settings": version.settings, "note": ""}
