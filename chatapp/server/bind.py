"""The listening socket, and plain words when it cannot be had."""

import errno
import socket

BACKLOG = 512  # reconnecting tabs arrive together after a restart


class CannotListen(Exception):
    """The address cannot be had; `str()` is a sentence for the person at the terminal."""


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket on `host`:`port` (0 = any free port), inheritable by children.

    Raises CannotListen with a sentence that says what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise CannotListen(_not_ours(host)) from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_in_plain_words(error, host, port)) from None
    listener.setblocking(False)
    listener.set_inheritable(True)
    return listener


def adopt(fd: int) -> socket.socket:
    """The socket that the parent process opened and left to us under number `fd`."""
    return socket.socket(fileno=fd)


def _not_ours(host: str) -> str:
    return f"HOST={host} is not an address of this machine. Try 127.0.0.1 or 0.0.0.0."


def _in_plain_words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. Stop that program, "
            f"or choose another port: PORT={port + 1 if port < 65535 else 8000} make run"
        )
    if error.errno == errno.EACCES:
        return f"This user may not open port {port}. Choose a port from 1024 up: PORT=8000 make run"
    if error.errno == errno.EADDRNOTAVAIL:
        return _not_ours(host)
    return f"Cannot listen on {host}:{port}: {error.strerror}."
