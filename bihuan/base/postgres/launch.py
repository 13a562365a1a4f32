"""Becomes a program that runs as another account and does not outlive its parent.

    python -I -S launch.py UID GID PROGRAM [ARGUMENT ...]

Run as root on Linux, the program keeps CAP_DAC_OVERRIDE as an ambient capability,
so that it reaches its folders below one that is closed to others. Where even root
may not grant that, the program does without. A script of its own, on the standard
library alone: what must happen between fork and exec is not safe in a process
with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

# From linux/prctl.h, linux/securebits.h and linux/capability.h.
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    uid, gid, *command = sys.argv[1:]
    parent = os.getppid()
    if os.geteuid() == 0:
        become(int(uid), int(gid))
    if sys.platform == "linux":
        # Set last, as a change of account clears it. SIGINT is PostgreSQL's fast shutdown.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() != parent:
            sys.exit("the parent is gone")
    os.execv(command[0], command)


def become(uid: int, gid: int) -> None:
    """Change from root to an account, keeping the one right to pass through folders."""
    keeps = sys.platform == "linux" and _keep_rights_on_change()
    os.setgroups([gid])
    os.setresgid(gid, gid, gid) if sys.platform == "linux" else os.setgid(gid)
    os.setresuid(uid, uid, uid) if sys.platform == "linux" else os.setuid(uid)
    if keeps:
        _keep_only_passage()


def _keep_rights_on_change() -> bool:
    """Keep root's rights when root's name goes, and let ``access()`` see them."""
    answer: int = ctypes.CDLL(None).prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    return answer == 0


def _keep_only_passage() -> None:
    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << CAP_DAC_OVERRIDE
    # Effective, permitted and inheritable, for capabilities 0 to 31 and 32 to 63.
    for rights in ((bit, bit, bit, 0, 0, 0), (0, 0, 0, 0, 0, 0)):
        if libc.capset(header, (ctypes.c_uint32 * 6)(*rights)) == 0:
            break
    else:
        sys.exit("root's rights could not be given up")
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    main()
