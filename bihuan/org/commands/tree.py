"""``bihuan org``: units, people, logins and tokens from the command line."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.org import actions, queries
from bihuan.org.access import PersonMissing, tenant_named
from bihuan.org.actions.logins import new_password
from bihuan.org.domain.grant import EVERYTHING
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant


def person_coded(tenant: Tenant, code: str) -> Person:
    """Return the person of a company who has this staff number."""
    person = Person.objects.filter(tenant=tenant, code=code).first()
    if person is None:
        raise PersonMissing(person=code)
    return person


@click.group()
def org() -> None:
    """Units, people, logins and tokens."""


@org.command()
@click.option("--tenant", help="Code of the company, where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows.")
def tree(*, tenant: str | None, as_json: bool) -> None:
    """Print the tree of units as it stands today."""
    company = tenant_named(tenant)
    everything = Scope(
        tenant_id=company.pk, person_id=actions.robot_of(company).pk, whole_tenant=True
    )
    nodes = queries.tree(everything, clock.today(company.time_zone))
    if as_json:
        codes = {node.unit.pk: node.unit.code for node in nodes}
        rows = [
            {
                "unit": node.unit.code,
                "name": node.unit.name,
                "kind": node.unit.kind,
                "parent": codes.get(node.unit.parent_id or 0),
                "heads": [person.code for person in node.heads],
                "people": node.total_count,
            }
            for node in nodes
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for node in nodes:
        heads = "、".join(person.name for person in node.heads)
        indent = "  " * node.depth
        click.echo(f"{indent}{node.unit.name} ({node.total_count}) {heads}".rstrip())


@org.command()
@click.argument("person_code")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--scope", "scopes", multiple=True, help="Such as facts:write; all when left out.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
def token(*, person_code: str, name: str, scopes: tuple[str, ...], tenant: str | None) -> None:
    """Make an API token for a person; it is printed this once."""
    company = tenant_named(tenant)
    person = person_coded(company, person_code)
    _made, secret = actions.make_token(
        person=person, name=name, scopes=scopes or (EVERYTHING,), by=actions.robot_of(company)
    )
    click.echo(secret)


@org.command()
@click.argument("person_code")
@click.option("--username", required=True)
@click.option("--password", help="Asked for when missing; generated when left empty.")
@click.option("--tenant", help="Code of the company, where there is more than one.")
def login(*, person_code: str, username: str, password: str | None, tenant: str | None) -> None:
    """Open a person to a login; a generated password is printed this once."""
    company = tenant_named(tenant)
    person = person_coded(company, person_code)
    if password is None:
        ask = _("Password (empty: one is made)")
        password = click.prompt(ask, default="", hide_input=True, show_default=False)
    chosen = password or new_password()
    made = actions.open_login(
        person=person, username=username, password=chosen, by=actions.robot_of(company)
    )
    click.echo(_("%(username)s opens %(person)s.") % {"username": made.username, "person": person})
    if not password:
        click.echo(chosen)
