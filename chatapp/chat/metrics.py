"""What the chat counts (Prometheus). Numbers only: no words, names or keys of anybody."""

from prometheus_client import Counter, Gauge, Histogram

from chatapp.conversations.log import Ending

running = Gauge("chatapp_replies_running", "Replies running now.", multiprocess_mode="livesum")
ended = Counter("chatapp_replies_ended", "Replies by end state.", ["state"])
errors = Counter("chatapp_replies_errors", "Replies that did not end well, by the code of the reason.", ["code"])
tokens = Counter("chatapp_tokens", "Tokens as the model counted them.", ["direction"])
first_token = Histogram(
    "chatapp_first_token_seconds",
    "From the claim of a reply to its first token.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128),
)
commit = Histogram(
    "chatapp_commit_seconds",
    "One group commit.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
)
events = Counter("chatapp_events", "Events stored.")
frames_dropped = Counter("chatapp_frames_dropped", "Frames not sent to a tab that is behind.")
orphans = Counter("chatapp_orphans", "Replies marked interrupted because their process went away.")


def count(ending: Ending) -> None:
    """A reply has ended, and that is stored."""
    ended.labels(ending.state).inc()
    if ending.error:
        errors.labels(ending.error["code"]).inc()
    tokens.labels("in").inc(ending.usage.get("prompt_tokens") or 0)
    tokens.labels("out").inc(ending.usage.get("completion_tokens") or 0)
    if ending.first_token_seconds is not None:
        first_token.observe(ending.first_token_seconds)
