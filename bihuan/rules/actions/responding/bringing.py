"""What a task brings with it besides the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.inbox.domain.evidence import Line
from bihuan.org.models import Person
from bihuan.rules.domain.response import Content, Response
from bihuan.rules.models import Alert
from bihuan.rules.queries.assessing import assessment_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Lines for whoever reads the task, and what is kept beside them for the product."""

    lines: Sequence[Line] = ()
    kept: Mapping[str, object] = field(default_factory=dict)


def brought(alert: Alert, response: Response, to: Person) -> Brought:
    """Return what a response brings with it."""
    if alert.person is None:
        return Brought()
    if Content.ASSESSMENT in response.brings:
        lines = assessment_lines(person=alert.person, metric=alert.about_metric, on=alert.opened_on)
        return Brought(lines=lines)
    return Brought()
