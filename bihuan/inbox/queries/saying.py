"""Kept sentences in the language of whoever reads them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language, gettext

from bihuan.inbox.domain.sentence import Sentence
from bihuan.kernel.masking import Mask, masked


def said(sentence: Sentence | None) -> str:
    """Return a sentence in the language in force; nothing says nothing."""
    if sentence is None:
        return ""
    return sentence.said(gettext, get_language() or settings.LANGUAGE_CODE)


def told(sentence: Sentence | None) -> str:
    """Return a kept sentence without numbers and addresses of people.

    So speak notices, mails and cards, which quote what others wrote; who sees the thing itself
    in full reads it there.
    """
    return masked(Mask.TEXT, said(sentence))
