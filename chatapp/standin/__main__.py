"""``python -m chatapp.standin``: prints ``listening on http://127.0.0.1:PORT``, serves until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading

from . import refusals
from .answering import Options
from .routes import FULL, SHORT
from .server import Server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chatapp.standin", description="A local stand-in for Workers AI."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port (default)")
    parser.add_argument("--rate", type=float, default=60.0, help="tokens per second and stream; 0: no pacing")
    parser.add_argument("--models", default=f"{FULL},{SHORT}", help="model paths it knows, separated by commas")
    parser.add_argument("--batch", choices=("refuse", "accept"), default="refuse", help="queueRequest=true")
    parser.add_argument("--window", type=int, default=refusals.CONTEXT_WINDOW, help="context window in tokens")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when standard input ends")
    return parser.parse_args()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Ends the server with its parent. A thread, because the loop cannot watch every kind of file."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


async def _serve(arguments: argparse.Namespace) -> None:
    models = tuple(name for name in arguments.models.split(",") if name)
    server = Server(Options(arguments.rate, models, arguments.batch, arguments.window))
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    url = await server.start(arguments.host, arguments.port)
    print(f"listening on {url}", flush=True)
    if arguments.until_stdin_closes:
        _watch_stdin(loop, stop)
    await stop.wait()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
