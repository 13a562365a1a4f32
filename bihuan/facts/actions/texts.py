"""What a person says of a text that was made for them becomes a fact."""

from __future__ import annotations

from bihuan.ai.domain.made import KIND_OF_WORD, Word
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.facts.actions.naming import open_source
from bihuan.facts.actions.recording import record
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import TEXTS
from bihuan.facts.models import Source
from bihuan.org.models import Person


def record_word(text: AiText, by: Person) -> None:
    """Record that a person adopted, adjusted or refused a text; not a word of the text itself."""
    source = open_source(
        tenant=by.tenant, code=TEXTS, name="Language services", kind=Source.Kind.FORM.value
    )
    draft = Draft(
        kind=KIND_OF_WORD[Word(text.word)],
        business_on=clock.today(by.tenant.time_zone),
        source_ref=str(text.pk),
        person_id=by.pk,
        attributes={"task": text.task, "made_by": text.made_by},
    )
    record(draft=draft, source=source, by=by)
