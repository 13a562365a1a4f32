"""What Django asks of a new password: that it is more than words of the house."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from bihuan.org.domain.password import (
    LEAST_CHARACTERS,
    PasswordOfTheHouse,
    check_words,
    words_in,
)
from bihuan.org.models import Login, Person


class WordsOfTheHouse:
    """Knows the names of the companies a login opens, and of whom it is."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        try:
            check_words(password, words_of(user) if isinstance(user, Login) else ())
        except PasswordOfTheHouse as refusal:
            said = gettext(refusal.says) % refusal.params
            raise ValidationError(said, code=refusal.code) from refusal

    def get_help_text(self) -> str:
        return gettext(PasswordOfTheHouse.says) % {"least": LEAST_CHARACTERS}


def words_of(login: Login) -> frozenset[str]:
    """Return the words by which somebody who knows a login would guess."""
    people = Person.objects.filter(login_id=login.pk) if login.pk else Person.objects.none()
    names = people.values_list("name", "code", "tenant__name", "tenant__code")
    return words_in(login.username, login.email, *(each for line in names for each in line))
