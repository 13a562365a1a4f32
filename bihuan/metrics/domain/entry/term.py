"""A term of a measure, with its condition and its gates, as the fields of a form, and back.

>>> from bihuan.metrics.domain.measure import Term
>>> term = Term.model_validate({"sum": "amount", "sign": -1,
...     "where": {"field": "kind", "op": "eq", "value": "order.returned"}})
>>> branch = Branch("measure[0]")
>>> fill_term(branch, term)
>>> branch.text("how"), branch.text("sum"), branch.text("sign")
('sum', 'amount', '-1')
>>> Term.model_validate(raw_term(branch)) == term
True
"""

from __future__ import annotations

from bihuan.metrics.domain.entry.branch import Branch
from bihuan.metrics.domain.entry.condition import fill_condition, new_row, raw_condition
from bihuan.metrics.domain.gate import LAST, Gates, OwedBy
from bihuan.metrics.domain.measure import Over, Term

NAMED = ("sum", "distinct", "first", "metric")
"""Ways of reckoning that name one thing."""


def fill_term(branch: Branch, term: Term) -> None:
    """Write a term into the fields of a form."""
    branch.put("how", term.how)
    for name in NAMED:
        if (given := getattr(term, name)) is not None:
            branch.put(name, str(given))
    if term.days_between is not None:
        branch.put("begin", term.days_between[0])
        branch.put("end", term.days_between[1])
    branch.put("sign", str(term.sign))
    branch.put("over", term.over.value)
    if term.where is not None:
        fill_condition(branch.at("where"), term.where)
    if term.gates is not None:
        _fill_gates(branch.at("gates"), term.gates)


def _fill_gates(branch: Branch, gates: Gates) -> None:
    branch.put("link", gates.link)
    branch.put("counts_on", gates.counts_on)
    needs = branch.at("needs")
    needs.hold([Branch() for _ in gates.needs])
    for child, need in zip(needs.own_numbered(), gates.needs, strict=True):
        child.put("key", need.key)
        child.put("label_zh", need.label_zh)
        child.put("label_en", need.label_en)
        child.put("owed_by", need.owed_by.value)
        child.put("within_days", "" if need.within_days is None else str(need.within_days))
        fill_condition(child.at("where"), need.where)


def raw_term(branch: Branch) -> dict[str, object]:
    """Return the term that the fields of a form spell, as plain data."""
    how = branch.text("how")
    raw: dict[str, object] = {
        "sign": -1 if branch.text("sign") == "-1" else 1,
        "over": branch.text("over") or Over.PERIOD.value,
    }
    if how == "days_between":
        raw[how] = [branch.text("begin"), branch.text("end")]
    else:
        raw[how] = branch.text(how) if how in NAMED else "facts"
    where = branch.below.get("where")
    if where is not None and where.text("is"):
        raw["where"] = raw_condition(where)
    gates = branch.below.get("gates")
    if gates is not None and gates.text("link"):
        raw["gates"] = _raw_gates(gates)
    return raw


def _raw_gates(branch: Branch) -> dict[str, object]:
    return {
        "link": branch.text("link"),
        "counts_on": branch.text("counts_on") or LAST,
        "needs": [_raw_need(each) for each in branch.numbered("needs")],
    }


def _raw_need(branch: Branch) -> dict[str, object]:
    days = branch.text("within_days")
    return {
        "key": branch.text("key"),
        "label_zh": branch.text("label_zh"),
        "label_en": branch.text("label_en"),
        "owed_by": branch.text("owed_by") or OwedBy.PERSON.value,
        "within_days": days or None,
        "where": raw_condition(branch.at("where")),
    }


def new_term(branch: Branch) -> None:
    """Make a branch a term that sums amounts of one kind of fact."""
    branch.put("how", "sum")
    branch.put("sum", "amount")
    branch.put("sign", "1")
    branch.put("over", Over.PERIOD.value)
    new_row(branch.at("where"))


def new_need(branch: Branch, number: int) -> None:
    """Make a branch an empty gate with a key of its own."""
    branch.put("key", f"gate_{number}")
    branch.put("owed_by", OwedBy.PERSON.value)
    new_row(branch.at("where"))
