"""The settings panel: fields from the model's parameter table, each with where its value comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from chatapp.accounts.retold import retold
from chatapp.accounts.written import grouped
from chatapp.conversations.models import Folder
from chatapp.prompts.chosen import NOTHING, Choice
from chatapp.prompts.resolve import CHAT, FOLDER, MINE, PROMPT, TEAM, TEAM_PROMPT, Resolved, is_set, resolve
from chatapp.workersai.parameters import Parameter, panel
from chatapp.workersai.validation import InvalidParameters, clean, flat

MOST_PROMPT_CHARS = 100_000
BEHAVIOUR = gettext_noop("Behaviour")
GROUPS = (BEHAVIOUR, "Reasoning", "Length", "Sampling", "Repetition")  # as in the table; translated when shown
EFFORTS = {"low": gettext_lazy("low"), "medium": gettext_lazy("medium"), "high": gettext_lazy("high")}
CHOICES = EFFORTS | {
    "auto": gettext_lazy("automatic"),
    "concise": gettext_lazy("concise"),
    "detailed": gettext_lazy("detailed"),
}
ORIGIN_WORDS = {
    MINE: gettext_lazy("My default"),
    TEAM: gettext_lazy("Team default"),
    "": gettext_lazy("Model default"),
}


@dataclass(slots=True)
class Field:
    name: str
    label: str
    type: str  # number | integer | choice | textarea
    group: str
    help: str
    value: Any = ""  # as typed; "" is unset
    placeholder: str = ""  # what holds while it is unset
    origin: str = ""
    error: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[tuple[str, str], ...] = ()  # values with their words
    source: str = ""


class InvalidSettings(Exception):
    """`errors`: field name → sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors))
        self.errors = errors


def names() -> list[str]:
    return ["system_prompt", *(p.name for p in panel())]


def typed(post: Mapping[str, str]) -> dict[str, str]:
    """What the form sent, as typed; fields that are not the panel's are not looked at."""
    return {name: post.get(name, "") for name in names()}


def cleaned(values: Mapping[str, str]) -> dict[str, Any]:
    """Flat settings without the unset ones. Raises InvalidSettings with all errors at once."""
    errors: dict[str, str] = {}
    prompt = values.get("system_prompt", "").replace("\x00", "").strip()
    if len(prompt) > MOST_PROMPT_CHARS:
        errors["system_prompt"] = _("At most %(most)s characters; this has %(length)s.") % {
            "most": grouped(MOST_PROMPT_CHARS),
            "length": grouped(len(prompt)),
        }
    try:
        nested = clean({k: v for k, v in values.items() if k != "system_prompt"})
    except InvalidParameters as invalid:
        errors.update({name: retold(sentence) for name, sentence in invalid.errors.items()})
    if errors:
        raise InvalidSettings(errors)
    return {"system_prompt": prompt, **flat(nested)} if prompt else flat(nested)


def groups(
    user: Any,
    chat: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    folder: Folder | None = None,
    own: str = "",
    choice: Choice = NOTHING,
) -> list[dict[str, Any]]:
    """The panel's fields in groups; `chat` holds this conversation's values (or, with errors, as typed).

    `folder`: the one it lies in. `own`: what the values of `chat` are called, if not “This chat”.
    `choice`: the prompt chosen.
    """
    resolved = resolve(chat, user, folder.settings if folder else {}, choice)
    words = _origin_words(resolved, folder)
    layers = [(words[layer.origin], layer.values) for layer in resolved.layers if layer.origin != CHAT]
    return _grouped((_prompt(), *map(_from, panel())), chat, layers, errors, own or _("This chat"))


def team_groups(values: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The same fields for the team's defaults, whose values (or, with errors, what was typed) are `values`."""
    return _grouped((_prompt(), *map(_from, panel())), values, [], errors, str(ORIGIN_WORDS[TEAM]))


def parameter_groups(values: Mapping[str, Any], errors: Mapping[str, str], own: str) -> list[dict[str, Any]]:
    """The fields of the model's parameters alone, over the model's own defaults; for the editor of a prompt."""
    return _grouped(map(_from, panel()), values, [], errors, own)


def _origin_words(resolved: Resolved, folder: Folder | None) -> dict[str, str]:
    """What each origin of a value is called in the panel."""
    prompt = resolved.prompt
    told = {"name": prompt.prompt.name, "number": prompt.version.number} if prompt else {"name": "", "number": ""}
    return {
        **{origin: str(words) for origin, words in ORIGIN_WORDS.items()},
        FOLDER: _("Folder %(name)s") % {"name": folder.name if folder else ""},
        PROMPT: _("Prompt “%(name)s”, version %(number)s") % told,
        TEAM_PROMPT: _("The team's prompt “%(name)s”, version %(number)s") % told,
    }


def _grouped(
    shown: Iterable[Field],
    values: Mapping[str, Any],
    layers: Sequence[tuple[str, Mapping[str, Any]]],
    errors: Mapping[str, str] | None,
    own: str,
) -> list[dict[str, Any]]:
    fields = [_field(f, values, layers, errors or {}, own) for f in shown]
    order = [*GROUPS, *sorted({f.group for f in fields} - set(GROUPS))]
    grouped = [{"title": _(g), "fields": [f for f in fields if f.group == g]} for g in order]
    return [g for g in grouped if g["fields"]]


def summary_of(resolved: Resolved) -> str:
    """The chip below the text box."""
    effort = resolved.values.get("reasoning.effort")
    if not effort:
        return _("Effort: default")
    return _("Effort: %(effort)s") % {"effort": EFFORTS.get(effort, effort)}


def _prompt() -> Field:
    return Field(
        "system_prompt",
        _("System prompt"),
        "textarea",
        BEHAVIOUR,
        _("Instructions that go before every question."),
    )


def _from(parameter: Parameter) -> Field:
    kind = "choice" if parameter.choices else parameter.type
    default = parameter.default
    return Field(
        name=parameter.name,
        label=_(parameter.label),
        type=kind,
        group=parameter.group,
        help=_(parameter.help),
        placeholder="" if default is None else str(default),
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        step=parameter.step,
        choices=tuple((value, str(CHOICES.get(value, value))) for value in parameter.choices),
        source=parameter.source,
    )


def _field(
    field: Field,
    chat: Mapping[str, Any],
    layers: Sequence[tuple[str, Mapping[str, Any]]],
    errors: Mapping[str, str],
    own: str,
) -> Field:
    field.origin = str(ORIGIN_WORDS[""])
    for words, layer in layers:
        if is_set(layer.get(field.name)):
            field.origin, field.placeholder = words, str(layer[field.name])
    value = chat.get(field.name, "")
    if is_set(value):
        field.origin, field.value = own, value
    field.error = errors.get(field.name, "")
    return field
