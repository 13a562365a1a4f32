"""Starting the limited process, listening to it, and ending it when it takes too long."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.table import ReadOptions, Table
from bihuan.integrations.reader.limits import MEGABYTE, Limits
from bihuan.integrations.reader.wire import Listener
from bihuan.kernel.errors import Problem

PACKAGE_ROOT = Path(__file__).resolve().parents[3]

TOOK_TOO_LONG = Fault(
    "reader.took_too_long",
    gettext_noop("Reading the file took longer than %(limit)s seconds and was stopped."),
    gettext_noop("Split the file. A small file that takes so long is damaged or made to do harm."),
)
STOPPED = Fault(
    "reader.stopped",
    gettext_noop("The file could not be read: reading it broke off."),
    gettext_noop("Open it in Excel or WPS, save it under a new name, or save it as CSV (UTF-8)."),
)
NEEDS_TOO_MUCH = Fault(
    "reader.needs_too_much",
    gettext_noop("The file needs more memory than %(limit)s MB to be read."),
    gettext_noop("Split it, or save the sheet that is needed as CSV (UTF-8)."),
)
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR")


def run_child(
    path: Path, *, name: str, options: ReadOptions, limits: Limits
) -> tuple[list[Table], list[Problem]]:
    """Return what the limited process found in a file; whatever it does, an answer comes back."""
    asked: dict[str, object] = {
        "file": {"path": str(path.resolve()), "name": name},
        "options": asdict(options),
        "limits": asdict(limits),
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "bihuan.integrations.reader.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        cwd=os.sep,
    ) as child:
        return _listen(child, asked, Origin(name), limits)


def _environment() -> dict[str, str]:
    """Return the little of the environment that the child needs: no secret, no database."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": str(PACKAGE_ROOT), "PYTHONUTF8": "1"}


def _listen(
    child: subprocess.Popen[bytes], asked: dict[str, object], origin: Origin, limits: Limits
) -> tuple[list[Table], list[Problem]]:
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        child.kill()

    clock = threading.Timer(limits.wall_seconds, stop)
    last_words: list[bytes] = []
    stderr = child.stderr
    mouth = threading.Thread(target=lambda: last_words.append(stderr.read()[-100_000:]))
    clock.start()
    mouth.start()
    heard = Listener()
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.close()
        for line in child.stdout:
            heard.hear(line)
    except BrokenPipeError:
        pass
    finally:
        clock.cancel()
    child.wait()
    mouth.join()
    if heard.is_done:
        return heard.tables(), heard.problems
    return [], [
        _end_of(
            child.returncode,
            b"".join(last_words),
            origin=origin,
            limits=limits,
            is_late=is_late.is_set(),
        )
    ]


def _end_of(
    code: int, last_words: bytes, *, origin: Origin, limits: Limits, is_late: bool
) -> Problem:
    """Return the problem that a child leaves which ended before it had answered."""
    if is_late or (hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU):
        return TOOK_TOO_LONG.at(origin, limit=min(limits.cpu_seconds, limits.wall_seconds))
    if b"MemoryError" in last_words or b"memory allocation" in last_words:
        return NEEDS_TOO_MUCH.at(origin, limit=limits.memory_bytes // MEGABYTE)
    return STOPPED.at(origin)
