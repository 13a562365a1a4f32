"""What can happen to sessions: they are ended, by whose they are or by an administrator."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import journal
from bihuan.kernel.errors import Conflict, Missing, gettext_noop
from bihuan.org.access import require_admin_of
from bihuan.org.actions.logins import PersonHasNoLogin, require_own_login, sign_out
from bihuan.org.models import OpenSession, Person


class SessionMissing(Missing):
    code = "org.session_missing"
    says = gettext_noop("There is no such session: it may have ended already.")


class SessionInUse(Conflict):
    code = "org.session_in_use"
    says = gettext_noop("This is the session you are using: sign out instead.")


@transaction.atomic
def end_session(*, mark: str, here: str | None, by: Person) -> None:
    """End one of one's own sessions; ``here`` is the key of the one that is being used."""
    mine = OpenSession.objects.filter(login=by.login) if by.login is not None else ()
    found = next((each for each in mine if each.mark == mark), None)
    if found is None:
        raise SessionMissing()
    if found.session_key == here:
        raise SessionInUse()
    found.delete()
    journal.record(by, "session.ended", by)


@transaction.atomic
def end_other_sessions(*, here: str | None, by: Person) -> int:
    """End all of one's own sessions but the one that is being used; return how many."""
    count = sign_out(by, but=here)
    journal.record(by, "session.others_ended", by, count=count)
    return count


@transaction.atomic
def end_sessions_of(*, person: Person, by: Person) -> int:
    """End every session of a person, as an administrator does for a lost phone."""
    require_admin_of(by, person.tenant_id)
    if person.login_id is None:
        raise PersonHasNoLogin(person=person.name)
    require_own_login(person, by)
    count = sign_out(person)
    journal.record(by, "session.all_ended", person, count=count)
    return count
