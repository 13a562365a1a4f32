"""What the buttons of a form do to it: add, remove, move, and change of shape.

Each is a word and a place, so that a page without scripts does the same as one
with them. What comes back is the place that the eye should go to.

>>> from bihuan.metrics.domain.entry.metric import empty_entry, raw_of
>>> form = empty_entry()
>>> changed(form, "row", "measure[0].where")
'measure[0].where[1]'
>>> changed(form, "group", "measure[0].where")
'measure[0].where[2][0]'
>>> changed(form, "remove", "measure[0].where[0]")
'measure[0].where'
>>> [part.text("is") for part in form.found("measure[0].where").own_numbered()]
['leaf', 'any']
>>> changed(form, "explode", "measure[0]") is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bihuan.metrics.domain.entry.branch import Branch, steps_of
from bihuan.metrics.domain.entry.condition import GROUPS, new_row
from bihuan.metrics.domain.entry.metric import MEASURE, RATIO
from bihuan.metrics.domain.entry.term import new_need, new_term
from bihuan.metrics.domain.gate import LAST

MOST_PARTS = 60
"""So many rows or terms of one kind fit a form."""


def changed(root: Branch, deed: str, place: str) -> str | None:
    """Do to a form what a button says; return the place to look at, or nothing if it is no deed."""
    found = _DEEDS.get(deed)
    seen = found(root, place) if found is not None else None
    root.settle("")
    return seen


def _row(root: Branch, place: str) -> str | None:
    """Add a row to a group; a lone row becomes a group of two, nothing becomes a row."""
    branch = _made(root, place)
    if branch is None:
        return None
    if not branch.text("is"):
        new_row(branch)
        return place
    return _added(branch, new_row)


def _group(root: Branch, place: str) -> str | None:
    """Add a group with one row of its own."""

    def make(child: Branch) -> None:
        child.put("is", "any")
        child.hold([Branch()])
        new_row(child.own_numbered()[0])

    branch = _made(root, place)
    if branch is None:
        return None
    if not branch.text("is"):
        make(branch)
        return f"{place}[0]"
    added = _added(branch, make)
    return None if added is None else f"{added}[0]"


def _added(branch: Branch, make: Callable[[Branch], None]) -> str | None:
    if branch.text("is") not in GROUPS:
        alone = Branch(below=branch.below)
        branch.below = {}
        branch.put("is", "all")
        branch.hold([alone])
    parts = branch.own_numbered()
    if len(parts) >= MOST_PARTS:
        return None
    new = Branch()
    branch.hold([*parts, new])
    make(new)
    return new.place


def _remove(root: Branch, place: str) -> str | None:
    """Take away what stands at a place; a group that is left empty goes with it."""
    above, last = _parent(root, place)
    if above is None or last not in above.below:
        return None
    del above.below[last]
    if last.isdigit() and above.text("is") in GROUPS and not above.own_numbered():
        return _remove(root, above.place) if above.place else None
    return above.place


def _up(root: Branch, place: str) -> str | None:
    """Change places with the one before."""
    above, last = _parent(root, place)
    if above is None or not last.isdigit():
        return None
    parts = above.own_numbered()
    number = int(last)
    if not 0 < number < len(parts):
        return None
    parts[number - 1], parts[number] = parts[number], parts[number - 1]
    above.hold(parts)
    return parts[number - 1].place


def _term(root: Branch, place: str) -> str | None:
    """Add a term to a measure."""
    if place not in (MEASURE, f"{RATIO}.of", f"{RATIO}.to"):
        return None
    branch = _made(root, place)
    return None if branch is None else _appended(branch, new_term)


def _gates(root: Branch, place: str) -> str | None:
    """Give a term gates, with one to begin with."""
    term = root.found(place)
    if term is None or not term.text("how"):
        return None
    gates = term.at("gates")
    gates.put("link", "contract")
    gates.put("counts_on", LAST)
    return _need(root, f"{place}.gates")


def _need(root: Branch, place: str) -> str | None:
    """Add a gate."""
    gates = root.found(place)
    if gates is None or not gates.text("link"):
        return None
    taken = {each.text("key") for each in gates.numbered("needs")}
    number = next(n for n in range(1, MOST_PARTS + 2) if f"gate_{n}" not in taken)
    return _appended(gates.at("needs"), lambda branch: new_need(branch, number))


def _parameter(root: Branch, place: str) -> str | None:
    """Add a parameter."""
    return _appended(root.at("parameters"), lambda branch: branch.put("name", ""))


def _appended(branch: Branch, make: Callable[[Branch], None]) -> str | None:
    parts = branch.own_numbered()
    if len(parts) >= MOST_PARTS:
        return None
    new = Branch()
    branch.hold([*parts, new])
    make(new)
    return new.place


def _shape(root: Branch, place: str) -> str | None:
    """Make a measure the upper part of a ratio, or the other way; what was written stays."""
    is_ratio = root.text("shape") == RATIO
    upper, plain = root.at(RATIO).at("of"), root.at(MEASURE)
    old, new = (plain, upper) if is_ratio else (upper, plain)
    if not new.own_numbered():
        new.hold(old.own_numbered() or [])
        old.hold([])
    for measure in (new, root.at(RATIO).at("to")) if is_ratio else (new,):
        if not measure.own_numbered():
            _appended(measure, new_term)
    return "shape"


def _parent(root: Branch, place: str) -> tuple[Branch | None, str]:
    steps = steps_of(place)
    here: Branch | None = root
    for step in steps[:-1]:
        here = here.below.get(step) if here is not None else None
    return here, steps[-1] if steps else ""


def _made(root: Branch, place: str) -> Branch | None:
    """Return what stands at a place, put there when only its last step is missing."""
    above, last = _parent(root, place)
    return (
        above.at(last) if above is not None and last and not last.isdigit() else (root.found(place))
    )


_DEEDS: Mapping[str, Callable[[Branch, str], str | None]] = {
    "row": _row,
    "group": _group,
    "remove": _remove,
    "up": _up,
    "term": _term,
    "gates": _gates,
    "need": _need,
    "parameter": _parameter,
    "shape": _shape,
}
