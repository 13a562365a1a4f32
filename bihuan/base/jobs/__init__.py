"""Work that is done later, each effect once: the whole of what other packages need.

    later("goals.remind", tenant=7, goal=12)       in an action: asks for it by name
    @job("goals.remind", title=_("Remind"))        in the app's ``jobs.py``: does it
    @every_month(day=1, hour=8)                    above it: by itself, in each company's zone
    if once("remind/12/2026-10"): …                in it: whatever dies, the effect is one
    progress(done=3, of=10)                        in it: how far it is, seen at once

A job is asked for in the transaction of the action that asks, and gone with it. It is
run at least once; a worker that dies hands it to the next. Therefore an effect
claims a key in the transaction in which it happens. ``docs/jobs.md`` tells how to
add a job or a schedule.
"""

from __future__ import annotations

from bihuan.base.jobs.effects import once
from bihuan.base.jobs.progress import progress
from bihuan.base.jobs.queue import later
from bihuan.base.jobs.registry import every_day, every_month, every_week, job
from bihuan.base.jobs.schedule import Missed

__all__ = [
    "Missed",
    "every_day",
    "every_month",
    "every_week",
    "job",
    "later",
    "once",
    "progress",
]
