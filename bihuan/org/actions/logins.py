"""What can happen to a login."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from bihuan.base import clock, journal
from bihuan.base.wall import as_owner
from bihuan.kernel.errors import Conflict, Invalid, Missing, gettext_noop
from bihuan.org.access import PersonMissing, require_admin_of, roles_of
from bihuan.org.domain.password import check_words, words_in
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import ApiToken, Login, OpenSession, Person

PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 16


class UsernameTaken(Conflict):
    code = "org.username_taken"
    says = gettext_noop("The user name “%(username)s” is taken; choose another.")


class UsernameUnfit(Invalid):
    code = "org.username_unfit"
    says = gettext_noop("A user name has letters, digits and the characters @ . + - _ only.")


class ProgramHasNoLogin(Conflict):
    code = "org.program_has_no_login"
    says = gettext_noop("%(person)s is a program: it works by token and does not sign in.")


class PersonHasNoLogin(Missing):
    code = "org.person_has_no_login"
    says = gettext_noop("%(person)s has no login yet.")


class LoginShared(Conflict):
    code = "org.login_shared"
    says = gettext_noop("This login also opens other companies; only its owner changes it.")


class PasswordWeak(Invalid):
    code = "org.password_weak"
    says = gettext_noop("The password is too easy to guess: use at least ten characters.")


class PreferenceUnknown(Invalid):
    code = "org.preference_unknown"
    says = gettext_noop("“%(value)s” is not something to choose from.")


def new_password() -> str:
    """Return a password nobody has used, without characters that look alike."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))


@transaction.atomic
def open_login(
    *, person: Person, username: str, password: str, language: str = "zh-hans", by: Person
) -> Login:
    """Give a person a login of their own.

    A login that is there already is shared only by the system itself (the command
    line): an administrator of one company cannot reach for the login of another.
    """
    require_admin_of(by, person.tenant_id)
    person = Person.objects.select_for_update().select_related("tenant").get(pk=person.pk)
    if person.is_robot:
        raise PersonMissing(person=person.pk)
    if roles_of(person) == {Role.INTEGRATION}:
        raise ProgramHasNoLogin(person=person.name)
    username = _checked_username(username)
    login = Login.objects.filter(username=username).first()
    if login is not None and person.login_id == login.pk:
        return login
    if login is not None and not by.is_robot:
        raise UsernameTaken(username=username)
    if login is None:
        login = _new_login(person, username, password, language, is_given=not by.is_robot)
    _hand_over(person, login)
    journal.record(by, "login.opened", person)
    return login


@transaction.atomic
def open_own_login(
    *, person: Person, mail: str, password: str = "", password_hash: str = "", language: str
) -> Login:
    """Give whoever founds a company a login by their mail address; one that is there is refused.

    A password that was checked when it was chosen comes as its hash.
    """
    mail = _checked_username(mail).lower()
    taken = Login.objects.filter(Q(username__iexact=mail) | Q(email__iexact=mail))
    if taken.exists():
        raise UsernameTaken(username=mail)
    login = Login(username=mail, email=mail, language=language)
    if password_hash:
        login.password = password_hash
    else:
        _set_password(login, password)
    try:
        with transaction.atomic():
            login.save()
    except IntegrityError as error:
        raise UsernameTaken(username=mail) from error
    _hand_over(person, login)
    journal.record(person, "login.opened", person)
    return login


def _checked_username(username: str) -> str:
    username = fit(username, limit=150)
    try:
        Login.username_validator(username)
    except ValidationError as error:
        raise UsernameUnfit() from error
    return Login.normalize_username(username)


def _new_login(
    person: Person, username: str, password: str, language: str, *, is_given: bool
) -> Login:
    login = Login(username=username, language=language, password_is_given=is_given)
    _set_password(login, password)
    company = person.tenant
    check_words(password, words_in(person.name, person.code, company.name, company.code))
    try:
        with transaction.atomic():
            login.save()
    except IntegrityError as error:
        raise UsernameTaken(username=username) from error
    return login


