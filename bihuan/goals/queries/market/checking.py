"""What is wrong with the amounts that an addressee would have instead of the proposed ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bihuan.goals.models import MarketReckoning
from bihuan.goals.queries.market.parts import WHOLE, as_amount
from bihuan.kernel.errors import Problem, gettext_noop

TOO_FINE = gettext_noop("%(value)s has more decimals than this target is kept in: %(digits)s.")
BELOW_OVER = gettext_noop(
    "%(value)s is less than %(over)s, which lies in periods that cannot change any more."
)
NOT_THE_WHOLE = gettext_noop(
    "The parts come to %(parts)s and the whole is %(whole)s: %(difference)s is left over. Change"
    " the parts or the whole until they agree."
)


def problems_of(
    reckoning: MarketReckoning, person: int, amended: Mapping[str, Decimal]
) -> list[Problem]:
    """Return every problem of an amendment: too fine, too small, or parts that do not add up."""
    found: list[Problem] = []
    for said in reckoning.goals:
        put = {
            key.partition(":")[2]: value
            for key, value in amended.items()
            if key.partition(":")[0] == str(said["goal"])
        }
        found += [each for node, value in put.items() for each in _value(said, node, value)]
        if put and not found:
            units = {node: int(value.scaleb(said["digits"])) for node, value in put.items()}
            for part in reckoning.terms["parts"].get(str(person), []):
                found += _sum(said, part, units)
    return found


def _value(said: Mapping[str, Any], node: str, value: Decimal) -> Iterator[Problem]:
    key = f"{said['goal']}:{node}"
    if value != round(value, said["digits"]):
        params: dict[str, object] = {"value": f"{value:,f}", "digits": said["digits"]}
        yield Problem(code="goals.amended_too_fine", says=TOO_FINE, params=params, column=key)
        return
    over = as_amount(said["over"][said["root"] if node == WHOLE else node], said["digits"])
    if value < over:
        params = {"value": f"{value:,f}", "over": f"{over:,f}"}
        yield Problem(code="goals.amended_below_over", says=BELOW_OVER, params=params, column=key)


def _sum(said: Mapping[str, Any], part: str, put: Mapping[str, int]) -> Iterator[Problem]:
    """Tell when somebody put children of a part that do not make it up.

    Children that would not change are not shown; what they have counts as it is.
    """
    children = said["below"].get(part, [])
    if not any(child in put for child in children):
        return
    after, before = said["after"], said["before"]
    still = after[part] - sum(after[child] for child in children)
    parts = still + sum(put.get(child, after[child]) for child in children)
    whole = put.get(part, after[part])
    if parts != whole:
        names = {"parts": parts, "whole": whole, "difference": whole - parts}
        params = {name: f"{as_amount(units, said['digits']):,f}" for name, units in names.items()}
        assert part in before, "a part that is asked about is kept"
        yield Problem(
            code="goals.amended_parts_do_not_add_up",
            says=NOT_THE_WHOLE,
            params=params,
            column=f"{said['goal']}:{part}",
        )
