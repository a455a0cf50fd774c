"""Who is asking, when proxies stand between."""

from collections.abc import Iterable, Sequence


def real_client(
    headers: Iterable[tuple[bytes, bytes]], peer: Sequence[object] | None, hops: int
) -> list[object] | None:
    """The client's [address, port] as the nearest `hops` declared proxies tell it.

    Every proxy appends to X-Forwarded-For whom it heard from, so the n-th entry from the right was written
    by the outermost of n proxies of ours; whatever stands left of it, the client may have invented
    (daphne's own --proxy-headers believes the leftmost). With one proxy X-Real-IP serves as well.
    A header that is too short or missing leaves the peer, and the port of a forwarded client is unknown (0).
    """
    forwarded: list[str] = []
    real = ""
    for name, value in headers:
        if name == b"x-forwarded-for":
            forwarded += [part.strip() for part in value.decode("latin-1").split(",")]
        elif name == b"x-real-ip":
            real = value.decode("latin-1").strip()
    if hops and len(forwarded) >= hops:
        return [forwarded[-hops], 0]
    if hops == 1 and real:
        return [real, 0]
    return list(peer) if peer is not None else None
