"""Whose address a request counts for."""

import pytest

from chatapp.server.proxies import real_client

PEER = ["10.0.0.2", 4711]


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("headers", "hops", "client"),
    [
        # Nobody declared: what the client claims about itself does not count.
        (forwarded("6.6.6.6"), 0, PEER),
        # One proxy appended whom it heard from; what stands left of that was invented.
        (forwarded("6.6.6.6, 1.2.3.4"), 1, ["1.2.3.4", 0]),
        (forwarded("6.6.6.6", "1.2.3.4"), 1, ["1.2.3.4", 0]),
        (forwarded("6.6.6.6, 1.2.3.4, 10.0.0.1"), 2, ["1.2.3.4", 0]),
        # Fewer entries than proxies: somebody came past one of them.
        (forwarded("6.6.6.6"), 2, PEER),
        ([], 1, PEER),
        ([(b"x-real-ip", b"1.2.3.4")], 1, ["1.2.3.4", 0]),
        ([(b"x-real-ip", b"6.6.6.6")], 0, PEER),
        ([(b"x-real-ip", b"6.6.6.6")], 2, PEER),
    ],
)
def test_the_address_is_the_one_written_by_the_outermost_proxy_of_ours(headers, hops, client):
    assert real_client(headers, PEER, hops) == client
