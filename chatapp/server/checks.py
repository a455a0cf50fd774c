"""What an operator asks about this installation: how is it, and what is to be done?

Each check is a function without arguments that gives a `Finding`; `findings()` runs them all. For /team/health/,
the command line and, as far as it goes, /readyz. No check asks the model, changes anything or tells a secret.
"""

import datetime
import os
import shutil
import sqlite3
import time
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatapp.accounts.templatetags.by_language import moment
from chatapp.accounts.written import grouped
from chatapp.chat import runs
from chatapp.chat.carrier import NAME
from chatapp.conversations import trouble
from chatapp.conversations.models import Reply
from chatapp.conversations.turn import my_turn
from chatapp.conversations.upstream import is_standin
from chatapp.server import lifecycle
from chatapp.upkeep.folder import copies
from chatapp.usage import endings

State = Literal["good", "look", "broken"]
GOOD: State = "good"
LOOK: State = "look"
BROKEN: State = "broken"

LITTLE_ROOM = 2 * 1024**3  # bytes left on the disk: a look
NO_ROOM = 200 * 1024**2  # … and too little
LONG_WAIT = datetime.timedelta(minutes=1)  # of a queued answer
BACKUP_DAYS = 7
REDIS_SECONDS = 2.0
RECENT = 500  # ended answers that are looked through for the last success and the last error

_migrations_applied = False


class Finding(NamedTuple):
    """One answer. `words` say how it is, `what_to_do` what comes next ("" if nothing does), for people."""

    name: str
    state: State
    words: str
    what_to_do: str = ""


def findings() -> list[Finding]:
    """All checks; one that cannot be made is a finding, too."""
    found = []
    for check in CHECKS:
        try:
            found.append(check())
        except (Error, OSError) as error:
            words = _("This could not be looked at (%(error)s).") % {"error": type(error).__name__}
            found.append(Finding(_title(check), BROKEN, words, _("See the server's log, and mend what is above.")))
    return found


def worst(found: list[Finding]) -> State:
    states = {one.state for one in found}
    return BROKEN if BROKEN in states else LOOK if LOOK in states else GOOD


# ── shared with /readyz ──────────────────────────────────────────────────────────────────────


def ask_database() -> None:
    """Raises an Error of the database if it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def missing_migrations() -> int:
    """How many steps the tables are behind."""
    global _migrations_applied
    if _migrations_applied:
        return 0
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    # Once applied they stay so for this process: the plan is read from disk only until then.
    _migrations_applied = not missing
    return missing


# ── the checks ───────────────────────────────────────────────────────────────────────────────


def server() -> Finding:
    """Version and uptime of this process."""
    words = [_("Chatapp %(version)s.") % {"version": version()}]
    if runs.here() is not None:
        began = timezone.now() - datetime.timedelta(seconds=time.monotonic() - lifecycle.STARTED)
        words.append(_("This process runs since %(moment)s.") % {"moment": moment(began)})
    if lifecycle.draining():
        return Finding(
            _title(server),
            LOOK,
            _("This process is ending: it takes no new questions."),
            _("Reload in a moment; another process, or the next start, answers then."),
        )
    return Finding(_title(server), GOOD, " ".join(words))


def database() -> Finding:
    """Engine and size; whether it answers."""
    try:
        ask_database()
        engine, size = _engine_and_size()
    except Error:
        return Finding(
            _title(database),
            BROKEN,
            _("The database does not answer."),
            _("Check that it runs and that DATABASE_URL names it. Answers wait meanwhile; nothing is lost."),
        )
    words = _("%(engine)s, %(size)s.") % {"engine": engine, "size": filesizeformat(size)}
    if connection.vendor == "sqlite" and settings.PROCESSES > 1:
        return Finding(
            _title(database),
            LOOK,
            f"{words} " + _("Several processes on SQLite wait for one another."),
            _("Use PostgreSQL (DATABASE_URL) for several processes."),
        )
    return Finding(_title(database), GOOD, words)


def migrations() -> Finding:
    """Whether the tables are those of this version."""
    if missing := missing_migrations():
        words = ngettext("%(n)s step is missing.", "%(n)s steps are missing.", missing) % {"n": missing}
        return Finding(_title(migrations), BROKEN, words, _("Run `python manage.py migrate`, then start again."))
    return Finding(_title(migrations), GOOD, _("The tables are up to date."))


def writing() -> Finding:
    """Whether something can be stored: tried, and taken back; and what the answers have met."""
    carrier = runs.here()
    held = carrier.clock.held if carrier is not None else ""
    if held == trouble.DISK:
        return _not_written(_("The disk is full, or it cannot be written to. Answers wait."))
    try:
        with my_turn(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE django_migrations SET app = app WHERE id = (SELECT MIN(id) FROM django_migrations)"
            )
            transaction.set_rollback(True)
    except Error:
        return _not_written(_("Nothing can be stored."))
    return Finding(_title(writing), GOOD, _("Can be written to."))


def _not_written(words: str) -> Finding:
    what = _("Free some space, or check the rights of the data folder. What waits is stored by itself then.")
    return Finding(_title(writing), BROKEN, words, what)


def doorbell() -> Finding:
    """Redis, by which processes hear of each other; without it, whether it is needed."""
    if not settings.REDIS_URL:
        if settings.PROCESSES > 1:
            return Finding(
                _title(doorbell),
                BROKEN,
                _("Several processes are set, but no Redis: they do not hear of each other."),
                _("Set REDIS_URL, or PROCESSES=1."),
            )
        return Finding(_title(doorbell), GOOD, _("Not used: one process needs none."))
    import redis  # here: it would cost every start without it a tenth of a second

    where = _host(settings.REDIS_URL)
    began = time.perf_counter()
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return Finding(
            _title(doorbell),
            BROKEN,
            _("Redis at %(where)s does not answer. Other tabs hear of news late.") % {"where": where},
            _("Check that it runs and that REDIS_URL names it. It keeps nothing: it may be started anew."),
        )
    took = round((time.perf_counter() - began) * 1000, 1)
    words = _("Redis at %(where)s answers in %(ms)s ms.") % {"where": where, "ms": took}
    return Finding(_title(doorbell), GOOD, words)


def model() -> Finding:
    """The model's endpoint, by what the last answers met. Nothing is asked: that costs."""
    last = _last_ends()
    words = [_endpoint_words(), *last.words()]
    circuit = _circuit()
    state: State = GOOD
    what = ""
    if circuit == "open":
        state = BROKEN
        words.append(_("It fails so often that it is left alone for a moment."))
        what = _("It is tried again by itself. If it stays so, run `python manage.py check_model`.")
    elif last.error_is_newest:
        state = BROKEN if last.error in ("authentication", "no_such_model", "daily_quota") else LOOK
        what = _WHAT_TO_DO.get(last.error, _ask_it)()
    elif circuit == "half-open":
        state, what = LOOK, _("It is tried again with the next question.")
    if state == GOOD and is_standin():
        state = LOOK
        what = _("Set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_AUTH_TOKEN, or OPENAI_BASE_URL, and start again.")
    return Finding(_title(model), state, " ".join(words), what)


