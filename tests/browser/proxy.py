"""A TCP proxy between browser and server whose connections can be cut, all at once and without a goodbye."""

import contextlib
import select
import socket
import struct
import threading
from urllib.parse import urlsplit

RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST, as a lost network does in the end


class CuttingProxy:
    """Listens at `address` from the start; `lead_to` says where it leads."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._target = ("", 0)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def lead_to(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 80)

    def cut(self) -> int:
        """Reset all connections; returns how many there were."""
        with self._lock:
            victims, self._open = self._open, set()
        for victim in victims:
            with contextlib.suppress(OSError):
                victim.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
                victim.shutdown(socket.SHUT_RDWR)
        return len(victims)

    def __enter__(self) -> "CuttingProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(self._target, 10) as server:
            with self._lock:
                self._open.add(client)
            try:
                while True:
                    for ready in select.select([client, server], [], [])[0]:
                        if not (data := ready.recv(65536)):
                            return
                        (server if ready is client else client).sendall(data)
            finally:
                with self._lock:
                    self._open.discard(client)
