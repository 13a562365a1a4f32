"""Who may see what, worked out from the raw rows by walking parents and days.

Nothing of the product's own policy is used here: no Scope, no access module, no
QuerySet of the models. Each rule is written out in the plainest way there is,
once per kind of row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection

from tests.matrix.oracle_visibility import Opened, with_lent

Rows = Mapping[int, Mapping[str, Any]]
WIDE = {"admin", "quality_officer"}


def rows_of(table: str, key: str = "id") -> dict[int, dict[str, Any]]:
    """Return every row of a table as it stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description or []]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row[key]: row for row in found}


@dataclass(frozen=True)
class Oracle(Opened):
    """The rows as they are, and the day it is."""

    today: date
    units: Rows
    people: Rows
    seats: Rows
    delegations: Rows
    shares: Rows
    facts: Rows
    quotas: Rows
    tokens: Rows
    imports: Rows
    members: Rows
    distinctions: Rows
    closings: Rows
    versions: Rows
    cards: Rows
    cycles: Rows
    goals: Rows
    edits: Rows
    revisions: Rows
    receipts: Rows
    profiles: Rows
    reports: Rows
    notices: Rows
    proposals: Rows
    deliveries: Rows
    addressees: Rows
    events: Rows
    places: Rows
    reckonings: Rows
    jobs: Rows
    weekly_reports: Rows
    tasks: Rows
    copies: Rows
    task_events: Rows
    task_files: Rows
    conversations: Rows
    recordings: Rows
    contacts: Rows
    entries: Rows
    webhooks: Rows
    hook_deliveries: Rows
    petitions: Rows
    providers: Rows
    privacy_holds: Rows
    subjects: Rows
    consents: Rows
    exports: Rows
    ai_texts: Rows
    plays: Rows
    play_versions: Rows
    packs: Rows
    pack_items: Rows
    alerts: Rows
    alert_events: Rows
    rules: Rows
    responses: Rows

    @classmethod
    def of_database(cls, today: date) -> Oracle:
        return cls(
            today=today,
            units=rows_of("org_unit"),
            people=rows_of("org_person"),
            seats=with_lent(
                rows_of("org_assignment"),
                rows_of("org_delegation"),
                rows_of("org_person"),
                rows_of("org_unit"),
                today,
            ),
            delegations=rows_of("org_delegation"),
            shares=rows_of("org_share"),
            facts=rows_of("facts_fact"),
            quotas=rows_of("goals_quota"),
            tokens=rows_of("org_apitoken"),
            imports=rows_of("integrations_import"),
            members=rows_of("facts_member"),
            distinctions=rows_of("customers_distinction"),
            closings=rows_of("metrics_closing"),
            versions=rows_of("metrics_metricversion"),
            cards=rows_of("metrics_cardcopy"),
            cycles=rows_of("goals_cycle"),
            goals=rows_of("goals_goal"),
            edits=rows_of("goals_edit"),
            revisions=rows_of("goals_revision"),
            receipts=rows_of("goals_receipt"),
            profiles=rows_of("goals_weightprofile"),
            reports=rows_of("reports_healthreport"),
            notices=rows_of("inbox_notice"),
            proposals=rows_of("inbox_proposal"),
            deliveries=rows_of("inbox_delivery"),
            addressees=rows_of("inbox_addressee"),
            events=rows_of("goals_marketevent"),
            places=rows_of("goals_marketplace"),
            reckonings=rows_of("goals_marketreckoning"),
            jobs=rows_of("procrastinate_jobs"),
            weekly_reports=rows_of("advice_weeklyreport"),
            tasks=rows_of("inbox_task"),
            copies=rows_of("inbox_taskcopy"),
            task_events=rows_of("inbox_taskevent"),
            task_files=rows_of("inbox_taskfile"),
            conversations=rows_of("customers_conversation"),
            recordings=rows_of("customers_recording"),
            contacts=rows_of("customers_contact"),
            entries=rows_of("base_journalentry"),
            webhooks=rows_of("integrations_webhook"),
            hook_deliveries=rows_of("integrations_webhookdelivery"),
            petitions=rows_of("privacy_petition"),
            providers=rows_of("org_signinprovider"),
            privacy_holds=rows_of("privacy_hold"),
            subjects=rows_of("privacy_subject"),
            consents=rows_of("privacy_consent"),
            exports=rows_of("tenants_export"),
            ai_texts=rows_of("ai_aitext"),
            plays=rows_of("playbooks_play"),
            play_versions=rows_of("playbooks_playversion"),
            packs=rows_of("playbooks_handedout"),
            pack_items=rows_of("playbooks_handeditem"),
            alerts=rows_of("rules_alert"),
            alert_events=rows_of("rules_alertevent"),
            rules=rows_of("rules_ruleversion"),
            responses=rows_of("rules_responsemade"),
        )

    def lies_under(self, unit: int | None, top: int) -> bool:
        while unit is not None:
            if unit == top:
                return True
            unit = self.units[unit]["parent_id"]
        return False

    def holds(self, seat: Mapping[str, Any], day: date) -> bool:
        return seat["valid_from"] <= day and (seat["valid_to"] is None or day < seat["valid_to"])

    def roles(self, person: int) -> set[str]:
        """Return the roles held today; who has left holds none."""
        ended = self.people[person]["ended_on"]
        if ended is not None and ended <= self.today:
            return set()
        own = [seat for seat in self.seats.values() if seat["person_id"] == person]
        return {seat["role"] for seat in own if self.holds(seat, self.today)}

    def same_tenant(self, person: int, row: Mapping[str, Any]) -> bool:
        return bool(self.people[person]["tenant_id"] == row["tenant_id"])

    def is_wide(self, person: int) -> bool:
        return bool(self.roles(person) & WIDE)

    def opens(self, person: int, unit: int | None, *roles: str) -> bool:
        """Return whether a role held today in this unit or above opens it to the person."""
        if unit is None or not self.roles(person):
            return False
        return any(
            seat["person_id"] == person
            and seat["role"] in roles
            and self.holds(seat, self.today)
            and self.lies_under(unit, seat["unit_id"])
            for seat in self.seats.values()
        )

    # One rule per kind of row: may this person see it?

    def unit(self, person: int, pk: int) -> bool:
        if not self.same_tenant(person, self.units[pk]):
            return False
        sat_there = any(
            seat["person_id"] == person and seat["unit_id"] == pk for seat in self.seats.values()
        )
        return self.is_wide(person) or sat_there or self.opens(person, pk, "manager", "hrbp")

    def person(self, person: int, pk: int) -> bool:
        if not self.same_tenant(person, self.people[pk]):
            return False
        if pk == person or self.is_wide(person):
            return not self.people[pk]["is_robot"]
        return any(
            seat["person_id"] == pk
            and seat["is_home"]
            and self.opens(person, seat["unit_id"], "manager", "hrbp")
            for seat in self.seats.values()
        )

    def seat(self, person: int, pk: int) -> bool:
        seat = self.seats[pk]
        if seat["person_id"] == person:
            return True
        if not self.person(person, seat["person_id"]):
            return False
        return self.is_wide(person) or self.opens(person, seat["unit_id"], "manager", "hrbp")

    def fact(self, person: int, pk: int) -> bool:
        """Rows: own ones, and those of units managed today; an HRBP opens none."""
        fact = self.facts[pk]
        if not self.same_tenant(person, fact):
            return False
        if self.is_wide(person) or fact["person_id"] == person:
            return True
        return self.opens(person, fact["unit_id"], "manager") or self.shared_fact(person, pk)

    def figure(self, person: int, pk: int) -> bool:
        """Figures: what is visible as a row, and for an HRBP the units served."""
        fact = self.facts[pk]
        return self.fact(person, pk) or (
            self.same_tenant(person, fact) and self.opens(person, fact["unit_id"], "hrbp")
        )

    def source_row(self, person: int, pk: int) -> bool:
        return any(
            fact["source_row_id"] == pk and self.fact(person, fact_id)
            for fact_id, fact in self.facts.items()
        )

    def batch(self, person: int, pk: int) -> bool:
        """A batch is known by its facts, or by the import that brought it."""
        by_facts = any(
            fact["batch_id"] == pk and self.fact(person, fact_id)
            for fact_id, fact in self.facts.items()
        )
        by_import = any(
            row["batch_id"] == pk and self.import_(person, import_id)
            for import_id, row in self.imports.items()
        )
        return by_facts or by_import

    def member(self, person: int, pk: int) -> bool:
        """Products belong to everyone; the rest is known by facts about it."""
        member = self.members[pk]
        if not self.same_tenant(person, member):
            return False
        if self.is_wide(person) or member["dimension"] == "product":
            return True
        return any(
            pk == fact[f"{member['dimension']}_id"] and self.fact(person, fact_id)
            for fact_id, fact in self.facts.items()
        )

    def entity(self, account: int) -> int:
        """Return the account that a customer goes by: where the merges that stand lead."""
        gone = {fact["reverses_id"] for fact in self.facts.values()}
        for pk, fact in self.facts.items():
            is_merge = fact["kind"] == "account.merged" and fact["account_id"] == account
            if is_merge and fact["reverses_id"] is None and pk not in gone:
                return self.entity(int(fact["text_1"]))
        return account

    def customer(self, person: int, pk: int) -> bool:
        """A customer is known by a fact about any of its accounts; other members as they are."""
        return any(
            self.member(person, other)
            for other, row in self.members.items()
            if row["dimension"] == self.members[pk]["dimension"]
            and self.entity(other) == self.entity(pk)
        )

    def merge(self, person: int, number: int) -> bool:
        """A merge is told to those who see the customers of both its accounts."""
        return any(
            self.customer(person, fact["account_id"]) and self.customer(person, int(fact["text_1"]))
            for fact in self.facts.values()
            if (fact["kind"], fact["seq"]) == ("account.merged", number)
            and self.same_tenant(person, fact)
        )

    def sees_both_sides(self, person: int, number: int) -> bool:
        """Return whether one sees a fact of the account merged and of the one it went into."""
        return any(
            self.member(person, fact["account_id"]) and self.member(person, int(fact["text_1"]))
            for fact in self.facts.values()
            if (fact["kind"], fact["seq"]) == ("account.merged", number)
        )

    def told_fact(self, person: int, number: int) -> bool:
        return self.seq(person, number) or self.merge(person, number)

    def conversation(self, person: int, pk: int) -> bool:
        """What was said is read by whoever may open the fact that it was."""
        return self.fact(person, self.conversations[pk]["fact_id"])

    def recording(self, person: int, pk: int) -> bool:
        """A recording is heard by who made it, and by who reads all that was said in it."""
        told = self.recordings[pk]["conversation_id"]
        is_read = told is not None and self.conversation_secret(person, told)
        return is_read or self.own_recording(person, pk)

    def own_recording(self, person: int, pk: int) -> bool:
        return bool(self.recordings[pk]["by_id"] == person)

    def contact(self, person: int, pk: int) -> bool:
        """Somebody at a customer is known to whoever knows the customer."""
        return self.customer(person, self.contacts[pk]["account_id"])

    def petition(self, person: int, pk: int) -> bool:
        """A request is seen by who asked, whom it is about, and who looks after personal data."""
        row = self.petitions[pk]
        return self.same_tenant(person, row) and (
            person in self.parties(pk) or bool(self.roles(person) & WIDE)
        )

    def parties(self, petition: int) -> set[int | None]:
        """Return who asked for something, and whom it is about if that is a colleague."""
        row = self.petitions[petition]
        about = self.subjects.get(row["subject_id"], {}).get("person_id")
        return {row["asked_by_id"], about}

    def fetches(self, person: int, petition: int) -> bool:
        """A copy of somebody's data is handed to who asked for it, and to whom it is about."""
        return self.petitions[petition]["kind"] == "copy" and person in self.parties(petition)

    def consent(self, person: int, pk: int) -> bool:
        """What one agreed to oneself, or somebody at a customer, if one knows them."""
        about = self.consents[pk]["subject_id"]
        return self.subjects[about]["person_id"] == person or any(
            row["subject_id"] == about and self.contact(person, contact)
            for contact, row in self.contacts.items()
        )

    def export(self, person: int, pk: int) -> bool:
        """What the whole company takes away is its administrators' to know."""
        return self.same_tenant(person, self.exports[pk]) and "admin" in self.roles(person)

    def provider(self, person: int, pk: int) -> bool:
        """Where people may sign in instead is set up by administrators of that company."""
        row = self.providers[pk]
        return self.same_tenant(person, row) and "admin" in self.roles(person)

    def signin_secret(self, person: int, pk: int) -> bool:
        """What somebody or something signs in by is shown to nobody, not even to its owner."""
        return False

    def hold(self, person: int, pk: int) -> bool:
        return self.same_tenant(person, self.privacy_holds[pk]) and bool(self.roles(person) & WIDE)

    def contact_secret(self, person: int, pk: int) -> bool:
        """How they are reached is read by who looks after them."""
        return bool(self.contacts[pk]["owner_id"] == person)

    def own_secret(self, person: int, pk: int) -> bool:
        """What is kept of a colleague is shown to them alone."""
        return person == pk

    def keeps_contact(self, person: int, pk: int) -> bool:
        roles = self.roles(person)
        is_owner = self.contacts[pk]["owner_id"] == person
        return bool(roles & {"manager", "admin"} or (is_owner and roles & {"rep", "clerk"}))

    def speaks_for_contact(self, person: int, pk: int) -> bool:
        """What a contact asks for is brought by their owner, and by who looks after data."""
        roles = self.roles(person)
        is_owner = self.contacts[pk]["owner_id"] == person
        keeps = roles & {"rep", "clerk", "manager", "admin"}
        return bool(roles & WIDE or (is_owner and keeps))

    def erases(self, person: int, pk: int) -> bool:
        """Words are erased by who held the conversation, and by administrators."""
        return self.conversations[pk]["person_id"] == person or "admin" in self.roles(person)

    def ai_text(self, person: int, pk: int) -> bool:
        """A text that was made is read by whom it was made for."""
        return bool(self.ai_texts[pk]["reader_id"] == person)

    def distinction(self, person: int, pk: int) -> bool:
        row = self.distinctions[pk]
        return all(self.customer(person, row[side]) for side in ("one_id", "other_id"))

    def quota(self, person: int, pk: int) -> bool:
        """Own targets, and those of units, or of people while in units, that are opened."""
        quota = self.quotas[pk]
        if not self.same_tenant(person, quota):
            return False
        if self.is_wide(person) or quota["person_id"] == person:
            return True
        if quota["unit_id"] is not None:
            return self.opens(person, quota["unit_id"], "manager", "hrbp")
        return any(
            seat["person_id"] == quota["person_id"]
            and seat["is_home"]
            and seat["valid_from"] < quota["valid_to"]
            and (seat["valid_to"] is None or seat["valid_to"] > quota["valid_from"])
            and self.opens(person, seat["unit_id"], "manager", "hrbp")
            for seat in self.seats.values()
        )

    def team(self, person: int, pk: int) -> bool:
        """The figures of a unit: sitting in it is not enough."""
        ours = self.same_tenant(person, self.units[pk])
        return ours and (self.is_wide(person) or self.opens(person, pk, "manager", "hrbp"))

    def stands_above(self, person: int, unit: int) -> bool:
        """Return whether a unit lies above one in which somebody sits or sat."""
        return any(
            seat["person_id"] == person and self.lies_under(seat["unit_id"], unit)
            for seat in self.seats.values()
        )

    def manages(self, person: int, other: int) -> bool:
        """Return whether one administers, or manages today the unit the other sits in."""
        if not self.same_tenant(person, self.people[other]):
            return False
        homes = [
            seat["unit_id"]
            for seat in self.seats.values()
            if seat["person_id"] == other and seat["is_home"] and self.holds(seat, self.today)
        ]
        is_above = any(self.opens(person, unit, "manager") for unit in homes)
        return "admin" in self.roles(person) or is_above

    def sets_quota(self, person: int, pk: int) -> bool:
        """A target is set by an administrator, or by who manages the unit or the person."""
        quota = self.quotas[pk]
        if "admin" in self.roles(person):
            return self.same_tenant(person, quota)
        if quota["unit_id"] is not None:
            return self.opens(person, quota["unit_id"], "manager")
        return any(
            seat["person_id"] == quota["person_id"]
            and seat["is_home"]
            and self.opens(person, seat["unit_id"], "manager")
            and (
                self.holds(seat, self.today)
                or (
                    seat["valid_from"] < quota["valid_to"]
                    and (seat["valid_to"] is None or seat["valid_to"] > quota["valid_from"])
                )
            )
            for seat in self.seats.values()
        )

    def token(self, person: int, pk: int) -> bool:
        owner = self.tokens[pk]["person_id"]
        if owner == person:
            return True
        ours = self.same_tenant(person, self.people[owner])
        return ours and "admin" in self.roles(person)

    def import_(self, person: int, pk: int) -> bool:
        row = self.imports[pk]
        if not self.same_tenant(person, row):
            return False
        return self.is_wide(person) or row["by_id"] == person

    def closing(self, person: int, pk: int) -> bool:
        """What is closed is nobody's secret in a company; who may look at it is a role."""
        return self.same_tenant(person, self.closings[pk])

    def login(self, person: int, pk: int) -> bool:
        """A user name is known to whoever signs in with it, and to administrators."""
        if pk == person:
            return True
        return self.same_tenant(person, self.people[pk]) and "admin" in self.roles(person)

    def tenant(self, person: int, pk: int) -> bool:
        return bool(self.people[person]["tenant_id"] == pk)

    def seq(self, person: int, number: int) -> bool:
        """A fact is addressed by its number, which counts from one in each tenant."""
        return any(
            fact["seq"] == number and self.fact(person, pk)
            for pk, fact in self.facts.items()
            if self.same_tenant(person, fact)
        )

    def source(self, person: int, pk: int) -> bool:
        """A source is known by the facts it brought."""
        return any(
            fact["source_id"] == pk and self.fact(person, fact_id)
            for fact_id, fact in self.facts.items()
        )

    def has_target_set_by(self, person: int, setter: int) -> bool:
        """Return whether one set a target that the other may see."""
        return any(
            quota["set_by_id"] == setter and self.quota(person, pk)
            for pk, quota in self.quotas.items()
        )

    def is_led_by(self, person: int, manager: int) -> bool:
        """Return whether one managed a unit in which the other has figures to see."""
        return any(
            seat["person_id"] == manager
            and seat["role"] == "manager"
            and self.figure(person, fact_id)
            and self.holds(seat, fact["business_on"])
            and fact["unit_id"] is not None
            and self.lies_under(fact["unit_id"], seat["unit_id"])
            for seat in self.seats.values()
            for fact_id, fact in self.facts.items()
        )

    def version(self, person: int, key: str, number: int) -> Mapping[str, Any] | None:
        """Return a version of a metric of one's own company."""
        found = [
            version
            for version in self.versions.values()
            if version["key"] == key
            and version["number"] == number
            and self.same_tenant(person, version)
        ]
        return found[0] if found else None

    def has_version(self, person: int, key: str, number: int) -> bool:
        return self.version(person, key, number) is not None

    def may_approve(self, person: int, key: str, number: int) -> bool:
        """A version takes a second person: neither its writer nor its checker."""
        found = self.version(person, key, number)
        return found is not None and person not in (found["made_by_id"], found["checked_by_id"])

    def worked_on_a_version(self, person: int, other: int) -> bool:
        """Who wrote, checked or decided a version is told to everybody of the company."""
        return any(
            other in (version["made_by_id"], version["checked_by_id"], version["decided_by_id"])
            for version in self.versions.values()
            if self.same_tenant(person, version)
        )

    def card(self, person: int, pk: int) -> bool:
        """A card is seen by whom it was sent to."""
        return bool(self.cards[pk]["person_id"] == person)

    def entry(self, person: int, pk: int) -> bool:
        """The audit trail is read by administrators and quality officers of its company."""
        return self.same_tenant(person, self.entries[pk]) and bool(self.roles(person) & WIDE)

    def webhook(self, person: int, pk: int) -> bool:
        """Where events are sent is the business of administrators of the company."""
        return self.same_tenant(person, self.webhooks[pk]) and "admin" in self.roles(person)

    def hook_delivery(self, person: int, pk: int) -> bool:
        return self.webhook(person, self.hook_deliveries[pk]["webhook_id"])

    def job(self, person: int, pk: int) -> bool:
        """A job is seen by administrators of its company and by whoever asked for it there."""
        args = json.loads(self.jobs[pk]["args"])
        is_own = args.get("by") == person
        return self.same_tenant(person, {"tenant_id": args.get("tenant")}) and (
            is_own or "admin" in self.roles(person)
        )

    def report(self, person: int, pk: int) -> bool:
        """A report is opened by those whose role is, of their company; parts of it are hidden."""
        return self.same_tenant(person, self.reports[pk])

    def sent_a_card(self, person: int, sender: int) -> bool:
        """Return whether one sent a card to the other."""
        return any(
            card["sent_by_id"] == sender and card["person_id"] == person
            for card in self.cards.values()
        )

    def leads(self, person: int) -> bool:
        """Return whether one leads or serves a unit, or sees the whole company."""
        return self.is_wide(person) or bool(self.roles(person) & {"manager", "hrbp"})

    def cycle(self, person: int, pk: int) -> bool:
        """A cycle is known to all once it was published, before that to those who lead."""
        cycle = self.cycles[pk]
        known = self.leads(person) or cycle["revision_number"] > 0
        return self.same_tenant(person, cycle) and known

    def draft(self, person: int, pk: int) -> bool:
        """What is being worked on is seen by those who lead or serve a unit."""
        return self.same_tenant(person, self.cycles[pk]) and self.leads(person)

    def has_board(self, person: int, pk: int) -> bool:
        """A board begins at the highest unit of a cycle whose figures one sees, if there is one."""
        root = self.cycles[pk]["root_id"]
        below = [unit for unit in self.units if self.lies_under(unit, root)]
        led = any(self.opens(person, unit, "manager", "hrbp") for unit in below)
        return self.is_wide(person) or led

    def goal(self, person: int, pk: int) -> bool:
        return self.draft(person, self.goals[pk]["cycle_id"])

    def sets_cycle(self, person: int, pk: int) -> bool:
        """What a whole cycle asks for is set by who manages its unit, or administers."""
        cycle = self.cycles[pk]
        if not self.same_tenant(person, cycle):
            return False
        return "admin" in self.roles(person) or self.opens(person, cycle["root_id"], "manager")

    def receipt(self, person: int, pk: int) -> bool:
        """A revision is acknowledged by nobody but whom it asks."""
        return bool(self.receipts[pk]["person_id"] == person)

    def is_told_by(self, person: int, other: int) -> bool:
        """Return whether the other set one a target, or published what one acknowledges."""
        asked = {row["revision_id"] for row in self.receipts.values() if row["person_id"] == person}
        published = {self.revisions[pk]["published_by_id"] for pk in asked}
        return other in published or self.has_target_set_by(person, other)

    def profile(self, person: int, pk: int) -> bool:
        return self.same_tenant(person, self.profiles[pk]) and self.leads(person)

    def works_on_targets(self, person: int, other: int) -> bool:
        """Who edited or published targets is told to those who lead in the same company."""
        by = {row["by_id"] for row in self.edits.values()}
        by |= {row["published_by_id"] for row in self.revisions.values()}
        by |= {row["made_by_id"] for row in self.profiles.values()}
        return self.leads(person) and other in by and self.same_tenant(person, self.people[other])

    def notice(self, person: int, pk: int) -> bool:
        """A notice is seen by whom it is for."""
        return bool(self.notices[pk]["person_id"] == person)

    def delivery(self, person: int, pk: int) -> bool:
        """That something was brought is known to whom, and to who runs the company's channels."""
        row = self.deliveries[pk]
        own = bool(row["person_id"] == person)
        return own or (self.same_tenant(person, row) and "admin" in self.roles(person))

    def is_brought(self, person: int, pk: int) -> bool:
        """The link of a message leads nobody but whom it was for."""
        return bool(self.deliveries[pk]["person_id"] == person)

    def part(self, person: int, pk: int) -> bool:
        """What a proposal says to one addressee, and what they say: theirs, and those above."""
        asked = self.addressees[pk]
        proposal = self.proposals[asked["proposal_id"]]
        if not self.same_tenant(person, proposal):
            return False
        if self.is_wide(person) or person in (proposal["made_by_id"], asked["person_id"]):
            return True
        if self.stands_for(person, asked["person_id"]):
            return True
        return self.opens(person, asked["unit_id"], "manager", "hrbp")

    def proposal(self, person: int, pk: int) -> bool:
        """A proposal is seen by whoever made it or sees what it says to anybody."""
        return self.proposals[pk]["made_by_id"] == person or any(
            asked["proposal_id"] == pk and self.part(person, part)
            for part, asked in self.addressees.items()
        )

    def is_asked(self, person: int, pk: int) -> bool:
        return any(
            asked["proposal_id"] == pk and asked["person_id"] == person
            for asked in self.addressees.values()
        )

    def withdraws(self, person: int, pk: int) -> bool:
        """A proposal is withdrawn by who made it, and by administrators."""
        return self.proposals[pk]["made_by_id"] == person or "admin" in self.roles(person)

    def speaks_in_an_inbox(self, person: int, other: int) -> bool:
        """Return whether one wrote or lends to the other, or has to do with a proposal they see."""
        wrote = any(
            notice["made_by_id"] == other and notice["person_id"] == person
            for notice in self.notices.values()
        )
        made = any(
            proposal["made_by_id"] == other and self.proposal(person, pk)
            for pk, proposal in self.proposals.items()
        )
        lends = any(
            person in (each["lender_id"], each["deputy_id"])
            and other in (each["lender_id"], each["deputy_id"])
            for each in self.delegations.values()
        )
        return (
            wrote
            or made
            or lends
            or any(
                asked["person_id"] == other and self.part(person, pk)
                for pk, asked in self.addressees.items()
            )
        )

    def task(self, person: int, pk: int) -> bool:
        """A task: whose it is, who made it, who has a copy, who manages where it belongs."""
        task = self.tasks[pk]
        if not self.same_tenant(person, task):
            return False
        has_copy = any(
            copy["task_id"] == pk and copy["person_id"] == person for copy in self.copies.values()
        )
        is_own = person in (task["owner_id"], task["made_by_id"])
        leads = self.is_wide(person) or self.opens(person, task["unit_id"], "manager")
        is_opened = self.stands_for(person, task["owner_id"]) or self.shared_row(
            person, "inbox.task", pk, task, ("owner_id", "made_by_id")
        )
        return is_own or has_copy or leads or is_opened

    def task_secret(self, person: int, pk: int) -> bool:
        """Numbers in words of a task are read by whose it is, who made it and who leads there."""
        task = self.tasks[pk]
        is_own = person in (task["owner_id"], task["made_by_id"])
        is_own = is_own or self.stands_for(person, task["owner_id"])
        return is_own or self.opens(person, task["unit_id"], "manager")

    def task_file(self, person: int, pk: int) -> bool:
        return self.task(person, self.task_files[pk]["task_id"])

    def owns_task(self, person: int, pk: int) -> bool:
        owner = self.tasks[pk]["owner_id"]
        return bool(owner == person) or self.stands_for(person, owner)

    def made_task(self, person: int, pk: int) -> bool:
        return bool(self.tasks[pk]["made_by_id"] == person)

    def hands_over(self, person: int, pk: int) -> bool:
        """A task is handed over by its owner, its owner's managers, and administrators."""
        is_above = self.opens(person, self.tasks[pk]["unit_id"], "manager")
        return self.owns_task(person, pk) or is_above or "admin" in self.roles(person)

    def homes(self, person: int) -> set[int]:
        return {
            seat["unit_id"]
            for seat in self.seats.values()
            if seat["person_id"] == person and seat["is_home"] and self.holds(seat, self.today)
        }

    def colleague(self, person: int, other: int) -> bool:
        """A task goes to whom one sees, to who sits in the same unit, and to one's managers."""
        if not self.same_tenant(person, self.people[other]):
            return False
        is_above = any(self.opens(other, unit, "manager") for unit in self.homes(person))
        sits_beside = bool(self.homes(person) & self.homes(other))
        return self.person(person, other) or sits_beside or is_above

    def led(self, person: int, other: int) -> bool:
        """A task is made for oneself, or for somebody whose unit one manages."""
        return person == other or self.manages(person, other)

    def has_to_do_with_a_task(self, person: int, other: int) -> bool:
        """Return whether somebody sees a task that one sees, or one could hand one to them."""
        seen = {pk for pk in self.tasks if self.task(person, pk)}
        if any(self.task(other, pk) for pk in seen):
            return True
        named = {self.tasks[pk][who] for pk in seen for who in ("owner_id", "made_by_id")}
        named |= {copy["person_id"] for copy in self.copies.values() if copy["task_id"] in seen}
        events = [each for each in self.task_events.values() if each["task_id"] in seen]
        named |= {each[who] for each in events for who in ("by_id", "person_id", "owner_id")}
        return other in named or self.colleague(person, other)

    def is_unit_of_a_task(self, person: int, unit: int) -> bool:
        return any(
            task["unit_id"] == unit and self.task(person, pk) for pk, task in self.tasks.items()
        )

    def word(self, person: int, number: int) -> bool:
        """What was said of a reason is a fact like any other."""
        return self.seq(person, number)

    def has_said_a_word(self, person: int, other: int) -> bool:
        """Return whether one said something of a reason that the other sees."""
        return any(
            fact["kind"].startswith("reason.")
            and fact["recorded_by_id"] == other
            and self.fact(person, pk)
            for pk, fact in self.facts.items()
        )

    def event(self, person: int, pk: int) -> bool:
        """A market event is seen by who sees the company, or the figures of some unit."""
        leads = self.roles(person) & {"manager", "hrbp", *WIDE}
        return self.same_tenant(person, self.events[pk]) and bool(leads)

    def reckoning(self, person: int, pk: int) -> bool:
        return self.event(person, self.reckonings[pk]["event_id"])

    def reports_events(self, person: int, other: int) -> bool:
        """Return whether the other reported an event that one sees."""
        return any(
            event["filed_by_id"] == other and self.event(person, pk)
            for pk, event in self.events.items()
        )

    def is_place_of_event(self, person: int, unit: int) -> bool:
        """Return whether an event that one sees takes place in a unit."""
        return any(
            place["unit_id"] == unit and self.event(person, place["event_id"])
            for place in self.places.values()
        )

    def changes_play(self, person: int, pk: int) -> bool:
        """A play is changed by its owner and by administrators."""
        play = self.plays[pk]
        is_ours = self.same_tenant(person, play)
        return is_ours and (play["owner_id"] == person or "admin" in self.roles(person))

    def play(self, person: int, pk: int) -> bool:
        """What is in the library all read; the rest who may change it or sees it in a pack."""
        play = self.plays[pk]
        if not self.same_tenant(person, play):
            return False
        handed = any(
            self.play_versions[item["version_id"]]["play_id"] == pk
            and self.pack(person, item["pack_id"])
            for item in self.pack_items.values()
        )
        in_library = play["published_id"] is not None and play["retired_at"] is None
        return in_library or handed or self.changes_play(person, pk)

    def play_draft(self, person: int, pk: int) -> bool:
        """What a play would say next only those read who may change it."""
        return self.changes_play(person, pk)

    def pack(self, person: int, pk: int) -> bool:
        """A pack is seen by whom it is for, and by who leads where they sat then."""
        pack = self.packs[pk]
        if not self.same_tenant(person, pack):
            return False
        if self.is_wide(person) or pack["person_id"] == person:
            return True
        return self.opens(person, pack["unit_id"], "manager")

    def leads_alert(self, person: int, pk: int) -> bool:
        """Return whether one leads where an alert is about, or sees the whole company."""
        alert = self.alerts[pk]
        if not self.same_tenant(person, alert):
            return False
        return self.is_wide(person) or self.opens(person, alert["unit_id"], "manager")

    def alert(self, person: int, pk: int) -> bool:
        """An alert is seen by whom it is about, by who leads there, and by whom it asked."""
        alert = self.alerts[pk]
        if not self.same_tenant(person, alert):
            return False
        is_asked = any(
            made["alert_id"] == pk and made["person_id"] == person
            for made in self.responses.values()
        )
        is_shared = self.shared_row(person, "rules.alert", pk, alert, ("person_id",))
        if alert["person_id"] == person or is_asked or is_shared:
            return True
        is_theirs = alert["owner_id"] == person or self.leads_alert(person, pk)
        account = alert["account_id"]
        return is_theirs and (account is None or self.customer(person, account))

    def alert_note(self, person: int, pk: int) -> bool:
        """What was noted with an alert is read by those who lead, if they see the alert."""
        return self.leads_alert(person, pk) and self.alert(person, pk)

    def ends_alert(self, person: int, pk: int) -> bool:
        alert = self.alerts[pk]
        is_theirs = person in (alert["person_id"], alert["owner_id"])
        return self.leads_alert(person, pk) and self.alert(person, pk) and not is_theirs

    def hears_of_alerts(self, person: int, other: int) -> bool:
        """Return whether an alert that one sees is about the other, or is in their hands."""
        mine = {pk for pk in self.alerts if self.alert(person, pk)}
        return any(
            other == self.alerts[pk][column]
            for pk in mine
            for column in ("person_id", "owner_id", "ended_by_id")
        ) or any(
            other == row[column]
            for rows, column in ((self.alert_events, "by_id"), (self.responses, "person_id"))
            for row in rows.values()
            if row["alert_id"] in mine
        )

    def looks_after_a_play(self, person: int, other: int) -> bool:
        """Return whether the other owns or has written a play that one sees."""
        return any(
            self.play(person, pk) and play["owner_id"] == other for pk, play in self.plays.items()
        ) or any(
            self.play(person, version["play_id"]) and version["made_by_id"] == other
            for version in self.play_versions.values()
        )

    def weekly(self, person: int, pk: int) -> bool:
        """A weekly report is seen by whoever sees the figures of its unit."""
        return self.team(person, self.weekly_reports[pk]["unit_id"])

    def is_unit_of_an_alert(self, person: int, unit: int) -> bool:
        """Return whether an alert that one sees was opened in a unit."""
        return any(
            alert["unit_id"] == unit and self.alert(person, pk) for pk, alert in self.alerts.items()
        )

    def is_in_a_rule(self, person: int, other: int) -> bool:
        """Return whether the other wrote or decided a version of a rule, or is in an alert."""
        wrote = any(
            other in (rule["made_by_id"], rule["decided_by_id"]) and self.same_tenant(person, rule)
            for rule in self.rules.values()
        )
        return wrote or self.hears_of_alerts(person, other)

    def has_rule(self, person: int, key: str) -> bool:
        return any(
            rule["key"] == key and self.same_tenant(person, rule) for rule in self.rules.values()
        )

    def subject(self, person: int, pk: int) -> bool:
        """Of whom something is kept is known to who looks after personal data, and to them."""
        row = self.subjects_by_mark[pk]
        looks_after = bool(self.roles(person) & WIDE)
        return self.same_tenant(person, row) and (looks_after or row["person_id"] == person)

    @cached_property
    def subjects_by_mark(self) -> Rows:
        return {row["id"].int: row for row in self.subjects.values()}

    def ticket(self, person: int, pk: int) -> bool:
        """An invented ticket or key opens nothing to anybody."""
        return False

    session = callback = ticket

    def rule(self, kind: str) -> Callable[[int, int], bool]:
        """Return the rule for a kind of row."""
        found: Callable[[int, int], bool] = getattr(self, {"import": "import_"}.get(kind, kind))
        return found

    def exists(self, kind: str, pk: int) -> bool:
        """Return whether there was such a row before anybody knocked."""
        tables: dict[str, Rows] = {
            "unit": self.units,
            "team": self.units,
            "person": self.people,
            "colleague": self.people,
            "led": self.people,
            "login": self.people,
            "seat": self.seats,
            "fact": self.facts,
            "figure": self.facts,
            "quota": self.quotas,
            "token": self.tokens,
            "import": self.imports,
            "member": self.members,
            "customer": self.members,
            "distinction": self.distinctions,
            "closing": self.closings,
            "card": self.cards,
            "cycle": self.cycles,
            "draft": self.cycles,
            "goal": self.goals,
            "receipt": self.receipts,
            "profile": self.profiles,
            "report": self.reports,
            "notice": self.notices,
            "proposal": self.proposals,
            "part": self.addressees,
            "delivery": self.deliveries,
            "event": self.events,
            "reckoning": self.reckonings,
            "job": self.jobs,
            "weekly": self.weekly_reports,
            "task": self.tasks,
            "task_file": self.task_files,
            "task_secret": self.tasks,
            "conversation": self.conversations,
            "recording": self.recordings,
            "own_recording": self.recordings,
            "contact": self.contacts,
            "petition": self.petitions,
            "provider": self.providers,
            "signin_secret": {**self.people, **self.providers},
            "hold": self.privacy_holds,
            "consent": self.consents,
            "subject": self.subjects_by_mark,
            "export": self.exports,
            "contact_secret": self.contacts,
            "own_secret": self.people,
            "conversation_secret": self.conversations,
            "delegation": self.delegations,
            "share": self.shares,
            "ai_text": self.ai_texts,
            "play": self.plays,
            "play_draft": self.plays,
            "pack": self.packs,
            "alert": self.alerts,
            "alert_note": self.alerts,
            "entry": self.entries,
            "webhook": self.webhooks,
            "hook_delivery": self.hook_deliveries,
        }
        referred = {
            "seq": "seq",
            "merge": "seq",
            "word": "seq",
            "told_fact": "seq",
            "source": "source_id",
            "batch": "batch_id",
        }
        referred["source_row"] = "source_row_id"
        if kind in referred:
            return any(fact[referred[kind]] == pk for fact in self.facts.values())
        return kind not in tables or pk in tables[kind]

    def sees(self, person: int, kind: str, pk: int) -> bool:
        """Return whether a person may see a row; a row that does not exist, nobody sees."""
        return self.exists(kind, pk) and self.rule(kind)(person, pk)