def replies() -> Finding:
    """Answers being written, waiting, and left behind by a process that is gone."""
    now = timezone.now()
    unfinished = list(Reply.objects.unfinished().values_list("state", "lease_until", "created"))
    queued = [created for state, _lease, created in unfinished if state == Reply.State.QUEUED]
    running = [lease for state, lease, _created in unfinished if state == Reply.State.RUNNING]
    orphans = sum(lease is not None and lease < now for lease in running)
    words = _("%(running)s being written, %(queued)s waiting, %(orphans)s left behind.") % {
        "running": grouped(len(running) - orphans),
        "queued": grouped(len(queued)),
        "orphans": grouped(orphans),
    }
    if orphans:
        what = _("They are ended within 15 seconds. If they stay, no process serves: start one.")
        return Finding(_title(replies), LOOK, words, what)
    if queued and now - min(queued) > LONG_WAIT:
        what = _("Some wait for long. Raise MAX_RUNNING or MAX_RUNNING_PER_MEMBER, or add a process.")
        return Finding(_title(replies), LOOK, words, what)
    return Finding(_title(replies), GOOD, words)


def disk() -> Finding:
    """Room where the data live."""
    room = shutil.disk_usage(_existing(Path(settings.DATA_DIR)))
    words = _("%(free)s free of %(total)s where the data live.") % {
        "free": filesizeformat(room.free),
        "total": filesizeformat(room.total),
    }
    if room.free < NO_ROOM:
        return Finding(_title(disk), BROKEN, words, _("Free some space now: soon nothing can be stored."))
    if room.free < LITTLE_ROOM:
        return Finding(_title(disk), LOOK, words, _("Free some space, or move DATA_DIR to a larger disk."))
    return Finding(_title(disk), GOOD, words)


def processes() -> Finding:
    """Those that serve on this machine."""
    if runs.here() is None:
        return Finding(_title(processes), GOOD, _("Not known here: this is not a serving process."))
    alive = len(_live_pids()) or 1
    words = ngettext("%(n)s process serves here.", "%(n)s processes serve here.", alive) % {"n": alive}
    words = f"{words} " + _("This one is %(name)s.") % {"name": NAME}
    if alive < settings.PROCESSES:
        what = _("%(n)s are set. One that ended is started anew by itself; see the log for why it ended.")
        return Finding(_title(processes), LOOK, words, what % {"n": settings.PROCESSES})
    return Finding(_title(processes), GOOD, words)


