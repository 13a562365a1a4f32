"""Who may see how much of personal data, and who may change it.

How much of a field somebody is shown is asked of one place, ``showing``. Whoever the
data belongs to, and whoever is charged with it, sees it in full; others know that
it is there, and open it with a purpose, which is written down.
"""

from __future__ import annotations

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.access import require_role
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.mask import Showing

PLAIN = frozenset({Field.NAME, Field.TITLE})
"""Without these a contact could not be told from another."""


class SubjectMissing(Missing):
    code = "privacy.subject_missing"
    says = gettext_noop("There is no such person.")


def showing(field: Field, *, is_own: bool) -> Showing:
    """Return how much of a field is shown to somebody who may see that it is there."""
    return Showing.FULL if is_own or field in PLAIN else Showing.MASK


def require_may_keep(by: Person, person: Person) -> None:
    """Refuse unless a person's own data is kept by themselves, or by an administrator."""
    if by.tenant_id != person.tenant_id:
        raise SubjectMissing()
    if by.pk != person.pk:
        require_role(by, Role.ADMIN)
