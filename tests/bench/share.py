"""The same small share of a core for each process of the server, so that the server is what is full.

    with Shares(0.3) as shares:
        shares.give(pid)

Where generator, readers, PostgreSQL and Redis need a core themselves, a second process of the server finds no
second core to win. Held down to a part of a core each, one process is full at some fifty streams, and the rest of
the machine has room for twice as many. Linux keeps a process to its share by a control group (cgroup, version 1
or 2), which only root may make. Each process gets a group of its own, with all of its threads; none is left over.
"""

import errno
import os
import time
from pathlib import Path

LEAST, MOST = 0.1, 1.0  # of a core; the kernel grants no less than 1 ms at a time
# A process that has used up its share waits for the next period: short, so that this adds little to the latency.
PERIOD = 10_000  # microseconds
MOUNTED = Path("/sys/fs/cgroup")
EMPTY_WITHIN = 5.0  # seconds


class CannotShare(Exception):
    """No shares can be given here; `str()` is a sentence for the person at the terminal."""


class Shares:
    """`share` of a core, at most, for each process that is given one, until the end of the block."""

    def __init__(self, share: float) -> None:
        self._quota = round(share * PERIOD)
        self._root, self._is_v2 = _find_root()
        self._groups: list[Path] = []
        self._made_known = False

    def __enter__(self) -> "Shares":
        """CannotShare if groups cannot be made: tried at once, before the long part of a benchmark."""
        try:
            if self._is_v2 and "cpu" not in self._children_have():
                (self._root / "cgroup.subtree_control").write_text("+cpu")
                self._made_known = True
            self._limit(self._make("trial"))
        except OSError as error:
            self._clean()
            raise CannotShare(_in_plain_words(self._root, error)) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._clean()

    def give(self, pid: int) -> None:
        """Hold the process, with all its threads and those to come, to the share."""
        group = self._make(str(pid))
        self._limit(group)
        (group / "cgroup.procs").write_text(str(pid))

    def _make(self, name: str) -> Path:
        group = self._root / f"chatapp-bench-{os.getpid()}-{name}"
        group.mkdir()
        self._groups.append(group)
        return group

    def _limit(self, group: Path) -> None:
        # The weight: what a process is granted it shall get, too, whatever else the machine does.
        if self._is_v2:
            (group / "cpu.weight").write_text("1000")
            (group / "cpu.max").write_text(f"{self._quota} {PERIOD}")
        else:
            (group / "cpu.shares").write_text("10240")
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(self._quota))

    def _children_have(self) -> list[str]:
        return (self._root / "cgroup.subtree_control").read_text().split()

    def _clean(self) -> None:
        while self._groups:
            _remove(self._groups.pop(), self._root)
        if self._made_known:
            (self._root / "cgroup.subtree_control").write_text("-cpu")
            self._made_known = False


def _find_root() -> tuple[Path, bool]:
    """(where the groups of processors' time are, whether in version 2)"""
    for name in ("cpu", "cpu,cpuacct"):
        if (MOUNTED / name / "cpu.cfs_quota_us").exists():
            return MOUNTED / name, False
    controllers = MOUNTED / "cgroup.controllers"
    if controllers.exists() and "cpu" in controllers.read_text().split():
        return MOUNTED, True
    raise CannotShare(f"There are no control groups for processor time in {MOUNTED}. --share needs them.")


def _in_plain_words(root: Path, error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Control groups cannot be written in {root}. Only root may, outside of a container."
    return f"Control groups cannot be made in {root}: {error.strerror}."


def _remove(group: Path, root: Path) -> None:
    """Whoever still runs in the group goes back to where all are; an ending process leaves it by itself, soon."""
    deadline = time.monotonic() + EMPTY_WITHIN
    while True:
        for pid in (group / "cgroup.procs").read_text().split():
            try:
                (root / "cgroup.procs").write_text(pid)
            except ProcessLookupError:
                continue
        try:
            group.rmdir()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
