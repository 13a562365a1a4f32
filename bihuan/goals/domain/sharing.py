"""Sharing: how siblings share what their parent is asked for.

A parent's target is a whole number of smallest units (cents, pieces). Each child
has a weight, and may be *held* at an amount: a lock. What is held stays; the rest
of the parent is shared among the others in proportion to their weights, by largest
remainder, so that the children add up to the parent to the cent.

    free   = parent − Σ held
    child  = held, or free × weight / Σ weights of those that are not held

>>> level = {"u1": Share(60), "u2": Share(30), "u3": Share(10)}
>>> amounts(1_000_01, level)
{'u1': 60001, 'u2': 30000, 'u3': 10000}

Set one and the others give way in their own proportions; lock one and it stays:

>>> put = set_amounts(1_000_01, level, {"u1": 700_01})
>>> amounts(1_000_01, put)
{'u1': 70001, 'u2': 22500, 'u3': 7500}
>>> locked = lock(1_000_01, level, "u2")
>>> amounts(900_00, locked)
{'u1': 51429, 'u2': 30000, 'u3': 8571}

Drag share from one sibling to another; nobody else is touched:

>>> amounts(1_000_01, moved(1_000_01, level, "u1", "u3", 50_00))
{'u1': 55001, 'u2': 30000, 'u3': 15000}

What cannot be is refused and says by how much:

>>> amounts(200_00, locked)
Traceback (most recent call last):
...
bihuan.goals.domain.sharing.HeldTooMuch: What is locked here comes to 30000, more than 20000.

Refusals give smallest units; whoever knows how many digits the metric has tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from bihuan.kernel.errors import Conflict, Invalid, gettext_noop


class NotToBeShared(Conflict):
    """Any refusal whose parameters are amounts in smallest units."""

    code = "goals.not_to_be_shared"
    says = gettext_noop("This cannot be shared out.")


class HeldTooMuch(NotToBeShared):
    code = "goals.held_too_much"
    says = gettext_noop("What is locked here comes to %(held)s, more than %(whole)s.")


class AllHeld(NotToBeShared):
    code = "goals.all_held"
    says = gettext_noop(
        "Everything here is locked and comes to %(held)s, not to %(whole)s. Unlock one of them."
    )


class IsHeld(NotToBeShared):
    code = "goals.is_held"
    says = gettext_noop("This one is locked. Unlock it to change it.")


class AskedTooMuch(NotToBeShared):
    code = "goals.asked_too_much"
    says = gettext_noop("%(asked)s is more than there is to share here: %(left)s.")


class AskedNotAll(NotToBeShared):
    code = "goals.asked_not_all"
    says = gettext_noop("These come to %(asked)s, and %(whole)s is to be shared: nobody is left.")


class SiblingUnknown(Invalid):
    code = "goals.sibling_unknown"
    says = gettext_noop("“%(key)s” is not one of those who share this target.")


class Share(NamedTuple):
    """A child's part: its weight, and the amount it is held at when it is locked."""

    weight: int
    held: int | None = None


Level = Mapping[str, Share]
"""One group of siblings, in the order they are shown."""


def amounts(whole: int, level: Level) -> dict[str, int]:
    """Return what each child is asked for; together exactly ``whole``.

    Raises:
        HeldTooMuch: what is locked comes to more than the whole.
        AllHeld: all are locked, and do not come to the whole.
    """
    if not level:
        return {}
    held = sum(share.held for share in level.values() if share.held is not None)
    if held > whole:
        raise HeldTooMuch(held=held, whole=whole)
    free = {key: share.weight for key, share in level.items() if share.held is None}
    if not free and held != whole:
        raise AllHeld(held=held, whole=whole)
    shared = _shared(whole - held, free)
    return {key: shared[key] if share.held is None else share.held for key, share in level.items()}


def _shared(whole: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share by largest remainder; ties go to the first."""
    total = sum(weights.values())
    if not total:
        weights, total = dict.fromkeys(weights, 1), len(weights)
    given, over = {}, []
    for place, (key, weight) in enumerate(weights.items()):
        given[key], rest = divmod(whole * weight, total)
        over.append((-rest, place, key))
    odd = whole - sum(given.values())
    for _, _, key in sorted(over)[:odd]:
        given[key] += 1
    return given


def set_amounts(whole: int, level: Level, asked: Mapping[str, int]) -> dict[str, Share]:
    """Return the level with some children set; the others share the rest as they did.

    Raises:
        SiblingUnknown, IsHeld: one of those set is no child, or is locked.
        AskedTooMuch: the amounts leave less than nothing for the others.
        AskedNotAll: all children are set or locked, and do not come to the whole.
    """
    for key in asked:
        if key not in level:
            raise SiblingUnknown(key=key)
        if level[key].held is not None:
            raise IsHeld()
    held = sum(share.held for share in level.values() if share.held is not None)
    left = whole - held - sum(asked.values())
    if left < 0 or min(asked.values(), default=0) < 0:
        raise AskedTooMuch(asked=sum(asked.values()), left=whole - held)
    others = {
        key: share.weight for key, share in level.items() if share.held is None and key not in asked
    }
    if not others and left:
        raise AskedNotAll(asked=whole - left, whole=whole)
    return _at({**amounts(whole, level), **asked, **_shared(left, others)}, level)


def lock(whole: int, level: Level, key: str) -> dict[str, Share]:
    """Return the level with one child held at what it has now."""
    now = amounts(whole, level)
    if key not in level:
        raise SiblingUnknown(key=key)
    fixed = _at(now, level)
    return {**fixed, key: Share(now[key], now[key])}


def unlock(whole: int, level: Level, key: str) -> dict[str, Share]:
    """Return the level with one child free again, at what it was held at."""
    if key not in level:
        raise SiblingUnknown(key=key)
    now = amounts(whole, level)
    return {**_at(now, level), key: Share(now[key])}


def moved(whole: int, level: Level, source: str, target: str, amount: int) -> dict[str, Share]:
    """Return the level with an amount moved from one child to another."""
    now = amounts(whole, level)
    for key in (source, target):
        if key not in level:
            raise SiblingUnknown(key=key)
        if level[key].held is not None:
            raise IsHeld()
    if not 0 <= amount <= now[source]:
        raise AskedTooMuch(asked=amount, left=now[source])
    if source == target:
        return _at(now, level)
    now[source] -= amount
    now[target] += amount
    return _at(now, level)


def favoured(whole: int, level: Level, factors: Mapping[str, Fraction]) -> dict[str, Share]:
    """Return the level with some weights multiplied: what a weight profile does.

    Locked children keep what they have, whatever the profile says of them.
    """
    now = amounts(whole, level)
    wanted = {
        key: Fraction(now[key]) * factors.get(key, Fraction(1))
        for key, share in level.items()
        if share.held is None
    }
    scale = lcm(*(each.denominator for each in wanted.values()))
    free = whole - sum(share.held for share in level.values() if share.held is not None)
    shared = _shared(free, {key: int(each * scale) for key, each in wanted.items()})
    return _at({**now, **shared}, level)


def _at(now: Mapping[str, int], level: Level) -> dict[str, Share]:
    """Return the level with weights that are the amounts: the next change starts from them.

    Where nothing is left for those that are free, the weights stay: they say how to
    share again once there is something.
    """
    if not any(now[key] for key, share in level.items() if share.held is None):
        return {key: Share(share.weight, share.held) for key, share in level.items()}
    return {key: Share(now[key], share.held) for key, share in level.items()}
