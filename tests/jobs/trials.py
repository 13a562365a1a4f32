"""A worker with jobs of its own, for tests that kill it.

Run as ``python -m tests.jobs.trials FOLDER``: works on the database in use until it
is told to stop, at a pace at which nobody has to wait long. Each run of a job
leaves a line in a file of the folder, which the database cannot take back.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

QUICK_SECONDS = 1
FOR_EVER = 600


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup()
    from bihuan.base.jobs import waiting
    from bihuan.base.jobs.worker import Pace, work
    from bihuan.org.actions import start_due_jobs

    make_jobs(Path(sys.argv[1]))
    waiting.FIRST_SECONDS = 1
    pace = Pace(heartbeat=QUICK_SECONDS, silent=2, tick=QUICK_SECONDS, poll=QUICK_SECONDS)
    work(tick=start_due_jobs, concurrency=3, pace=pace)


@dataclass(frozen=True)
class Trials:
    """The jobs, and the folder in which they note that they ran."""

    folder: Path

    def runs(self, name: str) -> int:
        """Note one more run, and return how many there were with it."""
        with (self.folder / name).open("a") as file:
            file.write("ran\n")
        return len((self.folder / name).read_text().splitlines())

    def pay(self, *, tenant: int, name: str, dies: str) -> None:
        """Have an effect; be killed the first time, before it is committed or after."""
        from django.db import transaction

        from bihuan.base.jobs import once, progress
        from bihuan.base.models import Effect

        run = self.runs(name)
        with transaction.atomic():
            if once(f"pay/{name}"):
                Effect.objects.create(key=f"paid/{name}/{run}", claimed_at="2026-11-26T00:00Z")
            if dies == "before its commit":
                progress(done=1, of=2, words="half of it")
                time.sleep(FOR_EVER if run == 1 else 0)
        if dies == "after its commit":
            time.sleep(FOR_EVER if run == 1 else 0)

    def refuse(self, *, tenant: int, name: str) -> None:
        """Refuse: what is busy may be free another time, what is nowhere will not be."""
        from bihuan.kernel.errors import Conflict, Missing

        class Busy(Conflict):
            code = "trial.busy"
            says = "Busy."

        class Nowhere(Missing):
            code = "trial.nowhere"
            says = "Nowhere."

        self.runs(name)
        raise Busy() if name == "busy" else Nowhere()

    def kill(self, *, tenant: int, name: str) -> None:
        """Be killed at every attempt."""
        self.runs(name)
        time.sleep(FOR_EVER)

    def toil(self, *, tenant: int, name: str) -> None:
        """Have one effect after a while, and note the run once it is committed."""
        from django.db import transaction

        from bihuan.base.jobs import once
        from bihuan.base.models import Effect

        time.sleep(int(name) % 10 / 20)
        with transaction.atomic():
            time.sleep(int(name) % 7 / 20)
            if once(f"toil/{name}"):
                run = f"{os.getpid()}/{time.monotonic_ns()}"
                Effect.objects.create(key=f"toiled/{name}/{run}", claimed_at="2026-11-26T00:00Z")

    def recover(self, *, tenant: int, name: str) -> None:
        """Fail the first time."""
        if self.runs(name) == 1:
            raise LookupError("not yet")


def make_jobs(folder: Path) -> None:
    """Tell of the jobs, in the worker and in the test that asks for them."""
    from django.utils.translation import gettext_lazy as words

    from bihuan.base.jobs import job

    trials = Trials(folder)
    job("trial.pay", title=words("Pay"))(trials.pay)
    job("trial.refuse", title=words("Refuse"), attempts=3)(trials.refuse)
    job("trial.kill", title=words("Kill"), attempts=2)(trials.kill)
    job("trial.toil", title=words("Toil"), attempts=1000)(trials.toil)
    job("trial.recover", title=words("Recover"), attempts=3)(trials.recover)


if __name__ == "__main__":
    main()
