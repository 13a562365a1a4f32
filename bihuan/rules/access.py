"""Who may see and change rules, and who sees and works on alerts.

Rules are seen by those who lead a unit, by HR business partners and quality officers,
and written by administrators. An alert is seen by whom it is about, by those who lead
the unit, by whoever a response was addressed to, and by those who see the whole company.
One about a customer or a deal is seen by its owner and those who lead the owner's unit,
if they may see the customer or the deal itself. Whoever leads the unit, or sees the
whole company, ends one; nobody ends one about themselves or about what is theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from bihuan.inbox.access import WORDS
from bihuan.kernel.errors import Forbidden, Missing, gettext_noop
from bihuan.org.access import NotYourRole, require_role, roles_of, scope_of
from bihuan.org.domain.field_map import FieldMap, Place
from bihuan.org.domain.role import Role
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person
from bihuan.rules.models import SHOWN_WITH, Alert

READERS = (Role.MANAGER, Role.HRBP, Role.QUALITY_OFFICER, Role.ADMIN)
WRITERS = (Role.ADMIN,)
TRIERS = (Role.ADMIN, Role.QUALITY_OFFICER)
"""Who may try rules on the past: it tells of everybody, so those who see the whole company."""


class AlertMissing(Missing):
    code = "rules.alert_missing"
    says = gettext_noop("There is no such alert.")


class NotYoursToEnd(Forbidden):
    code = "rules.not_yours_to_end"
    says = gettext_noop("Whoever leads the unit ends an alert, and nobody one about themselves.")


def alert_seen(alert_id: int, scope: Scope) -> Alert:
    """Return an alert the scope covers; a hidden one looks like one that is not there."""
    seen = Alert.objects.visible_to(scope).select_related(*SHOWN_WITH, "suppressed_by", "ended_by")
    alert = seen.filter(pk=alert_id).first()
    if alert is None:
        raise AlertMissing()
    return alert


ALERT_FIELDS = FieldMap(kind="rules.alert", fields={"words": WORDS})
"""Whom an alert is about and who leads them read what people wrote about it."""


def words_about(alert: Alert, scope: Scope) -> Callable[[str], str]:
    """Return how somebody is shown what was written about an alert that they see."""
    place = Place(people=(alert.person_id, alert.owner_id), unit_path=alert.unit.path)
    return lambda text: ALERT_FIELDS.shown("words", text, scope, place)


def may_read_rules(person: Person) -> bool:
    """Return whether the person may read rules."""
    return bool(roles_of(person) & set(READERS))


def may_write_rules(person: Person) -> bool:
    """Return whether the person may write rules."""
    return bool(roles_of(person) & set(WRITERS))


def may_try_rules(person: Person) -> bool:
    """Return whether the person may try rules on the past."""
    return bool(roles_of(person) & set(TRIERS))


def require_reader(person: Person) -> None:
    """Refuse unless the person may read rules."""
    require_role(person, *READERS)


def require_writer_of(person: Person, tenant_id: int) -> None:
    """Refuse unless the person may write the rules of this company."""
    if person.tenant_id != tenant_id:
        raise NotYourRole(needed=WRITERS[0].value)
    require_role(person, *WRITERS)


def may_end(alert: Alert, person: Person) -> bool:
    """Return whether a person may end an alert."""
    if person.is_robot:
        return person.tenant_id == alert.tenant_id
    if person.tenant_id != alert.tenant_id or alert.responsible_id == person.pk:
        return False
    scope = scope_of(person)
    return scope.whole_tenant or scope.covers_as_manager(alert.unit.path)


def require_may_end(alert: Alert, person: Person) -> None:
    """Refuse unless a person leads where the alert is about, and it is not about them."""
    if not may_end(alert, person):
        raise NotYoursToEnd()


def require_sees(alert: Alert, person: Person) -> None:
    """Refuse a deed on an alert that a person does not see."""
    if not person.is_robot:
        alert_seen(alert.pk, scope_of(person))
    elif person.tenant_id != alert.tenant_id:
        raise AlertMissing()
