"""Word: what a manager says of a reason that was found, or was not.

    confirmed    it is the reason
    corrected    it is not, another one is
    added        it is one, though nothing found it

One word stands for a reason of a cell; who thinks better takes it back first. Only
what was found can be confirmed or corrected, and only what was not can be added.

>>> check_word(Word.CONFIRMED, "visits_low", found=["visits_low"], known=["visits_low", "price"])
>>> check_word(Word.CORRECTED, "visits_low", instead="price", found=["visits_low"],
...            known=["visits_low", "price"])
>>> check_word(Word.CORRECTED, "visits_low", found=["visits_low"], known=["visits_low"])
Traceback (most recent call last):
...
bihuan.goals.domain.reason.word.InsteadMissing: Say which reason it is instead.
>>> check_word(Word.ADDED, "visits_low", found=["visits_low"], known=["visits_low"])
Traceback (most recent call last):
...
bihuan.goals.domain.reason.word.ReasonFound: This reason was found already: confirm it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

NOTE_LENGTH = 300


class Word(StrEnum):
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    ADDED = "added"


class ReasonUnknown(Invalid):
    code = "goals.reason_unknown"
    says = gettext_noop("There is no reason called “%(code)s”.")


class ReasonNotFound(Conflict):
    code = "goals.reason_not_found"
    says = gettext_noop("This reason was not found in the cell: add it, if it is one.")


class ReasonFound(Conflict):
    code = "goals.reason_found"
    says = gettext_noop("This reason was found already: confirm it.")


class ReasonJudged(Conflict):
    code = "goals.reason_judged"
    says = gettext_noop("Something was said of this reason already: take it back first.")


class InsteadMissing(Invalid):
    code = "goals.instead_missing"
    says = gettext_noop("Say which reason it is instead.")


class NoteTooLong(Invalid):
    code = "goals.note_too_long"
    says = gettext_noop("A note has up to %(most)s characters.")


def check_word(
    word: Word,
    tag: str,
    *,
    instead: str = "",
    found: Collection[str],
    known: Collection[str],
    said: Collection[str] = (),
) -> None:
    """Refuse a word that cannot be said of the reasons of a cell."""
    for code in (tag, instead):
        if code and code not in known:
            raise ReasonUnknown(code=code[:60])
    if not tag:
        raise ReasonUnknown(code="")
    if tag in said:
        raise ReasonJudged()
    if word is Word.ADDED and tag in found:
        raise ReasonFound()
    if word is not Word.ADDED and tag not in found:
        raise ReasonNotFound()
    if word is Word.CORRECTED and instead in ("", tag):
        raise InsteadMissing()
