"""``bihuan customers``: which accounts are one customer, on the command line."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from bihuan.customers import actions, queries
from bihuan.customers.access import CustomerMissing, MergeMissing, entity_map, merge_facts
from bihuan.customers.domain.likeness import Evidence
from bihuan.facts.models import Fact, Member
from bihuan.org.access import tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
REASON = click.option("--reason", required=True, help="Why; kept with the decision.")


@click.group()
def customers() -> None:
    """Which accounts are one customer."""


@customers.command()
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many pairs."
)
@TENANT
@JSON
def duplicates(*, limit: int, tenant: str | None, as_json: bool) -> None:
    """Print customers that may be one, the surest first, and why."""
    company = tenant_named(tenant)
    everything = Scope(tenant_id=company.pk, person_id=robot_of(company).pk, whole_tenant=True)
    found = queries.suggestions(everything, company, entity_map(company))
    shown = queries.suggested(found[:limit])
    if as_json:
        rows = [_as_data(each) for each in shown]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in shown:
        why = "；".join(_said(reason) for reason in each.likeness.reasons)
        click.echo(f"{each.likeness.score}  {_named(each.one)}  =  {_named(each.other)}  {why}")
    click.echo(_("%(shown)s of %(count)s pairs.") % {"shown": len(shown), "count": len(found)})


def _as_data(each: queries.Suggestion) -> dict[str, object]:
    return {
        "one": each.one.code,
        "one_name": each.one.name,
        "other": each.other.code,
        "other_name": each.other.name,
        "score": each.likeness.score,
        "reasons": [
            {"code": reason.code, "message": _said(reason)} for reason in each.likeness.reasons
        ],
    }


def _said(evidence: Evidence) -> str:
    return _(evidence.says) % evidence.params


def _named(account: Member) -> str:
    return f"{account.name} ({account.code})"


@customers.command()
@click.argument("account")
@click.argument("into")
@REASON
@click.option("--despite-uscc", is_flag=True, help="Although their credit codes differ.")
@TENANT
@JSON
def merge(
    *, account: str, into: str, reason: str, despite_uscc: bool, tenant: str | None, as_json: bool
) -> None:
    """Say that the customer with the code ACCOUNT is the one with the code INTO."""
    company = tenant_named(tenant)
    fact = actions.merge_accounts(
        account=_account(company, account),
        into=_account(company, into),
        reason=reason,
        despite_uscc=despite_uscc,
        by=robot_of(company),
    )
    said = {"seq": fact.seq, "account": account, "into": into}
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(_("“%(account)s” belongs to “%(into)s”: fact number %(seq)s.") % said)


def _account(company: Tenant, code: str) -> Member:
    found = Member.objects.filter(
        tenant=company, dimension=Member.Dimension.ACCOUNT.value, code=code
    ).first()
    if found is None:
        raise CustomerMissing()
    return found


@customers.command()
@click.argument("seq", type=click.IntRange(min=1))
@REASON
@TENANT
@JSON
def unmerge(*, seq: int, reason: str, tenant: str | None, as_json: bool) -> None:
    """Take back the merge that is fact number SEQ."""
    company = tenant_named(tenant)
    made = actions.unmerge(merge=_merge(company, seq), reason=reason, by=robot_of(company))
    if as_json:
        click.echo(json.dumps({"seq": made.seq, "undone": seq}))
    else:
        told = {"seq": seq, "by": made.seq}
        click.echo(_("Fact number %(seq)s is taken back by fact number %(by)s.") % told)


def _merge(company: Tenant, seq: int) -> Fact:
    found = merge_facts(company).filter(seq=seq, reverses__isnull=True).first()
    if found is None:
        raise MergeMissing()
    return found
