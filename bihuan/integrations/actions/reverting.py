"""Taking an import back."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import journal
from bihuan.facts.actions import revert_batch
from bihuan.goals.actions import revert_quotas
from bihuan.integrations.domain.progress import State
from bihuan.integrations.models import Import
from bihuan.kernel.errors import Conflict, gettext_noop
from bihuan.org.access import require_role
from bihuan.org.domain.role import Role
from bihuan.org.models import Person


class NothingToRevert(Conflict):
    code = "integrations.nothing_to_revert"
    says = gettext_noop("This import has not landed, so there is nothing to take back.")


@transaction.atomic
def revert_import(*, import_: Import, by: Person) -> Import:
    """Take back the facts and targets an import brought; figures are as before it.

    People, units and names of customers stay: others may refer to them by now.
    """
    require_role(by, Role.ADMIN)
    locked = Import.objects.select_for_update(of=("self",)).get(pk=import_.pk)
    if locked.state != State.DONE.value or locked.batch is None:
        raise NothingToRevert()
    locked.state = State.REVERTED.value
    locked.save(update_fields=["state"])
    journal.record(by, "import.reverted", locked)
    revert_quotas(batch=locked.batch, by=by)
    revert_batch(batch=locked.batch, by=by)
    return locked