def _set_password(login: Login, password: str) -> None:
    try:
        validate_password(password, login)
    except ValidationError as error:
        raise PasswordWeak() from error
    login.set_password(password)


def _hand_over(person: Person, login: Login) -> None:
    """Open the person to a login; whoever came in by the former one is signed out."""
    sign_out(person)
    person.login = login
    try:
        with transaction.atomic():
            person.save(update_fields=["login"])
    except IntegrityError as error:
        raise UsernameTaken(username=login.username) from error


def _login_of(person: Person) -> Login:
    if person.login is None:
        raise PersonHasNoLogin(person=person.name)
    return person.login


def require_own_login(person: Person, by: Person) -> None:
    """Refuse to touch a login that also opens other companies; the system itself may."""
    others = Person.objects.filter(login=person.login_id).exclude(pk=person.pk)
    with as_owner("a login opens people of several companies"):
        is_shared = others.exists()
    if is_shared and not by.is_robot:
        raise LoginShared()


@transaction.atomic
def renew_password(*, person: Person, password: str, by: Person) -> Login:
    """Give a person's login a new password and sign them out everywhere."""
    require_admin_of(by, person.tenant_id)
    login = _login_of(person)
    require_own_login(person, by)
    _set_password(login, password)
    login.password_is_given = not by.is_robot
    login.save(update_fields=["password", "password_is_given"])
    sign_out(person)
    journal.record(by, "login.renewed", person)
    return login


def sign_out(person: Person, *, but: str | None = None) -> int:
    """End every session of the login behind a person, but one; return how many there were."""
    if person.login_id is None:
        return 0
    mine = OpenSession.objects.filter(login_id=person.login_id).exclude(session_key=but)
    ended, _ = mine.delete()
    return ended


@transaction.atomic
def shut_login(*, person: Person, by: Person) -> Login:
    """Let nobody in by a person's login any more: sessions, tokens and open streams end at once."""
    require_admin_of(by, person.tenant_id)
    login = _login_of(person)
    require_own_login(person, by)
    login.is_active = False
    login.save(update_fields=["is_active"])
    now = clock.now()
    ApiToken.objects.filter(person__login=login, revoked_at=None).update(revoked_at=now)
    sign_out(person)
    journal.record(by, "login.shut", person)
    return login


@transaction.atomic
def reopen_login(*, person: Person, by: Person) -> Login:
    """Let a person in again by a login that was shut; tokens are to be made anew."""
    require_admin_of(by, person.tenant_id)
    login = _login_of(person)
    require_own_login(person, by)
    login.is_active = True
    login.save(update_fields=["is_active"])
    journal.record(by, "login.reopened", person)
    return login


@as_owner("a login opens people of several companies")
@transaction.atomic
def password_changed(*, login: Login, here: str | None) -> None:
    """Note that somebody chose a password of their own: every other session ends."""
    login.password_is_given = False
    login.save(update_fields=["password_is_given"])
    OpenSession.objects.filter(login=login).exclude(session_key=here).delete()
    for person in Person.objects.filter(login=login):
        journal.record(person, "login.password_changed", person)


def close_login(login: Login, called: str) -> None:
    """Leave nothing of a login but its number: nobody signs in by it any more."""
    login.username = f"{called.lower()}.{login.pk}"
    login.email = login.first_name = login.last_name = ""
    login.is_active = False
    login.set_unusable_password()
    login.save()


@transaction.atomic
def set_preferences(*, login: Login, language: str, theme: str) -> Login:
    """Keep how somebody wants to see the product."""
    if language not in dict(settings.LANGUAGES):
        raise PreferenceUnknown(value=language)
    if theme not in Login.Theme.values:
        raise PreferenceUnknown(value=theme)
    login.language, login.theme = language, theme
    login.save(update_fields=["language", "theme"])
    return login
