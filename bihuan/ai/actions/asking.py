"""Asking a language service for a text: without personal data, within the budget, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic_ns

from bihuan.ai.actions.spending import claim, settle
from bihuan.ai.domain.answer import tidied
from bihuan.ai.domain.made import RESTS_AFTER, Backend, Made, SourceText, Task, Trouble
from bihuan.ai.domain.prompt import Prompt, tokens_of
from bihuan.ai.domain.redaction import Hidden, Redactor, put_back
from bihuan.ai.engine.calling import Answer, ServiceTrouble, chat
from bihuan.ai.engine.rest import let_rest, may_try, recovered
from bihuan.ai.engine.service import Service
from bihuan.ai.models import Failure
from bihuan.base import clock
from bihuan.org.models import Person, Tenant

READ = 24_000
"""So many characters a service is given; of longer texts each gives its share."""
UNSPENT = frozenset({Trouble.ABSENT, Trouble.BUSY, Trouble.REFUSED})
"""After these a service has not worked for its money."""
LONGEST_MODEL = 120

Prompting = Callable[[Sequence[str]], Prompt]


def asked_of(
    service: Service, task: Task, texts: Sequence[SourceText], prompting: Prompting, tenant: Tenant
) -> Made | Trouble:
    """Return the text that a service made, or why it made none that can be used."""
    redactor = Redactor(_names(tenant, texts))
    prompt = prompting(redactor.hide_all(shortened(texts)))
    claimed = tokens_of(prompt)
    if not may_try(service):
        return Trouble.RESTING
    on = claim(tenant, claimed)
    if on is None:
        return Trouble.SPENT
    answer = called(service, task, tenant, lambda: chat(service, prompt))
    if isinstance(answer, Trouble):
        settle(tenant, on, claimed=claimed, used=0 if answer in UNSPENT else claimed)
        return answer
    settle(tenant, on, claimed=claimed, used=answer.tokens or claimed)
    hidden = Hidden("", redactor.values)
    return Made(
        text=put_back(tidied(answer.text, limit=4 * prompt.answer_tokens), hidden),
        backend=Backend.REMOTE,
        model=service.model[:LONGEST_MODEL],
        prompt=prompt.version,
        tokens=answer.tokens or claimed,
    )


def _names(tenant: Tenant, texts: Sequence[SourceText]) -> list[str]:
    """Return the names that must not leave the house: of colleagues, and those given along."""
    people = Person.objects.filter(tenant=tenant, is_robot=False)
    return [*people.values_list("name", flat=True), *(n for each in texts for n in each.names)]


def shortened(texts: Sequence[SourceText]) -> list[str]:
    """Return texts of which each has its share of what is read."""
    share = READ // max(1, len(texts))
    return [each.text[:share] for each in texts]


def called(
    service: Service, task: Task, tenant: Tenant, call: Callable[[], Answer]
) -> Answer | Trouble:
    """Call a service; a failure is noted, and after some kinds it is left alone for a while."""
    began = monotonic_ns()
    try:
        answer = call()
    except ServiceTrouble as error:
        Failure.objects.create(
            tenant=tenant,
            at=clock.now(),
            task=task.value,
            trouble=error.trouble.value,
            model=service.model[:LONGEST_MODEL],
            took_ms=(monotonic_ns() - began) // 1_000_000,
        )
        if error.trouble in RESTS_AFTER:
            let_rest(service)
        return error.trouble
    recovered(service)
    return answer
