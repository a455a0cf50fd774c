"""The team's switch: whether signals are recorded, and who turned it when. On until somebody turns it off."""

from chatapp.audit.record import Subject, record
from chatapp.conversations.turn import my_turn

from .audit_actions import RECORDING
from .models import Recording


def is_on() -> bool:
    last = Recording.objects.order_by("-id").values_list("on", flat=True).first()
    return True if last is None else last


@my_turn()
def turn(on: bool, *, by) -> bool:
    """Turn the switch; False if it stood so already (then nothing is written). What was recorded stays."""
    if is_on() == on:
        return False
    Recording.objects.create(on=on, by=by)
    record(RECORDING, actor=by, subject=Subject("signals", "team"), detail={"on": on})
    return True


def history(most: int = 50) -> list[Recording]:
    """The last turns, newest first."""
    return list(Recording.objects.select_related("by").order_by("-id")[:most])
