"""Everything the model can be told, once.

One row per row of the API's published parameter table, in its order. The settings panel, the validation, the
request body and the reference page come from here. Ranges are those of the model's published schema:
https://developers.cloudflare.com/workers-ai/models/gpt-oss-20b/
"""

from dataclasses import dataclass
from typing import Any

from chatapp.workersai.endpoint import FORMS

from .words import translatable

# The API's own default of 256 is used up by reasoning before the first word of the answer.
DEFAULT_MAX_TOKENS = 4096
# gpt-oss's native window: https://developers.openai.com/api/docs/models/gpt-oss-20b
CONTEXT_WINDOW = 131_072

SCHEMA = "https://developers.cloudflare.com/workers-ai/models/gpt-oss-20b/"
JSON_MODE = "https://developers.cloudflare.com/workers-ai/features/json-mode/"
TOOL_CALLS = "https://developers.cloudflare.com/workers-ai/features/function-calling/traditional/"
LORAS = "https://developers.cloudflare.com/workers-ai/features/fine-tunes/loras/"
BATCHES = "https://developers.cloudflare.com/workers-ai/features/batch-api/"
RESPONSES = "https://developers.openai.com/api/reference/resources/responses"

PROMPT_AND_MESSAGES = ("prompt", "messages")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing the API takes.

    name         as the API spells it; a part of an object has a dotted name ("reasoning.effort")
    type         as the published table says: "one of", array, string, number, integer, boolean, object
    description  the published words
    required_in  the kinds of body that cannot do without it: prompt, messages, responses, batch
    branches     the kinds of body that know it; a body must be of exactly one kind
    forms        the request forms in which the chat sends it (endpoint.py); empty: never sent by the chat
    minimum, maximum, step   for numbers, inclusive; `step` is for input fields only
    default      what holds while it is unset; for max_tokens ours, since it is always sent
    choices      the only values
    parts        an object's parts that people set one by one
    in_panel     whether the settings panel shows it (or its parts)
    group, label, help       for people
    source       where the range and the meaning are published
    """

    name: str
    type: str
    description: str
    required_in: tuple[str, ...] = ()
    deprecated: bool = False
    branches: tuple[str, ...] = PROMPT_AND_MESSAGES
    forms: tuple[str, ...] = FORMS
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    default: Any = None
    choices: tuple[str, ...] = ()
    parts: tuple["Parameter", ...] = ()
    in_panel: bool = False
    group: str = ""
    label: str = ""
    help: str = ""
    source: str = SCHEMA

    @property
    def range(self) -> str:
        """The allowed values in words, "" where anything of the type goes."""
        if self.choices:
            return ", ".join(self.choices)
        if self.minimum is not None and self.maximum is not None:
            return f"{number(self.minimum)} to {number(self.maximum)}"
        if self.minimum is not None:
            return f"at least {number(self.minimum)}"
        return f"at most {number(self.maximum)}" if self.maximum is not None else ""


def number(value: float) -> str:
    """A number as people write it: 2, not 2.0; −2 with a minus sign stays "-2" so that it can be typed."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "input",
        "one of",
        "Responses API Input messages. Refer to OpenAI Responses API docs to learn more about supported "
        "content types",
        required_in=("responses",),
        branches=("responses",),
        forms=(),
        group=translatable("Content"),
        label=translatable("Responses input"),
        help=translatable(
            "The conversation in the form of OpenAI's Responses API. Chats send “messages” instead."
        ),
        source=RESPONSES,
    ),
    Parameter(
        "messages",
        "array",
        "An array of message objects representing the conversation history.",
        required_in=("messages",),
        branches=("messages",),
        group=translatable("Content"),
        label=translatable("Messages"),
        help=translatable(
            "The conversation so far. Contents are sent as text: the service refuses null and lists of parts."
        ),
    ),
    Parameter(
        "prompt",
        "string",
        "The input text prompt for the model to generate a response.",
        required_in=("prompt",),
        branches=("prompt",),
        forms=(),
        group=translatable("Content"),
        label=translatable("Prompt"),
        help=translatable(
            "One text instead of a conversation, at least one character. Chats send “messages” instead."
        ),
    ),
    Parameter(
        "requests",
        "array",
        "—",
        required_in=("batch",),
        branches=("batch",),
        forms=(),
        group=translatable("Content"),
        label=translatable("Batch of requests"),
        help=translatable(
            "Several requests answered later, with the address parameter queueRequest=true. Chats do not use it."
        ),
        source=BATCHES,
    ),
    Parameter(
        "frequency_penalty",
        "number",
        "Decreases the likelihood of the model repeating the same lines verbatim.",
        minimum=-2,
        maximum=2,
        step=0.01,
        in_panel=True,
        group=translatable("Repetition"),
        label=translatable("Frequency penalty"),
        help=translatable(
            "Above 0, words become less likely the more often they were already used. Below 0, more likely."
        ),
    ),
    Parameter(
        "functions",
        "array",
        "Deprecated. Use tools.",
        deprecated=True,
        forms=(),
        group=translatable("Tools"),
        label=translatable("Functions"),
        help=translatable("An older way to offer tools. Use “tools”."),
        source=TOOL_CALLS,
    ),
    Parameter(
        "lora",
        "string",
        "Name of the LoRA (Low-Rank Adaptation) model to fine-tune the base model.",
        branches=("prompt",),
        forms=(),
        group=translatable("Model"),
        label=translatable("LoRA adapter"),
        help=translatable(
            "A fine-tune laid over the model. Only bodies with “prompt” know it, and this model may refuse it."
        ),
        source=LORAS,
    ),
    Parameter(
        "max_tokens",
        "integer",
        "The maximum number of tokens to generate in the response.",
        minimum=1,
        maximum=CONTEXT_WINDOW,
        step=1,
        default=DEFAULT_MAX_TOKENS,
        in_panel=True,
        group=translatable("Length"),
        label=translatable("Maximum answer length"),
        help=translatable(
            "In tokens, reasoning included: too small a number leaves room for thinking but none for the answer. "
            "Question and answer together must fit into the model's window."
        ),
    ),
    Parameter(
        "presence_penalty",
        "number",
        "Increases the likelihood of the model introducing new topics.",
        minimum=-2,
        maximum=2,
        step=0.01,
        in_panel=True,
        group=translatable("Repetition"),
        label=translatable("Presence penalty"),
        help=translatable(
            "Above 0, words already used become less likely, so new topics come up. Below 0, the reverse."
        ),
    ),
    Parameter(
        "raw",
        "boolean",
        "If true, a chat template is not applied and you must adhere to the specific model's expected formatting.",
        forms=("run",),
        default=False,
        group=translatable("Model"),
        label=translatable("Raw text"),
        help=translatable("Sends the text to the model without its chat template."),
    ),
    Parameter(
        "reasoning",
        "object",
        "Configuration for extended-thinking / reasoning mode.",
        branches=("responses", "batch"),
        in_panel=True,
        group=translatable("Reasoning"),
        label=translatable("Reasoning"),
        help=translatable("How much the model thinks before it answers. Thinking cannot be switched off."),
        parts=(
            Parameter(
                "reasoning.effort",
                "string",
                "How much effort goes into reasoning.",
                branches=("responses", "batch"),
                default="medium",
                choices=("low", "medium", "high"),
                in_panel=True,
                group=translatable("Reasoning"),
                label=translatable("Reasoning effort"),
                help=translatable(
                    "Low answers soonest and costs least; high thinks longest and needs a larger maximum "
                    "answer length."
                ),
            ),
            Parameter(
                "reasoning.summary",
                "string",
                "How the reasoning is summarised.",
                branches=("responses", "batch"),
                choices=("auto", "concise", "detailed"),
                in_panel=True,
                group=translatable("Reasoning"),
                label=translatable("Reasoning summary"),
                help=translatable(
                    "How detailed a summary of the thinking is asked for. The service may ignore it."
                ),
            ),
        ),
    ),
    Parameter(
        "repetition_penalty",
        "number",
        "Penalty for repeated tokens; higher values discourage repetition.",
        minimum=0,
        maximum=2,
        step=0.01,
        in_panel=True,
        group=translatable("Repetition"),
        label=translatable("Repetition penalty"),
        help=translatable("1 changes nothing, above 1 discourages repeating, below 1 encourages it."),
    ),
    Parameter(
        "response_format",
        "object",
        "Constrain output to a JSON schema or an enum (structured outputs).",
        group=translatable("Output"),
        label=translatable("Answer format"),
        help=translatable("Makes the answer JSON, on request of a given schema. Check the answer all the same."),
        source=JSON_MODE,
    ),
    Parameter(
        "seed",
        "integer",
        "Random seed for reproducibility of the generation.",
        minimum=1,
        maximum=9_999_999_999,
        step=1,
        in_panel=True,
        group=translatable("Sampling"),
        label=translatable("Seed"),
        help=translatable(
            "The same number with the same question and settings gives the same answer, where the service can."
        ),
    ),
    Parameter(
        "stream",
        "boolean",
        "If true, the response will be streamed back incrementally using SSE, Server Sent Events.",
        default=False,
        group=translatable("Output"),
        label=translatable("Streaming"),
        help=translatable("Chats always stream; short calls behind the scenes do not."),
    ),
    Parameter(
        "temperature",
        "number",
        "Controls the randomness of the output; higher values produce more random results.",
        minimum=0,
        maximum=5,
        step=0.01,
        default=0.6,
        in_panel=True,
        group=translatable("Sampling"),
        label=translatable("Temperature"),
        help=translatable(
            "0 takes the most likely word each time. Higher is more varied; far above 1 the text falls apart."
        ),
    ),
    Parameter(
        "tools",
        "array",
        "A list of tools available for the assistant to use.",
        group=translatable("Tools"),
        label=translatable("Tools"),
        help=translatable(
            "What the model may call, each with a name, a description and a JSON schema of its arguments."
        ),
        source=TOOL_CALLS,
    ),
    Parameter(
        "top_k",
        "integer",
        "Limits the AI to choose from the top 'k' most probable words. Lower values make responses more focused; "
        "higher values introduce more variety and potential surprises.",
        minimum=1,
        maximum=50,
        step=1,
        in_panel=True,
        group=translatable("Sampling"),
        label=translatable("Top k"),
        help=translatable("Only this many of the most likely words are considered for each next word."),
    ),
    Parameter(
        "top_p",
        "number",
        "Adjusts the creativity of the AI's responses by controlling how many possible words it considers. Lower "
        "values make outputs more predictable; higher values allow for more varied and creative responses.",
        minimum=0.001,
        maximum=1,
        step=0.001,
        in_panel=True,
        group=translatable("Sampling"),
        label=translatable("Top p"),
        help=translatable("Only the most likely words that together reach this probability are considered."),
    ),
)

# Every parameter and every part of one, by name.
BY_NAME: dict[str, Parameter] = {p.name: p for row in PARAMETERS for p in (row, *row.parts)}


def panel() -> tuple[Parameter, ...]:
    """What the settings panel shows, in the table's order; an object stands there by its parts."""
    return tuple(p for row in PARAMETERS if row.in_panel for p in (row.parts or (row,)))
