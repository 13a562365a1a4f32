"""Whom people of the demo company know, whom they stand in for, and what they show each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction

from bihuan.customers.actions import add_contact
from bihuan.customers.models import Contact
from bihuan.demo.domain.acquaintance import Acquaintance, acquaintances
from bihuan.demo.domain.cast import Company
from bihuan.demo.domain.story import Planted
from bihuan.facts.models import Fact, Member
from bihuan.org.actions import lend, share
from bihuan.org.domain.delegation import EVERYTHING, Days
from bihuan.org.models import Person, Tenant
from bihuan.privacy.actions import note_consent
from bihuan.privacy.domain.consent import Channel, Use
from bihuan.privacy.domain.field import Field

AWAY = 7
"""For how many days somebody stands in for somebody else, and something is shown."""
LATER = timedelta(days=3)
TEXT_VERSION = "2026-01"


@transaction.atomic
def plant_acquaintances(
    *, tenant: Tenant, company: Company, people: Mapping[str, Person], today: date, seed: int
) -> None:
    """Have the slow rep's team know people at their customers, and share what they have."""
    team = _team_of(company, Planted.in_company(company).slow_rep)
    accounts = [each for each in company.accounts if each.owner in team]
    owners = {each.code: people[each.owner] for each in accounts}
    members = _members_met(tenant, owners)
    met = [each for each in acquaintances(accounts, seed=seed) if each.account in members]
    contacts = [_written_down(each, members, owners) for each in met]
    for contact in contacts[::3]:
        note_consent(
            subject=contact.subject,
            use=Use.RECORDING,
            text_version=TEXT_VERSION,
            channel=Channel.PHONE,
            by=contact.owner,
        )
    _share_one(members, owners, people[team[0]], people[team[1]], today)
    _lend(company, people, today)


def _team_of(company: Company, rep: str) -> list[str]:
    """Return the reps of a team, the one that is named first."""
    unit = next(each.unit for each in company.people if each.code == rep)
    mates = [each.code for each in company.people if each.unit == unit and each.role == "rep"]
    return [rep, *(code for code in mates if code != rep)]


def _members_met(tenant: Tenant, owners: Mapping[str, Person]) -> dict[str, Member]:
    """Return the customers of which their rep has a fact: the others they do not see yet."""
    reps = {each.pk for each in owners.values()}
    facts = Fact.objects.filter(tenant=tenant, person__in=reps, account__code__in=owners)
    met = set(facts.values_list("account_id", "person_id").distinct())
    found = Member.objects.filter(pk__in={account for account, _ in met})
    return {each.code: each for each in found if (each.pk, owners[each.code].pk) in met}


def _written_down(
    each: Acquaintance, members: Mapping[str, Member], owners: Mapping[str, Person]
) -> Contact:
    return add_contact(
        account=members[each.account],
        given={
            Field.NAME: each.name,
            Field.TITLE: each.title,
            Field.MOBILE: each.mobile,
            Field.MAIL: each.mail,
            Field.WECHAT: each.wechat,
            Field.NOTES: each.notes,
        },
        despite_known=True,
        by=owners[each.account],
    )


def _share_one(
    members: Mapping[str, Member],
    owners: Mapping[str, Person],
    sharer: Person,
    whom: Person,
    today: date,
) -> None:
    """Let a rep show one of their customers to somebody of their team."""
    code = min(code for code in members if owners[code] == sharer)
    share(
        kind="customers.customer",
        thing_id=members[code].pk,
        whom=whom,
        until=today + timedelta(days=AWAY),
        reason="请帮忙看看这家客户的续约方案",
        by=sharer,
    )


def _lend(company: Company, people: Mapping[str, Person], today: date) -> None:
    """Let the head of one branch be away now, and the head of another a few days later.

    Those by whose eyes one looks into the demo see no more than their own today.
    """
    slow = Planted.in_company(company).slow_rep
    units = {each.code: each for each in company.units}
    heads = {each.unit: people[each.code] for each in company.people if each.role == "manager"}
    team = units[next(each.unit for each in company.people if each.code == slow)]
    branch = units[team.parent or ""]
    others = [
        each.code for each in company.units if each.kind == "branch" and each.code != branch.code
    ]
    soon, now = (
        Days(today + LATER, today + LATER + timedelta(days=AWAY)),
        Days(today, today + timedelta(days=AWAY)),
    )
    for lender, deputy, days in (
        (heads[branch.parent or ""], heads[branch.code], soon),
        (heads[others[-1]], heads[others[-2]], now),
    ):
        lend(lender=lender, deputy=deputy, days=days, limits=EVERYTHING, reason="年假", by=lender)
