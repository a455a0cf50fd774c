"""Whatever is sent, the stand-in answers: no request is its undoing."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.standin.faults import NAMES, REFUSED, REPLACED

from .wire import RUN, Wire, events

KEYS = """
messages prompt input tools tool_choice response_format text reasoning functions max_tokens temperature seed
top_k raw stream_options requests model role content tool_calls function name arguments type json_schema
schema properties enum $ref items anyOf allOf required id parameters instructions minimum minLength format
"""
WORDS = (
    "user assistant tool hi object array string integer json_schema json_object function low # #/x auto required"
)

scalars = st.none() | st.booleans() | st.integers(-5, 100) | st.floats(-9, 9) | st.sampled_from(WORDS.split())
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5),
    max_leaves=12,
)
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "tool"]), "content": st.just("weather hi")},
    optional={"tool_calls": anything, "tool_call_id": anything},
)
tools = st.fixed_dictionaries({"name": st.just("weather")}, optional={"parameters": anything})
formats = st.fixed_dictionaries({"type": st.sampled_from(["json_schema", "json_object"]), "json_schema": anything})
nearly_right = st.fixed_dictionaries(
    {"messages": st.lists(messages, min_size=1, max_size=4)},
    optional={
        "tools": st.lists(tools, max_size=2),
        "tool_choice": anything,
        "response_format": formats,
        "stream": st.booleans(),
        "reasoning": anything,
    },
)


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(asked=anything | nearly_right)
def test_any_json_is_answered_or_refused(wire: Wire, asked: object):
    response = wire.post(asked)
    assert response.status_code in (200, 400, 413), response.text
    if response.headers["content-type"] == "text/event-stream":
        assert events(response.content)[-1] == "[DONE]"


STREAMED = sorted(NAMES - set(REFUSED) - REPLACED - {"stall"})


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    faults=st.lists(st.sampled_from(STREAMED), min_size=1, max_size=3, unique=True),
    after=st.integers(0, 12),
    variant=st.sampled_from(["run", "v1", "openai", "native"]),
    chunk=st.integers(1, 5),
)
def test_any_faults_go_together(wire: Wire, faults: list[str], after: int, variant: str, chunk: int):
    directive = f"fault={','.join(faults)} after={after} variant={variant} chunk={chunk} tokens=9 reasoning=4"
    _, ended = wire.raw(f"[[standin {directive}]] weather 7", RUN)
    assert ended in ("whole", "cut", "reset")
    assert wire.post({"prompt": "still there?"}).status_code == 200
