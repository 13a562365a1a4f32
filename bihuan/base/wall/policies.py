"""What each table shows to a company, made from the models: a new table has its policy at once.

    facts_fact       tenant_id = the company's number
    goals_goal       EXISTS (its cycle, as far as that is shown)
    org_login        everything, for the reason that stands in OPEN

A table without the column asks its parent, to whom its own policy applies: one look at an index
for each row. What leads nowhere is in ``OPEN`` or ``CLOSED``, with the reason; a test asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from bihuan.base.models import JournalEntry
from bihuan.base.owned import Owned, owned_by

# A sub-select is asked once in a statement; without it, anew for every row that is looked at.
NUMBER = "(SELECT NULLIF(current_setting('bihuan.tenant', true), '')::bigint)"
OF_LOGINS = "a login signs in to every company that has a person for it"
OF_DJANGO = "holds nothing of any company"

OPEN = {
    "account_emailaddress": OF_LOGINS,
    "account_emailconfirmation": OF_LOGINS,
    "mfa_authenticator": OF_LOGINS,
    "org_login": OF_LOGINS,
    "org_login_groups": OF_LOGINS,
    "org_login_user_permissions": OF_LOGINS,
    "org_opensession": OF_LOGINS,
    "django_session": OF_LOGINS,
    "socialaccount_socialaccount": OF_LOGINS,
    "socialaccount_socialapp": OF_LOGINS,
    "socialaccount_socialtoken": OF_LOGINS,
    "auth_group": OF_DJANGO,
    "auth_group_permissions": OF_DJANGO,
    "auth_permission": OF_DJANGO,
    "django_content_type": OF_DJANGO,
    "base_effect": "the key of an effect must be taken, whoever took it",
    "org_plan": "plans are the operator's, and every company may read what there is",
    "procrastinate_events": "what happened to a job, by its number; triggers write it",
    "procrastinate_workers": "which workers live",
    "procrastinate_periodic_defers": "not used",
}
"""Tables that show everything on every company's side, and why."""
CLOSED = {
    "tenants_application": "whoever applies is in no company yet",
    "tenants_certificate": "the company it tells of is gone",
    "tenants_invitation": "the operator's, who is in no company",
}
"""Tables that show nothing on any company's side, and why."""
BY_HAND = {
    "org_tenant": f"id = {NUMBER}",
    "procrastinate_jobs": "args ->> 'tenant' = (SELECT current_setting('bihuan.tenant', true))",
    "base_jobnote": "EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = job_id)",
}
"""Tables that no foreign key leads from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a table shows to a company, and what a company may write there."""

    table: str
    shown: str
    written: str


def policies() -> list[Policy]:
    """Return the policy of every table that is not open to all, by its name."""
    known = {
        table: Policy(table=table, shown=said, written=said) for table, said in BY_HAND.items()
    }
    known |= {table: Policy(table=table, shown="false", written="false") for table in CLOSED}
    known |= {each.table: _of_owned(each) for each in owned_by(tenant_model())}
    return [known[table] for table in sorted(known)]


def tenant_model() -> type[models.Model]:
    """Return the model of a company, which an app above this one has."""
    found = JournalEntry._meta.get_field("tenant").related_model
    assert isinstance(found, type), "the journal belongs to companies"
    return found


def _of_owned(owned: Owned) -> Policy:
    column, above, key = owned.hops[0]
    if above != tenant_model()._meta.db_table:
        same = f'above."{key}" = "{owned.table}"."{column}"'
        inside = f'EXISTS (SELECT FROM "{above}" AS above WHERE {same})'
        return Policy(table=owned.table, shown=inside, written=inside)
    own = f'"{column}" = {NUMBER}'
    shown = f'("{column}" IS NULL OR {own})' if owned.may_be_nobodys else own
    return Policy(table=owned.table, shown=shown, written=own)
