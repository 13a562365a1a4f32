"""A worker that sends deliveries, for tests that kill it.

Run as ``python -m tests.jobs.senders``: works on the database in use until it is told to
stop, with waits so short that nobody has to wait long.
"""

from __future__ import annotations

import os

CONCURRENCY = 12


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    from bihuan.base.jobs import waiting
    from bihuan.base.jobs.worker import Pace, work
    from bihuan.org.actions import start_due_jobs

    waiting.FIRST_SECONDS, waiting.MOST_SECONDS = 1, 2
    pace = Pace(heartbeat=1, silent=2, tick=1, poll=1)
    work(tick=start_due_jobs, concurrency=CONCURRENCY, pace=pace)


if __name__ == "__main__":
    main()
