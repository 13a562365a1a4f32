"""``bihuan inbox``: what waits for somebody, and their answers, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.base.refusals import said as said_problem
from bihuan.inbox import actions, queries
from bihuan.inbox.access import proposal_seen, words_to
from bihuan.inbox.domain.answer import GIVEN, Choice
from bihuan.inbox.domain.delivery import State as DeliveryState
from bihuan.inbox.models import CHOICE_LABELS, DELIVERY_LABELS, STATE_LABELS, Task
from bihuan.inbox.queries import said, told
from bihuan.kernel.errors import ProblemsFound
from bihuan.org.access import PersonMissing, scope_of, tenant_named
from bihuan.org.actions import robot_of
from bihuan.org.models import Person

TENANT = click.option("--tenant", help="Code of the company, where there is more than one.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
CHOICES = sorted(each.value for each in GIVEN)


@click.group()
def inbox() -> None:
    """Tasks, proposals to answer, and notices."""


def _person(code: str, tenant: str | None) -> Person:
    found = Person.objects.filter(tenant=tenant_named(tenant), code=code, is_robot=False)
    person = found.select_related("tenant").first()
    if person is None:
        raise PersonMissing(person=code)
    return person


@inbox.command(name="list")
@click.option("--person", "code", required=True, help="Code of the person whose inbox it is.")
@TENANT
@JSON
def list_(*, code: str, tenant: str | None, as_json: bool) -> None:
    """Print a person's tasks, the proposals they can answer, and what they were told."""
    person = _person(code, tenant)
    today = clock.today(person.tenant.time_zone)
    rows: list[dict[str, object]] = [
        {
            "kind": "task",
            "id": each.pk,
            "message": said(each.title),
            "until": each.due_on.isoformat(),
        }
        for each in queries.tasks_waiting(person, today)
    ]
    rows += [
        {
            "kind": "proposal",
            "id": each.pk,
            "message": told(each.title),
            "until": each.deadline_at.isoformat(),
        }
        for each in queries.awaiting(person, clock.now())
    ]
    rows += [
        {
            "kind": "notice",
            "id": each.pk,
            "message": told(each.sentence),
            "until": each.due_on.isoformat() if each.due_on else None,
        }
        for each in queries.notices(person).calling()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    words = {"task": _("Task"), "proposal": _("Proposal"), "notice": _("Notice")}
    for row in rows:
        shown = (words[str(row["kind"])], str(row["id"]), row["message"], row["until"] or "–")
        click.echo("  ".join(map(str, shown)))
    if not rows:
        click.echo(_("Nothing waits."))


@inbox.command()
@click.option("--person", "code", required=True, help="Code of the person who asks.")
@click.option(
    "--which",
    type=click.Choice(sorted(queries.TasksShown)),
    default=queries.TasksShown.MINE.value,
    help="Which list: the person's own tasks, or one of the others they see.",
)
@TENANT
@JSON
def tasks(*, code: str, which: str, tenant: str | None, as_json: bool) -> None:
    """Print the tasks a person sees in one of their lists, what is most overdue first."""
    person = _person(code, tenant)
    today = clock.today(person.tenant.time_zone)
    scope = scope_of(person)
    found = queries.tasks(scope, queries.TasksShown(which), today)
    rows = [_task(each, today, words_to(each, scope)) for each in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in found:
        shown = (each.pk, each.due_on, each.owner.name, words_to(each, scope)(said(each.title)))
        click.echo("  ".join(map(str, shown)))
    if not rows:
        click.echo(_("Nothing waits."))


def _task(task: Task, today: date, read: Callable[[str], str]) -> dict[str, object]:
    return {
        "id": task.pk,
        "kind": task.kind,
        "about": task.about,
        "title": read(said(task.title)),
        "owner": task.owner.code,
        "due_on": task.due_on.isoformat(),
        "is_overdue": task.is_overdue(today),
        "state": task.state,
        "outcome": task.outcome or None,
        "steps_taken": task.steps_taken,
        "next_step_on": task.next_step_on.isoformat() if task.next_step_on else None,
    }


@inbox.command()
@click.argument("proposal", type=click.IntRange(min=1))
@click.argument("choice", type=click.Choice(CHOICES))
@click.option("--by", "code", required=True, help="Code of the person who answers.")
@click.option("--for", "lender", help="Code of the addressee in whose place --by answers.")
@click.option("--reason", default="", help="Why; needed to amend or refuse.")
@click.option("--set", "values", multiple=True, metavar="KEY=VALUE", help="A value to amend.")
@TENANT
@JSON
def answer(  # noqa: PLR0913  # one parameter for each option
    *,
    proposal: int,
    choice: str,
    code: str,
    lender: str | None,
    reason: str,
    values: Sequence[str],
    tenant: str | None,
    as_json: bool,
) -> None:
    """Accept, amend or refuse PROPOSAL for somebody it asks."""
    person = _person(code, tenant)
    found = proposal_seen(proposal, scope_of(person))
    try:
        given = actions.answer(
            proposal=found,
            choice=Choice(choice),
            reason=reason,
            amended=_amended(values),
            in_place_of=_person(lender, tenant).pk if lender else None,
            by=person,
        )
    except ProblemsFound as refusal:
        for problem in refusal.problems:
            click.echo(f"{problem.column}: {said_problem(problem).message}", err=True)
        raise
    found.refresh_from_db()
    if as_json:
        click.echo(json.dumps({"proposal": found.pk, "choice": choice, "state": found.state}))
    else:
        click.echo(f"{CHOICE_LABELS[given.choice]} · {STATE_LABELS[found.state]}")


def _amended(values: Sequence[str]) -> dict[str, Decimal]:
    amended = {}
    for each in values:
        key, _equals, text = each.partition("=")
        try:
            amended[key] = Decimal(text)
        except InvalidOperation as error:
            raise click.BadParameter(each, param_hint="--set") from error
    return amended


@inbox.command(name="deliveries")
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]))
@click.option("--channel", default="", help="Code of a channel, such as mail or wecom.")
@TENANT
@JSON
def deliveries_(*, state: str | None, channel: str, tenant: str | None, as_json: bool) -> None:
    """Print how many deliveries are in which state, and the newest of those asked for."""
    company = tenant_named(tenant)
    counts = queries.delivery_counts(company)
    found = queries.deliveries(company, channel=channel, state=state or "")[: queries.PAGE_SIZE]
    rows = [
        {
            "id": each.pk,
            "id_for_receiver": str(each.stable_id),
            "person": each.person.code,
            "channel": each.channel,
            "state": each.state,
            "attempts": each.attempts,
            "about": str(each.letter.about),
            "reason": queries.fault_of(each),
        }
        for each in found
    ]
    if as_json:
        told = {"counts": {each.code: each.counts for each in counts}, "newest": rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in counts:
        numbers = (f"{DELIVERY_LABELS[state]} {number}" for state, number in each.cells if number)
        click.echo(f"{each.name}: {', '.join(numbers) or '–'}")
    for row in rows:
        shown = (row["id"], row["person"], row["channel"], row["state"], row["about"])
        click.echo("  ".join(map(str, shown)))


@inbox.command(name="send-test")
@click.option("--person", "code", required=True, help="Code of the person who is to get it.")
@click.option("--channel", required=True, help="Code of the channel, such as mail or wecom.")
@TENANT
@JSON
def send_test(*, code: str, channel: str, tenant: str | None, as_json: bool) -> None:
    """Send somebody a test message, and print what the receiver said."""
    person = _person(code, tenant)
    sent = actions.send_test(to=person, channel=channel, by=robot_of(person.tenant))
    if as_json:
        click.echo(json.dumps({"channel": channel, "receipt": sent.receipt}))
    else:
        click.echo(_("The receiver has taken the test message."))
