"""Sharing: one amount among siblings, by weight, with some of them held.

    left = whole - what is held
    part = left * weight / sum of the weights that are not held

rounded down to the unit; the odd units go to the largest remainders, and among
equal ones to the first, as money is always split. What is held stays exactly.

>>> share(100, weights=[1, 1, 1], held={})
[34, 33, 33]
>>> share(100, weights=[1, 1, 1], held={0: 50})
[50, 25, 25]

Weights that are all zero share evenly: somebody new has no history.

>>> share(7, weights=[0, 0, 5], held={2: 4})
[2, 1, 4]

What is held may not be more than the whole, nor less where nobody is left to
take the rest:

>>> share(10, weights=[1, 1], held={0: 12})
Traceback (most recent call last):
bihuan.goals.domain.fitting.sharing.HeldTooLarge: 12 is held, which is 2 more than 10.
>>> share(10, weights=[1, 1], held={0: 3, 1: 4})
Traceback (most recent call last):
bihuan.goals.domain.fitting.sharing.HeldTooSmall: All is held and makes 7, which is 3 less than 10.

It is ``kernel.money.apportion`` in whole units, and quick enough to cut a tree
of ten thousand people anew at every key that is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bihuan.kernel.errors import Conflict, gettext_noop


class HeldTooLarge(Conflict):
    code = "goals.held_too_large"
    says = gettext_noop("%(held)s is held, which is %(difference)s more than %(whole)s.")


class HeldTooSmall(Conflict):
    code = "goals.held_too_small"
    says = gettext_noop(
        "All is held and makes %(held)s, which is %(difference)s less than %(whole)s."
    )


def share(whole: int, *, weights: Sequence[int], held: Mapping[int, int]) -> list[int]:
    """Share a whole among siblings; ``held`` maps the place of a sibling to its amount."""
    if whole < 0 or any(weight < 0 for weight in weights):
        raise ValueError("a share is cut from what is not negative, by weights that are not")
    if any(amount < 0 or not 0 <= place < len(weights) for place, amount in held.items()):
        raise ValueError("what is held is not negative and belongs to one of the siblings")
    fixed = sum(held.values())
    if fixed > whole:
        raise HeldTooLarge(held=fixed, whole=whole, difference=fixed - whole)
    free = [place for place in range(len(weights)) if place not in held]
    if not free and fixed < whole:
        raise HeldTooSmall(held=fixed, whole=whole, difference=whole - fixed)
    parts = [0] * len(weights)
    for place, amount in held.items():
        parts[place] = amount
    for place, part in zip(free, _shares(whole - fixed, [weights[p] for p in free]), strict=True):
        parts[place] = part
    return parts


def _shares(units: int, weights: list[int]) -> list[int]:
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    shares, remainders = [], []
    for weight in weights:
        part, remainder = divmod(units * weight, total)
        shares.append(part)
        remainders.append(-remainder)
    odd = units - sum(shares)
    for place in sorted(range(len(shares)), key=remainders.__getitem__)[:odd]:
        shares[place] += 1
    return shares
