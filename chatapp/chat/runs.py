"""What runs in this process, for everybody: the one `Carrier`, begun and drained here, knocked at from any thread.

Views run in threads, the carrier on the server's loop: these functions hand over and return at once. In a process
that runs no replies (a command, a test) they do nothing, and others find what was stored.
"""

from collections.abc import Callable
from typing import Any

from chatapp.conversations import tail
from chatapp.conversations.models import Conversation, Reply, Summary
from chatapp.conversations.reply import Prepared, Run
from chatapp.conversations.threads import in_thread

from .carrier import NAME, Carrier, change_of

_here: Carrier | None = None


async def start() -> None:
    """Begin to run replies in this process, on the running loop. Repeats do nothing."""
    global _here
    if _here is None or _here.loop.is_closed() or _here.ended:
        _here = Carrier()
        await _here.start()


async def drain(seconds: float) -> None:
    """End what runs here; the intake stays closed until the process has gone."""
    if _here is not None:
        await _here.drain(seconds)


def here() -> Carrier | None:
    return _here


def is_draining() -> bool:
    return _here is not None and _here.draining


def claimant() -> str:
    """The name to claim a reply under, or "" if this process cannot run one now."""
    from django.conf import settings

    if _here is None or _here.draining or _here.running >= settings.MAX_RUNNING:
        return ""
    return NAME


def launch(reply: Reply, prepared: Prepared | None = None) -> None:
    """From any thread: run the reply if this process has claimed it, else see to it that somebody looks.

    prepared: what it will ask, if the caller has it at hand; otherwise it is read before the reply runs.
    """
    if _here is None:
        return
    if reply.state == Reply.State.RUNNING and reply.owner == NAME:
        _here.loop.call_soon_threadsafe(_here.begin, [Run(reply.pk, prepared)])
    else:
        _here.loop.call_soon_threadsafe(_here.waiting.set)


def changed(conversation: Conversation, turns: bool = False, row: bool = True) -> None:
    """From any thread: tell the tabs."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.broadcast.changed, change_of(conversation, turns, row))


def visited(conversation: Conversation) -> None:
    """From any thread: a reviewer opened it."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.broadcast.visited, conversation.pk, conversation.key)


def condense(summary: Summary) -> None:
    """From any thread: the summary is to be written here."""
    if _here is not None:
        change = change_of(summary.conversation, turns=True, row=False)
        _here.loop.call_soon_threadsafe(_here.condense, summary.pk, change)


def import_soon() -> None:
    """From any thread: an import waits to be worked on, or to be cancelled."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.import_waits.set)


def lists_changed(owner_id: int) -> None:
    """From any thread: folders, or many rows at once, of a member changed."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.broadcast.lists, owner_id)


def tidy() -> None:
    """From any thread: something waits to be erased; do not wait for the next round."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.untidy.set)


def ended(reply_id: int, log: list[tail.Grown]) -> None:
    """From any thread: a reply that nobody ran has ended; all of its log, or nothing if it has not."""
    if _here is not None and log:
        _here.loop.call_soon_threadsafe(_here.broadcast.ended, reply_id, log)


def stop_soon(reply_id: int) -> None:
    """From any thread: a stop was stored; whoever runs the reply should look now."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.broadcast.stop, reply_id)


def aside(deed: Callable[..., Any], *args: Any) -> None:
    """From any thread: do this in a moment, so that no answer waits for it. It logs its failures itself."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(lambda here: here.spawn(in_thread(deed, *args)), _here)
    else:
        deed(*args)


def draft(conversation: Conversation, text: str) -> None:
    """From any thread: the draft of a conversation, for its other tabs."""
    if _here is not None:
        _here.loop.call_soon_threadsafe(_here.broadcast.draft, conversation.pk, conversation.key, text)
