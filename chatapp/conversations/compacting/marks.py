"""What the transcript says at the place of a summary."""

from dataclasses import dataclass
from uuid import UUID

from chatapp.accounts.retold import retold
from chatapp.workersai.tokens import estimate_tokens

from ..history import PER_MESSAGE, measured_ratio
from ..models import Conversation, Summary
from .standing import told


@dataclass(frozen=True, slots=True)
class Mark:
    """`state`: standing, earlier (a later one contains it), writing, failed."""

    id: UUID
    state: str
    text: str
    messages: int  # it stands for the first so many
    tokens: int  # about what they took
    own_tokens: int  # about what it takes
    by_model: bool
    error: str
    part: int  # being written, of `parts`; `done` of them are written
    done: int
    parts: int
    cost: float


def marks(conversation: Conversation, path: list[int]) -> dict[int, Mark]:
    """The marks on the branch `path`, by the id of the message after which they stand: the newest of each."""
    found = list(Summary.objects.filter(conversation=conversation, removed_at=None).order_by("pk"))
    if not found:
        return {}
    places = {pk: at for at, pk in enumerate(path)}
    here = [one for one in found if one.upto_id in places]
    stands = next((one for one in reversed(here) if one.text), None)
    ratio = measured_ratio(conversation)
    return {one.upto_id: _mark(one, stands, places[one.upto_id] + 1, ratio) for one in here}


def _mark(one: Summary, stands: Summary | None, messages: int, ratio: float) -> Mark:
    state = "standing" if one == stands else "earlier" if one.text else "failed" if one.error else "writing"
    return Mark(
        id=one.key,
        state=state,
        text=one.text,
        messages=messages,
        tokens=one.tokens,
        own_tokens=int((estimate_tokens(told(one)["content"]) + PER_MESSAGE) * ratio) if one.text else 0,
        by_model=one.by_model,
        error=retold(one.error),
        part=min(one.parts_done + 1, one.parts),
        done=one.parts_done,
        parts=one.parts,
        cost=one.cost,
    )
