"""The state of this process, for readiness and for the refusals while it drains.

One process serves on one loop, so plain attributes are enough; only `serve` writes them.
`runserver` and a foreign ASGI server leave the state at "serving".
"""

import time
from typing import Literal

State = Literal["starting", "serving", "draining"]

STARTED = time.monotonic()  # when this process loaded its code

_state: State = "serving"


def state() -> State:
    return _state


def enter(state: State) -> None:
    """Note what this process does now; from "draining" there is no way back."""
    global _state
    if _state != "draining":
        _state = state


def draining() -> bool:
    """True from the first SIGTERM or Ctrl+C on: no new questions, no new sockets."""
    return _state == "draining"
