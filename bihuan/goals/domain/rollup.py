"""Roll-up: the target of a unit, from its own quota or from those below it.

    target(unit, day) = its own quota of the day, if it has one
                        else the targets of its children and of people in it

A quota that a unit carries itself stands for everything below it, on the days
it spans. So what lies below is left out on those days, here and in every unit
above: counted once, never twice. The days it does not span are made up by what
lies below as before.

A unit's tree position is its path, ``/1/4/``. In July the branch ``/1/4/`` has
a quota of its own, and the people in its team have theirs from July to August:

>>> from datetime import date
>>> july = Span(date(2026, 7, 1), date(2026, 8, 1))
>>> both = Span(date(2026, 7, 1), date(2026, 9, 1))
>>> sources = [
...     Source(quota=1, path="/1/4/", person=None, span=july),
...     Source(quota=2, path="/1/4/9/", person=70, span=both),
...     Source(quota=3, path="/1/5/", person=80, span=both),
... ]
>>> for row in rolled(sources, above="/1/"):
...     print(row.source.quota, row.branch, [str(span) for span in row.spans])
1 /1/4/ ['2026-07-01..2026-08-01']
2 /1/4/ ['2026-08-01..2026-09-01']
3 /1/5/ ['2026-07-01..2026-09-01']

``own`` says what the unit itself carries. Where it does, the rows under it may
add up to something else, and a page tells the difference.

>>> [row.source.quota for row in own(sources, "/1/4/")]
[1]

``climb`` tells the same for all units at once, source by source on its way up:
what comes to each unit, and what of it stays, on the days the unit carries
nothing itself.

>>> for step in climb(sources)[1]:
...     print(step.path, *map(str, step.comes), "->", *map(str, step.stays))
/1/4/9/ 2026-07-01..2026-09-01 -> 2026-07-01..2026-09-01
/1/4/ 2026-07-01..2026-09-01 -> 2026-08-01..2026-09-01
/1/ 2026-08-01..2026-09-01 -> 2026-08-01..2026-09-01
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bihuan.goals.domain.span import Span, without


class Source(NamedTuple):
    """A quota, or a piece of one, that counts in a unit over a span."""

    quota: int
    path: str
    person: int | None
    """Who carries it; nobody when the unit does itself."""
    span: Span


class Rolled(NamedTuple):
    """What of a source counts above, and through which child unit it comes up.

    A person who sits directly in the unit above has that unit's own path as branch.
    """

    source: Source
    branch: str
    spans: list[Span]


class Step(NamedTuple):
    """A unit that a source comes up to: on which days, and which of them count in it."""

    path: str
    comes: list[Span]
    stays: list[Span]


def own(sources: Iterable[Source], path: str) -> list[Rolled]:
    """Return what a unit carries itself."""
    return [
        Rolled(source, path, [source.span])
        for source in sources
        if source.person is None and source.path == path
    ]


def rolled(sources: Sequence[Source], *, above: str) -> list[Rolled]:
    """Return what comes up to a unit from below it, each day counted once."""
    carried = _carried(sources)
    found = []
    for source in sources:
        if not source.path.startswith(above) or (source.person is None and source.path == above):
            continue
        stands_for = [span for path in _between(source, above) for span in carried.get(path, ())]
        spans = without(source.span, stands_for)
        if spans:
            found.append(Rolled(source, _branch(source.path, above), spans))
    return found


def climb(sources: Sequence[Source]) -> list[list[Step]]:
    """Return the way up of each source, until nothing of it comes any further."""
    carried = _carried(sources)
    return [_way_up(source, carried) for source in sources]


def _way_up(source: Source, carried: dict[str, list[Span]]) -> list[Step]:
    steps: list[Step] = []
    spans = [source.span]
    for path in upwards(source.path)[source.person is None :]:
        taken = carried.get(path)
        stays = spans if taken is None else [left for span in spans for left in _left(span, taken)]
        steps.append(Step(path, spans, stays))
        spans = stays
        if not spans:
            break
    return steps


def _left(span: Span, taken: Sequence[Span]) -> list[Span]:
    """Return what is left of a span; targets that are handed down have the very same spans."""
    return [] if span in taken else without(span, taken)


def upwards(path: str) -> list[str]:
    """Return a unit's path and those of all above it, the nearest first."""
    steps = path.strip("/").split("/")
    return [f"/{'/'.join(steps[:count])}/" for count in range(len(steps), 0, -1)]


def _carried(sources: Iterable[Source]) -> dict[str, list[Span]]:
    """Return the days on which each unit carries a quota of its own."""
    carried: dict[str, list[Span]] = defaultdict(list)
    for source in sources:
        if source.person is None:
            carried[source.path].append(source.span)
    return carried


def _between(source: Source, above: str) -> list[str]:
    """Return the units that would stand for a source on its way up, without the goal itself."""
    steps = source.path.removeprefix(above).strip("/")
    names = steps.split("/") if steps else []
    last = len(names) if source.person is not None else len(names) - 1
    return [f"{above}{'/'.join(names[: count + 1])}/" for count in range(last)]


def _branch(path: str, above: str) -> str:
    rest = path.removeprefix(above)
    return f"{above}{rest.split('/', 1)[0]}/" if rest else above