def backup() -> Finding:
    """The newest copy of this database: a file that only looks like one, or is of another, saves nobody."""
    folder = Path(settings.BACKUP_DIR)
    made = copies(folder)
    if not made:
        return Finding(
            _title(backup),
            LOOK,
            _("None yet in %(folder)s.") % {"folder": folder},
            _("Have `python manage.py backup` run every night, or make sure that backups of your own do."),
        )
    last = max(manifest.made_at for _path, manifest in made)
    words = _("The last one was made on %(moment)s.") % {"moment": moment(last)}
    if timezone.now() - last > datetime.timedelta(days=BACKUP_DAYS):
        return Finding(_title(backup), LOOK, words, _("That is long ago. Have `python manage.py backup` run."))
    return Finding(_title(backup), GOOD, words)


CHECKS: tuple[Callable[[], Finding], ...] = (
    server,
    database,
    migrations,
    writing,
    doorbell,
    model,
    replies,
    disk,
    processes,
    backup,
)


def _title(check: Callable[[], Finding]) -> str:
    return {
        "server": _("Server"),
        "database": _("Database"),
        "migrations": _("Tables"),
        "writing": _("Storing"),
        "doorbell": _("Between processes"),
        "model": _("Model"),
        "replies": _("Answers"),
        "disk": _("Disk"),
        "processes": _("Processes"),
        "backup": _("Backup"),
    }[check.__name__]


# ── what they look at ────────────────────────────────────────────────────────────────────────


class _Ends(NamedTuple):
    """Of the answers that ended within a day."""

    success_at: datetime.datetime | None
    error: str
    error_at: datetime.datetime | None
    limit_at: datetime.datetime | None

    @property
    def error_is_newest(self) -> bool:
        return self.error_at is not None and (self.success_at is None or self.error_at > self.success_at)

    def words(self) -> list[str]:
        if self.success_at is None and self.error_at is None:
            return [_("Nothing was asked within a day.")]
        said = []
        if self.success_at is not None:
            said.append(_("Last good answer: %(moment)s.") % {"moment": moment(self.success_at)})
        if self.error_at is not None:
            told = {"moment": moment(self.error_at), "what": endings.words(self.error)}
            said.append(_("Last error: %(moment)s (%(what)s).") % told)
        if self.limit_at is not None and self.limit_at != self.error_at:
            said.append(_("Last refused for a limit: %(moment)s.") % {"moment": moment(self.limit_at)})
        return said


def _last_ends() -> _Ends:
    # By the index of those whose log is still kept, which is for a day.
    ended = Reply.objects.filter(log_kept=True, ended_at__isnull=False, started_at__isnull=False)
    rows = ended.order_by("-ended_at").values_list("state", "error", "ended_at")[:RECENT]
    success = error_at = limit = None
    code = ""
    for state, error, at in rows:
        if state == Reply.State.COMPLETE:
            success = success or at
        elif error and error.get("code") not in ("restart", "lost_process"):
            if error_at is None:
                code, error_at = str(error.get("code", endings.OTHER)), at
            if error.get("code") in endings.LIMITS:
                limit = limit or at
    return _Ends(success, code, error_at, limit)


def _endpoint_words() -> str:
    if is_standin():
        return _("The stand-in answers, not a model.")
    base = settings.OPENAI_BASE_URL or settings.CLOUDFLARE_API_BASE
    return _("%(model)s at %(where)s.") % {"model": settings.MODEL_NAME, "where": _host(base)}


def _circuit() -> str:
    carrier = runs.here()
    return carrier.circuit if carrier is not None else "closed"


def _ask_it() -> str:
    return _("If it happens again, run `python manage.py check_model`: it says what the endpoint answers.")


_WHAT_TO_DO: dict[str, Callable[[], str]] = {
    "authentication": lambda: _("Check the account id and the token; it needs the permission “Workers AI”."),
    "no_such_model": lambda: _("Check MODEL_NAME, MODEL_FORM and the address of the API."),
    "daily_quota": lambda: _("It starts anew at 00:00 UTC; a paid plan of the account goes on now."),
    "rate_limited": lambda: _("Lower MAX_RUNNING, or ask for a higher limit of the account."),
}


def _engine_and_size() -> tuple[str, int]:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        files = [path, path.with_name(f"{path.name}-wal")]
        return f"SQLite {sqlite3.sqlite_version}", sum(file.stat().st_size for file in files if file.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        engine, size = cursor.fetchone()
    return f"PostgreSQL {engine.split(' ')[0]}", size


def _live_pids() -> set[str]:
    """Of `serve --processes N`: each process has files of its own for its gauges, until it is gone."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return set()
    return {path.stem.rpartition("_")[2] for path in Path(folder).glob("gauge_live*_*.db")}


def _host(address: str) -> str:
    """Of an address without what is secret in it: user, password, path."""
    parts = urlsplit(address)
    return f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or _("an address of yours")


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.resolve().parents) if one.exists())


@lru_cache(maxsize=1)
def version() -> str:
    """As pyproject.toml says."""
    try:
        with (Path(settings.BASE_DIR) / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "?"
