"""Who may read a text that was made, and say a word about it: whom it was made for."""

from __future__ import annotations

from bihuan.ai.models import AiText
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.models import Person


class TextMissing(Missing):
    code = "ai.text_missing"
    says = gettext_noop("There is no such text.")


def text_seen(text_id: int, person: Person) -> AiText:
    """Return a text that was made for a person; another one's looks like none."""
    found = AiText.objects.filter(pk=text_id, reader=person, tenant_id=person.tenant_id).first()
    if found is None:
        raise TextMissing()
    return found
