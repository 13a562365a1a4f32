"""Keeping a text that was made."""

from __future__ import annotations

from django.db import transaction

from bihuan.ai.models import AiText
from bihuan.base import journal
from bihuan.org.actions import robot_of


@transaction.atomic
def keep(text: AiText) -> AiText:
    """Keep a text, and say by whom it was asked for and what made it."""
    text.save()
    asker = text.reader or robot_of(text.tenant)
    journal.record(asker, "text.made", text, task=text.task, made_by=text.made_by)
    return text
