"""How a forked process ends: whoever waits is told, what is pending is done, and that is all.

DuckDB starts threads as soon as it is imported. A fork has what those threads belong to and not
the threads: taken apart at the end of the interpreter they are waited for, for ever, or the
process aborts. So nothing is taken apart; the kernel closes what was open.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

_signs: list[Callable[[], bool]] = []
_last_deeds: list[Callable[[], object]] = []


def ends_when(sign: Callable[[], bool]) -> None:
    """Take it that this process is about to end as soon as the sign is true."""
    _signs.append(sign)


def is_ending() -> bool:
    """Return whether this process is about to end; whoever waits for long asks now and then."""
    return any(sign() for sign in _signs)


def at_end(deed: Callable[[], object]) -> None:
    """Do something before this process ends, in whichever way it does."""
    atexit.register(deed)
    _last_deeds.append(deed)


def end_now(code: int) -> NoReturn:
    """Do what was asked for the end, and end without taking the interpreter apart."""
    for deed in _last_deeds:
        deed()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
