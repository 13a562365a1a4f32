"""``bihuan worker``: does what is asked for later, and starts what is due."""

from __future__ import annotations

import os
import signal
from functools import partial

import click

from bihuan.base.beside import is_beside, when_orphaned
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
def worker(*, concurrency: int, queues: str) -> None:
    """Run jobs until Ctrl-C or SIGTERM; any number of workers may run at once."""
    if is_beside():
        when_orphaned(partial(os.kill, os.getpid(), signal.SIGTERM))
    work(
        tick=actions.start_due_jobs,
        concurrency=concurrency,
        queues=[name.strip() for name in queues.split(",") if name.strip()],
    )
