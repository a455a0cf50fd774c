"""`manage.py serve`: the one command that runs Chatapp."""

import argparse
import asyncio
import gc
import os
import shutil
import socket
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatapp.server import bind, lifecycle, prepare
from chatapp.upkeep import hold
from chatapp.upkeep.trouble import Trouble

SAVING_TAKES = 12.0  # seconds beyond DRAIN_SECONDS that chat.runs.drain may need to save the rest
PROCESS_ENDS_WITHIN = 10.0  # seconds for threads that hang on after the loop has ended


STOPPING = "Stopping: running answers get a moment to finish. Ctrl+C again leaves at once."


def say(text: str) -> None:
    print(text, flush=True)


class Command(BaseCommand):
    help = "Prepares what is missing, prints the address, and serves until Ctrl+C or SIGTERM; then drains."
    requires_system_checks: list[str] = []  # they cost a second start 0.3 s; `make check` runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="Address to listen on (HOST).")
        parser.add_argument("--port", type=int, default=settings.PORT, help="Port, 0 for any free one (PORT).")
        parser.add_argument(
            "--processes",
            type=int,
            default=settings.PROCESSES,
            help="Processes on one socket (PROCESSES).",
        )
        parser.add_argument("--no-migrate", action="store_true", help="Leave the database as it is.")
        # What a parent tells its child; not for people.
        for name in ("--fd", "--parent-fd", "--ready-fd"):
            parser.add_argument(name, type=int, help=argparse.SUPPRESS)
        parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self._run(options)
        except (bind.CannotListen, Trouble) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            say("Stopped.")
            code = 130
        sys.stdout.flush()
        _leave(code)

    def _run(self, options: dict[str, Any]) -> int:
        if options["processes"] < 1:
            raise CommandError("--processes must be 1 or more.")
        if options["worker"]:
            return _serve(bind.adopt(options["fd"]), options)
        if options["fd"] is None:
            listener = bind.listen(options["host"], options["port"])
            self._settle_address(options, listener)
        else:
            listener = bind.adopt(options["fd"])
        say("Chatapp is starting …")
        prepare.raise_open_files()
        hold.serving()
        with ThreadPoolExecutor(1) as beside:
            standin = beside.submit(_start_standin) if _needs_standin() else None
            if not options["no_migrate"]:
                prepare.migrate(say)
            prepare.collect_static(say)
            if options["no_migrate"] and prepare.missing_migrations():
                say("The database is not up to date: /readyz says no until `manage.py migrate` has run.")
                link = None
            else:
                link = _setup_link()
            if standin:
                # Children and the settings of the model's wire find it by this name. It ends with us.
                os.environ["STANDIN_URL"] = standin.result()
                say(
                    "A stand-in model answers for now. "
                    "Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_AUTH_TOKEN to talk to gpt-oss-20b."
                )
        if link:
            say(f"Make the first administrator here (works once): {link}")
        if options["processes"] == 1:
            return _serve(listener, options)
        return _supervise(listener, options)

    def _settle_address(self, options: dict[str, Any], listener: socket.socket) -> None:
        """Start over with HOST and PORT in the environment when the command line says otherwise.

        The settings follow from them (allowed origins, the socket's origin check) and are read by now.
        """
        port = listener.getsockname()[1]
        if (options["host"], port) == (settings.HOST, settings.PORT):
            return
        os.environ |= {"HOST": options["host"], "PORT": str(port)}
        again = [sys.executable, *sys.argv, "--fd", str(listener.fileno())]
        os.execv(sys.executable, again)  # noqa: S606 (no shell is meant)


def _needs_standin() -> bool:
    return not (settings.CLOUDFLARE_ACCOUNT_ID or settings.OPENAI_BASE_URL)


def _start_standin() -> str:
    from chatapp.standin import launch

    return launch.ensure()


def _setup_link() -> str | None:
    from django.db import connection

    from chatapp.accounts.setup import issue_setup_link
    from chatapp.accounts.tokens import link

    try:
        token = issue_setup_link()
    finally:
        connection.close()
    return link("setup", token) if token else None


def _say_ready(options: dict[str, Any]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options["host"], options["host"])  # noqa: S104
    say(f"Ready: http://{host}:{settings.PORT}" + (f" (as {settings.SITE_URL})" if settings.SITE_URL else ""))
    if options["host"] not in ("127.0.0.1", "localhost", "::1") and not settings.SITE_URL:
        say("Other machines are turned away until SITE_URL says by which address people come.")
    if sys.stdout.isatty():
        say("Ctrl+C stops it.")


def _serve(listener: socket.socket, options: dict[str, Any]) -> int:
    """Serve in this process; returns the exit code."""
    lifecycle.enter("starting")
    from channels.routing import get_default_application

    from chatapp.server.drainserver import DrainServer
    from chatapp.server.guard import Limits

    application = get_default_application()
    # The room that owns the running replies; imported late because it needs the application loaded.
    from chatapp.chat import runs

    def ready() -> None:
        # What is loaded by now stays for ever: looking through it at every full collection stops all streams
        # for a tenth of a second.
        gc.freeze()
        if options["ready_fd"] is not None:
            os.write(options["ready_fd"], b".")
            os.close(options["ready_fd"])
        else:
            _say_ready(options)

    async def drain() -> None:
        if not options["worker"]:
            say(STOPPING)
        seconds = settings.DRAIN_SECONDS
        await asyncio.wait_for(runs.drain(seconds=seconds), seconds + SAVING_TAKES)

    server = DrainServer(
        application,
        listener,
        start=runs.start,
        drain=drain,
        ready=ready,
        limits=Limits(body=settings.MAX_BODY_BYTES, connections=settings.MAX_CONNECTIONS),
        proxy_hops=settings.TRUSTED_PROXIES,
        parent_fd=options["parent_fd"],
    )
    code = server.run()
    if not options["worker"]:
        say("Stopped.")
    return code


def _supervise(listener: socket.socket, options: dict[str, Any]) -> int:
    """Let children serve; returns the exit code."""
    from chatapp.server.supervise import Supervisor

    if not settings.REDIS_URL:
        raise CommandError(
            "Several processes need REDIS_URL: without it a tab on one hears nothing of answers on another. "
            "Their database is best PostgreSQL (DATABASE_URL)."
        )
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        say("Several processes on SQLite work, but wait for one another. PostgreSQL is meant for it.")
    folder = tempfile.mkdtemp(prefix="chatapp-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    command = [sys.executable, sys.argv[0], "serve", "--worker", "--fd", str(listener.fileno())]
    try:
        code = Supervisor(
            command,
            options["processes"],
            keep_fds=(listener.fileno(),),
            drain_seconds=settings.DRAIN_SECONDS,
            ready=lambda: _say_ready(options),
        ).run(on_stop=lambda: say(STOPPING))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("Stopped.")
    return code


def _leave(code: int) -> None:
    """Exit, and do not let a thread that hangs (a database that does not answer) hold the process."""
    watchdog = threading.Timer(PROCESS_ENDS_WITHIN, os._exit, [code])
    watchdog.daemon = True
    watchdog.start()
    raise SystemExit(code)
