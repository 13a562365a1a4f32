"""Imports that run apart from their page, buttons pressed in chat tools, and webhooks.

Each runs in a process of its own, so a page answers at once, a restart of the
web server does not stop an import, and a file that eats memory takes nothing
else down. A heartbeat tells whether it still lives. Procrastinate takes this
over when it is there (ADR 5).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from bihuan.base import clock
from bihuan.base.home import subfolder
from bihuan.base.jobs import every_day, job
from bihuan.integrations.actions import (
    do_pressed,
    forget_deliveries,
    gather,
    post_due,
    run_import,
)
from bihuan.integrations.actions.running import still_alive
from bihuan.integrations.chat import Pressed, Tool
from bihuan.integrations.models import Import
from bihuan.integrations.wecom.tool import WeCom
from bihuan.org.models import Tenant

BEAT_SECONDS = 10
TOOLS: dict[str, Tool] = {tool.code: tool for tool in (WeCom(),)}


def start(import_: Import) -> None:
    """Run a claimed import in a process of its own."""
    log = subfolder("logs") / "imports.log"
    with log.open("ab") as out:
        subprocess.Popen(
            [sys.executable, "-m", "bihuan", "imports", "run", str(import_.pk)],
            env={**os.environ, "DATABASE_URL": _database_url()},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def run(import_id: int, path: Path | None = None) -> Import:
    """Run an import here, with a heartbeat beside it."""
    import_ = Import.objects.select_related("tenant", "by__tenant").get(pk=import_id)
    done = threading.Event()
    beat = threading.Thread(target=_beat, args=(import_id, done), daemon=True)
    beat.start()
    try:
        return run_import(import_=import_, path=path, by=import_.by)
    finally:
        done.set()
        beat.join()


def _beat(import_id: int, done: threading.Event) -> None:
    while not done.wait(BEAT_SECONDS):
        still_alive(import_id=import_id)
    connection.close()


def _database_url() -> str:
    """Return where this process keeps its data, for a process that must use the same."""
    own = connection.settings_dict
    user = quote(str(own["USER"]), safe="")
    secret = f":{quote(str(own['PASSWORD']), safe='')}" if own["PASSWORD"] else ""
    host, port = str(own["HOST"]), own["PORT"]
    name = quote(str(own["NAME"]), safe="")
    if host.startswith("/"):
        more = f"&port={port}" if port else ""
        return f"postgresql://{user}{secret}@/{name}?host={quote(host, safe='')}{more}"
    return f"postgresql://{user}{secret}@{host}:{port or 5432}/{name}"


@job("integrations.pressed", title=_("Do what a button pressed in a chat tool means"))
def pressed(*, tenant: int, **told: str) -> None:
    tool = TOOLS[told["tool"]]
    company = Tenant.objects.get(pk=tenant)
    button = Pressed(
        user=told["user"],
        stable_id=UUID(told["stable_id"]),
        button=told["button"],
        ticket=told["ticket"],
    )
    do_pressed(tool=tool, tenant=company, pressed=button)


@job("integrations.tell", title=_("Tell other systems what happened"), queue="deliveries")
def tell(*, tenant: int, webhook: int) -> None:
    """Run for each webhook that has something to be told; what stays open asks again itself."""
    gather(webhook_id=webhook)
    post_due(webhook_id=webhook)


@every_day(hour=3, minute=20)
@job("integrations.forget_deliveries", title=_("Forget what webhooks were told long ago"))
def forget_what_was_told(*, tenant: int, on: str) -> None:
    forget_deliveries(clock.now(), tenant_id=tenant)
