"""Consent: what is moved when only some agree, so that everything still adds up.

Each part of a target has a change that was agreed to: what was proposed, or what
somebody put instead; for who refused or said nothing it is zero. Together they may
not come to what the whole changes by. Then the larger side is scaled down to what the
other side can take, by largest remainder, so that for every part

    what is moved lies between nothing and what was agreed to

and nobody is asked for more than they said yes to.

>>> agreed({"east": -100, "west": 60, "north": 40}, net=0)
{'east': -100, 'west': 60, 'north': 40}

North refuses: east is relieved of only as much as west takes.

>>> agreed({"east": -100, "west": 60, "north": 0}, net=0)
{'east': -60, 'west': 60, 'north': 0}

Where the whole may fall by 100, it falls by what was agreed, and by no more:

>>> agreed({"east": -70, "west": 0}, net=-100), agreed({"east": -90, "west": -30}, net=-100)
({'east': -70, 'west': 0}, {'east': -75, 'west': -25})

Further down, each part's children take up its change in the same way:

>>> passed_down(before={"a": 500, "b": 500}, after={"a": 400, "b": 500}, whole=940)
{'a': 440, 'b': 500}
>>> passed_down(before={"a": 500, "b": 500}, after={"a": 400, "b": 500}, whole=1080)
{'a': 480, 'b': 600}
"""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.goals.domain.sharing import Share, amounts

Amounts = Mapping[str, int]


def agreed(changes: Amounts, *, net: int) -> dict[str, int]:
    """Return how much of each agreed change happens, when the whole may change by ``net``."""
    ups = {key: change for key, change in changes.items() if change > 0}
    downs = {key: -change for key, change in changes.items() if change < 0}
    up, down = sum(ups.values()), sum(downs.values())
    whole = min(max(up - down, min(net, 0)), max(net, 0))
    if up - down > whole:
        ups = _scaled(ups, whole + down)
    else:
        downs = _scaled(downs, up - whole)
    return {key: ups.get(key, 0) - downs.get(key, 0) for key in changes}


def _scaled(parts: Amounts, total: int) -> dict[str, int]:
    return amounts(total, {key: Share(part) for key, part in parts.items()})


def passed_down(
    *, before: Amounts, after: Amounts, whole: int, held: Mapping[str, int | None] | None = None
) -> dict[str, int]:
    """Return what children are asked for when their parent's amount became ``whole``.

    Between what it was and what was proposed, each child stays between the two as well.
    Beyond that they share as was proposed; ``held`` are those that are locked.
    """
    was, would = sum(before.values()), sum(after.values())
    if whole == would:
        return dict(after)
    if min(was, would) <= whole <= max(was, would):
        changes = {key: after[key] - before[key] for key in after}
        moved = agreed(changes, net=whole - was)
        return {key: before[key] + moved[key] for key in after}
    locks = held or {}
    return amounts(whole, {key: Share(after[key], locks.get(key)) for key in after})
