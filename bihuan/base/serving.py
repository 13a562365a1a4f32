"""Serves the pages: gunicorn, run from Python, with the database it needs.

The application is loaded in each worker after the fork, never before: a DuckDB
connection does not survive one (``base.ending``). The lease on the embedded server is taken before
the fork, so master and workers share it; when the last of them is gone, the
server stops.
"""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from typing import Any

import click
from django.db import connections
from django.utils.translation import gettext
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app
from gunicorn.workers.base import Worker

from bihuan.base.ending import end_now, ends_when
from bihuan.base.home import home
from bihuan.base.postgres import ensure_running, release
from bihuan.base.schema import bring_up_to_date
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

APPLICATION = "bihuan.wsgi:application"
WORKERS = 2
THREADS = 8
"""Four that answer pages, and as many as ``LIVE_STREAMS`` lets open pages hold."""
COLLECTED_AFTER = (50_000, 20, 20)
"""How much a worker makes before what refers to itself is looked for, by generations."""


class PortTaken(Conflict):
    code = "base.port_taken"
    says = gettext_noop("Port %(port)s of %(host)s is in use. Choose another with --port.")


class HostUnusable(Invalid):
    code = "base.host_unusable"
    says = gettext_noop("This machine cannot listen on %(host)s, port %(port)s: %(fault)s.")


def serve(*, host: str, port: int, workers: int = WORKERS, threads: int = THREADS) -> None:
    """Serve until Ctrl-C or SIGTERM; then stop the workers and the embedded server."""
    require_free(host=host, port=port)
    ensure_running(home())
    bring_up_to_date()
    connections.close_all()  # A connection must not be shared across the fork.
    settings = {
        "bind": _spelled(host, port),
        "workers": workers,
        "worker_class": "gthread",
        "threads": threads,
        "preload_app": False,
        "timeout": 120,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "bihuan",
        "post_worker_init": settle,
        "worker_exit": leave,
        "when_ready": lambda arbiter: _say_address(host, port),
    }
    try:
        Site(settings).run()
    finally:
        release(home())


class Site(BaseApplication):  # type: ignore[misc]  # gunicorn has no types.
    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return import_app(APPLICATION)


def settle(worker: Worker) -> None:
    """Have the collector leave alone what a worker has loaded, which is there for good.

    A large page makes tens of thousands of things that all end with it, and the collector went
    through the whole application for them: one ninth of the time of a team's heat map.
    """
    ends_when(lambda: not worker.alive)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def leave(arbiter: object, worker: Worker) -> None:
    """End a worker at once; gunicorn asks this in the process above, too, of one that is gone."""
    if os.getpid() != worker.pid:
        return
    reason = sys.exception()
    end_now(reason.code if isinstance(reason, SystemExit) and isinstance(reason.code, int) else 1)


def require_free(*, host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from fault
        raise HostUnusable(host=host, port=port, fault=fault.strerror or fault) from fault


def _say_address(host: str, port: int) -> None:
    address = f"http://{_spelled(host, port)}"
    click.echo(gettext("Bihuan is open at %(address)s. Ctrl-C stops it.") % {"address": address})


def _spelled(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
