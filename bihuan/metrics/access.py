"""Who may change what metrics mean, close periods and send cards.

Everybody reads every metric and its versions: a definition is nobody's secret.
"""

from __future__ import annotations

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.domain.version import VersionMissing
from bihuan.metrics.models import CardCopy, MetricVersion
from bihuan.org.access import NotYourRole, require_role
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

WRITERS = (Role.ADMIN,)
"""Who writes and checks versions, closes periods and sends cards."""

APPROVERS = (Role.ADMIN, Role.QUALITY_OFFICER)
"""Who may be the second person; the quality officer never sits in the sales line."""


class CardMissing(Missing):
    code = "metrics.card_missing"
    says = gettext_noop("There is no such card among yours.")


def require_writer_of(person: Person, tenant_id: int) -> None:
    """Refuse unless the person may write definitions of this company."""
    _require(person, tenant_id, *WRITERS)


def require_approver_of(person: Person, tenant_id: int) -> None:
    """Refuse unless the person may approve definitions of this company."""
    _require(person, tenant_id, *APPROVERS)


def _require(person: Person, tenant_id: int, *roles: Role) -> None:
    if person.tenant_id != tenant_id:
        raise NotYourRole(needed=roles[0].value)
    require_role(person, *roles)


def version_of(tenant: Tenant, key: str, number: int) -> MetricVersion:
    """Return a version of a metric of this company."""
    found = MetricVersion.objects.filter(tenant=tenant, key=key, number=number)
    version = found.select_related("made_by", "checked_by", "decided_by", "tenant").first()
    if version is None:
        raise VersionMissing(metric=key, number=number)
    return version


def card_seen(copy_id: int, person: Person) -> CardCopy:
    """Return a card that was sent to a person; another's looks like one that is not there."""
    copy = CardCopy.objects.visible_to(person).select_related("sent_by").filter(pk=copy_id).first()
    if copy is None:
        raise CardMissing()
    return copy
