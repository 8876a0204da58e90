"""Starting processes in tests: as nobody when we are root, and never outliving the test run."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
# The kernel forgets a parent-death signal when the user changes, so setpriv has to set it once more.
_DIES = ("--pdeathsig", "KILL")


def die_with_parent() -> None:
    """For ``preexec_fn``: the kernel kills this process when the one that started it dies, even by kill -9."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def as_user(name: str, command: Sequence[str]) -> list[str]:
    """The command, run as ``name`` when we are root; unchanged for an ordinary user."""
    if os.geteuid() != 0:
        return list(command)
    who = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", *_DIES, *command]


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command without any right on this machine.

    A target of hostile input never runs as root: an upload name that does find a hole must not overwrite the
    machine (promises §8). Give it folders with `hand_over` first.
    """
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", *_DIES, *command]


def hand_over(folder: Path, name: str = "nobody") -> Path:
    """Make ``folder`` and all in it belong to ``name``, and let that user pass through its parents."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        who = pwd.getpwnam(name)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, who.pw_uid, who.pw_gid, follow_symlinks=False)
        for parent in folder.parents:
            # pytest makes its folders 0700; a passer-by needs only the x bit.
            if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    return folder


@contextlib.contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """This very thread as nobody for as long as the block lasts, when we are root; ``folder`` is handed over first.

    For tests whose target is an application inside the test process: see `unprivileged`. It may still read everything,
    for Python imports as it goes and may lie behind a shut door (a clone under /root), and writes nothing of the machine's.
    """
    if os.geteuid() != 0:
        yield
        return
    hand_over(folder)
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    _raise_reading()
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def _raise_reading() -> None:
    """Put CAP_DAC_READ_SEARCH, and no other capability, back into force for this thread (capset(2), version 3)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    if _libc.capget(header, held):
        raise OSError(ctypes.get_errno(), "capget")
    held[0] = 1 << 2
    if _libc.capset(header, held):
        raise OSError(ctypes.get_errno(), "capset")


def start(command: Sequence[str], *, env: Mapping[str, str] | None = None, **more: Any) -> subprocess.Popen[bytes]:
    """Start a server of its own process group that dies with this process."""
    return subprocess.Popen(
        list(command),
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **more,
    )


def stop(process: subprocess.Popen[bytes], *, patience: float = 5.0) -> None:
    """End the process group: politely, then by force after ``patience`` seconds."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, signum)
        except ProcessLookupError:
            pass
        try:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue


def program(name: str, *elsewhere: str) -> str | None:
    """The path of a program: on PATH, else the newest match of the given patterns."""
    found = shutil.which(name)
    if found:
        return found
    matches = [str(p) for pattern in elsewhere for p in sorted(Path("/").glob(pattern.lstrip("/")))]
    return matches[-1] if matches else None
