"""``bihuan worker``: does what is asked for later, and starts what is due."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

import click

from bihuan.base.jobs.worker import CONCURRENCY, work
from bihuan.org import actions


@click.command()
@click.option(
    "--concurrency",
    default=CONCURRENCY,
    show_default=True,
    type=click.IntRange(1, 32),
    help="How many jobs it runs at a time.",
)
@click.option("--queues", default="", help="Names of queues, with commas; all when left out.")
@click.option("--beside", is_flag=True, hidden=True, help="Stop when whoever started it is gone.")
def worker(*, concurrency: int, queues: str, beside: bool) -> None:
    """Run jobs until Ctrl-C or SIGTERM; any number of workers may run at once."""
    if beside:
        _stop_when_orphaned()
    work(
        tick=actions.start_due_jobs,
        concurrency=concurrency,
        queues=[name.strip() for name in queues.split(",") if name.strip()],
    )


def _stop_when_orphaned() -> None:
    """Ask this process to stop once the process that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()
