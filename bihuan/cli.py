"""The one command, ``bihuan``: gathers the commands of every package.

Each command works on the embedded server in ``$BIHUAN_HOME`` (``./var`` when it
is not set), started when nobody has started it, or on ``DATABASE_URL``.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any
from uuid import uuid4

import click

from bihuan.base.acting import Door, through
from bihuan.base.home import home
from bihuan.base.starting import prepare
from bihuan.kernel.errors import DomainError

COMMANDS = {
    "advice": ("bihuan.advice.commands:advice", "Where people land, and what to decide now."),
    "ai": ("bihuan.ai.commands:ai", "Texts made from texts: what makes them, and a try."),
    "backup": ("bihuan.base.backup.commands:backup", "Write everything into one file."),
    "backups": ("bihuan.base.backup.commands:backups", "Backups there are: list, check, clear."),
    "bench": ("bihuan.demo.bench.commands:bench", "Time figures against what else there is."),
    "check": ("bihuan.base.commands:check", "Would it start, and is it set up safely?"),
    "customers": ("bihuan.customers.commands:customers", "Which accounts are one customer."),
    "closings": ("bihuan.metrics.commands:closings", "Closed periods, whose figures never move."),
    "demo": ("bihuan.demo.commands:demo", "Generate the demo company and open it."),
    "goals": ("bihuan.goals.commands:goals", "Targets and attainment."),
    "import": ("bihuan.integrations.commands:import_", "Bring a file or a folder of files."),
    "imports": ("bihuan.integrations.commands:imports", "List imports, or revert one."),
    "inbox": ("bihuan.inbox.commands:inbox", "Proposals to answer, and notices."),
    "jobs": ("bihuan.org.commands:jobs", "Work that is done later: look, try again, discard."),
    "journal": ("bihuan.org.commands:journal", "The audit trail: who did what, and why."),
    "metric": ("bihuan.lineage.commands:metric", "Ask for figures, and where they come from."),
    "org": ("bihuan.org.commands:org", "The organisation, logins and tokens."),
    "playbook": ("bihuan.playbooks.commands:playbook", "Scripts, cases and other plays."),
    "privacy": ("bihuan.privacy.commands:privacy", "Personal data: keys."),
    "replica": ("bihuan.facts.commands:replica", "Rebuild or check the columnar replica."),
    "report": ("bihuan.reports.commands:report", "Goal health reports, frozen when made."),
    "rule": ("bihuan.rules.commands:rule", "Rules that watch figures, and their alerts."),
    "restore": ("bihuan.base.backup.commands:restore", "Bring a backup back, all or nothing."),
    "seal": ("bihuan.facts.commands:seal", "Seal the newest facts of each ledger."),
    "tenants": ("bihuan.tenants.commands:tenants", "Companies here: found, trial, plan, end."),
    "verify": ("bihuan.facts.commands:verify", "Prove ledgers, anchors, sums and replicas."),
    "webhooks": ("bihuan.integrations.commands:webhooks", "Other systems that are told."),
    "worker": ("bihuan.org.commands:worker", "Do the work that is asked for later."),
}
"""Where each command lives, loaded only when it is called, and what it does."""
AS_IT_STANDS = {"backup", "backups", "check"}
"""Commands that take the database as they find it, also when it is older than the code."""
BY_THEMSELVES = {"restore"}
"""Commands that are told on the way which database they work on."""


class Bihuan(click.Group):
    """A group that sets Django up and loads a package when its command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in COMMANDS:
            return own
        if cmd_name not in BY_THEMSELVES:
            prepare(start="--help" not in sys.argv, migrate=cmd_name not in AS_IT_STANDS)
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        lent = {name: summary for name, (_, summary) in COMMANDS.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**own, **lent}.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with through(Door.COMMAND, number=f"command-{uuid4().hex}"):
                return super().invoke(ctx)
        except DomainError as error:
            raise click.ClickException(_sentence(error)) from error


def _sentence(error: DomainError) -> str:
    import django.apps

    if not django.apps.apps.ready:
        return str(error)
    from bihuan.base.refusals import sentence

    return sentence(error)


@click.group(cls=Bihuan)
@click.version_option(package_name="bihuan")
def main() -> None:
    """Bihuan: sales management that closes the loop."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--pages-only", is_flag=True, help="Follower and workers run elsewhere.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
def up(*, host: str, port: int, pages_only: bool, processes: int) -> None:
    """Open the product: pages, follower, worker and embedded database, in one process tree."""
    prepare()
    if pages_only:
        from bihuan.base.safe_start import require_safe_start
        from bihuan.base.serving import serve

        require_safe_start()
        serve(host=host, port=port, workers=processes)
    else:
        open_product(host=host, port=port, processes=processes)


def open_product(*, host: str, port: int, processes: int = 2) -> None:
    """Serve the pages; beside them the follower seals the ledgers and the worker runs jobs."""
    from bihuan.base.beside import Beside
    from bihuan.base.safe_start import require_safe_start
    from bihuan.base.serving import require_free, serve

    require_safe_start()
    require_free(host=host, port=port)
    with Beside("seal", "--follow"), Beside("worker"):
        serve(host=host, port=port, workers=processes)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands."""
    needs_server = not ({"--help", "makemessages", "compilemessages"} & set(arguments))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django
    from django.core.management import execute_from_command_line

    from bihuan.base.postgres import ensure_running
    from bihuan.base.starting import speak

    if needs_server:
        ensure_running(home())
        django.setup()
        speak()
    execute_from_command_line([sys.argv[0], *arguments])
