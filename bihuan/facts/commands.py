"""``bihuan seal``, ``bihuan verify`` and the follower that seals and builds the replica."""

from __future__ import annotations

import json
import logging
import sys
from threading import Event

import click
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from bihuan.base.beside import when_orphaned
from bihuan.base.following import take_steps
from bihuan.base.journal.checking import JournalCheck, check_journal
from bihuan.base.journal.sealing import seal_journal, tenants_to_seal
from bihuan.base.refusals import sentence
from bihuan.facts import actions, queries
from bihuan.facts.domain.verification import Verification
from bihuan.facts.replica import catch_up, rebuild
from bihuan.kernel.errors import Conflict
from bihuan.org.access import tenant_named
from bihuan.org.models import Tenant

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 2


def follow(stop: Event, *, seconds: int = SECONDS_BETWEEN, after: int | None = None) -> None:
    """Seal what is appended and build the replica's next base, until told to stop.

    Any number may follow at once; who comes second waits or finds nothing to do.
    A server that is away for a moment is asked again. ``after`` is how many facts
    make a next base worth building.
    """
    refused: dict[int, str] = {}
    while not stop.wait(seconds):
        try:
            for tenant in queries.unsealed_tenants():
                refused[tenant.pk] = _seal_or_say(tenant, refused.get(tenant.pk, ""))
            for tenant_id in tenants_to_seal():
                refused[-tenant_id] = _seal_journal_or_say(tenant_id, refused.get(-tenant_id, ""))
            for tenant in queries.tenants_with_facts():
                _catch_up_or_say(tenant, after)
            take_steps()
        except (OperationalError, InterfaceError):
            logger.warning("the database is away; sealing waits")
            connection.close()
    connection.close()


def _seal_or_say(tenant: Tenant, said: str) -> str:
    """Seal a ledger; a refusal is logged once, and returned, so that the others go on."""
    try:
        while actions.seal(tenant=tenant) is not None:
            pass
    except Conflict as error:
        text = sentence(error)
        if text != said:
            logger.error("the ledger of %s is not sealed: %s", tenant.code, text)
        return text
    return ""


def _seal_journal_or_say(tenant_id: int, said: str) -> str:
    """Seal a journal; a refusal is logged once, and returned, so that the others go on."""
    try:
        while seal_journal(tenant_id) is not None:
            pass
    except Conflict as error:
        text = sentence(error)
        if text != said:
            logger.error("the journal of company %s is not sealed: %s", tenant_id, text)
        return text
    return ""


def _catch_up_or_say(tenant: Tenant, after: int | None) -> None:
    """Build the next base when it is time; a refusal is logged, so that the others go on."""
    try:
        catch_up(tenant, after=after)
    except Conflict as error:
        logger.error("the replica of %s is not built: %s", tenant.code, sentence(error))


def _companies(code: str | None) -> list[Tenant]:
    return list(Tenant.objects.order_by("code")) if code is None else [tenant_named(code)]


@click.command()
@click.option("--tenant", help="Code of the company; all of them when left out.")
@click.option("--follow", "keeps_on", is_flag=True, help="Go on until whoever started it ends.")
def seal(*, tenant: str | None, keeps_on: bool) -> None:
    """Seal facts and journal entries not sealed yet; ``--follow`` builds the replica too."""
    if keeps_on:
        is_over = Event()
        when_orphaned(is_over.set)
        follow(is_over)
        return
    for company in _companies(tenant):
        while (block := actions.seal(tenant=company)) is not None:
            span = {"number": block.number, "first": block.first_seq, "last": block.last_seq}
            click.echo(_("Block %(number)s: facts %(first)s to %(last)s.") % span)
        while (sealed := seal_journal(company.pk)) is not None:
            told = {"number": sealed.number, "size": sealed.size}
            click.echo(_("Journal block %(number)s: %(size)s entries.") % told)


@click.command()
@click.option("--tenant", help="Code of the company; all of them when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def verify(*, tenant: str | None, as_json: bool) -> None:
    """Prove ledger and journal whole: seals, chains, anchors, reversals, sums and replica."""
    checked = [
        (queries.verify(company), check_journal(company.pk)) for company in _companies(tenant)
    ]
    if as_json:
        click.echo(json.dumps(_as_data(checked), ensure_ascii=False, indent=2))
    else:
        for ledger, journal in checked:
            _print(ledger)
            _print_journal(ledger.tenant, journal)
    if not all(ledger.is_whole and journal.is_whole for ledger, journal in checked):
        sys.exit(1)


def _as_data(checked: list[tuple[Verification, JournalCheck]]) -> dict[str, object]:
    return {
        "checked": sum(ledger.facts for ledger, _ in checked),
        "blocks": sum(ledger.blocks for ledger, _ in checked),
        "journal": {
            "checked": sum(journal.entries for _, journal in checked),
            "blocks": sum(journal.blocks for _, journal in checked),
        },
        "problems": [
            *(
                {"tenant": each.tenant, "code": said.code, "message": said.message, "seq": said.seq}
                for each, _ in checked
                for said in queries.said_findings(each)
            ),
            *(
                {"tenant": ledger.tenant, "code": found.code, "message": found.message, "seq": None}
                for ledger, journal in checked
                for found in journal.findings
            ),
        ],
    }


def _print(checked: Verification) -> None:
    counts = {
        "tenant": checked.tenant,
        "facts": checked.facts,
        "blocks": checked.blocks,
        "unsealed": checked.unsealed,
    }
    if checked.is_whole:
        text = _("%(tenant)s: %(facts)s facts in %(blocks)s blocks, %(unsealed)s unsealed: whole.")
        click.echo(text % counts)
        return
    text = _("%(tenant)s: %(facts)s facts in %(blocks)s blocks: NOT WHOLE.")
    click.echo(text % counts, err=True)
    for said in queries.said_findings(checked):
        click.echo(f"  {said.code}: {said.message}", err=True)


def _print_journal(tenant: str, checked: JournalCheck) -> None:
    counts = {
        "tenant": tenant,
        "entries": checked.entries,
        "blocks": checked.blocks,
        "unsealed": checked.unsealed,
    }
    if checked.is_whole:
        text = _(
            "%(tenant)s: %(entries)s journal entries in %(blocks)s blocks, %(unsealed)s unsealed: "
            "whole."
        )
        click.echo(text % counts)
        return
    text = _("%(tenant)s: %(entries)s journal entries in %(blocks)s blocks: NOT WHOLE.")
    click.echo(text % counts, err=True)
    for found in checked.findings:
        click.echo(f"  {found.code}: {found.message}", err=True)


@click.group()
def facts() -> None:
    """The ledger of facts."""


facts.add_command(seal)
facts.add_command(verify)


@click.command()
@click.option("--tenant", help="Code of the company; all of them when left out.")
def replica(*, tenant: str | None) -> None:
    """Build the copy that figures are reckoned on anew from the ledger."""
    for company in _companies(tenant):
        rebuild(company)
        click.echo(_("%(tenant)s: built anew.") % {"tenant": company.code})


facts.add_command(replica)
