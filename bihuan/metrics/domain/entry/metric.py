"""A whole definition as the fields of a form, and back: the two say the same.

>>> from bihuan.metrics.domain.definition import read_definition
>>> calls = read_definition({"key": "calls", "group": "activity", "unit": "count",
...     "better": "higher", "name_zh": "通话", "name_en": "Calls", "about_zh": "…",
...     "about_en": "…", "counted_zh": ["接通的", "未接通的"],
...     "measure": [{"count": "facts",
...                  "where": {"field": "kind", "op": "eq", "value": "call.logged"}}]})
>>> tree = entry_of(calls)
>>> tree.text("counted_zh")
'接通的\\n未接通的'
>>> read_definition(raw_of(tree)) == calls
True
"""

from __future__ import annotations

from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.entry.branch import Branch
from bihuan.metrics.domain.entry.term import fill_term, new_term, raw_term
from bihuan.metrics.domain.measure import Measure

TEXTS = (
    "key",
    "group",
    "name_zh",
    "name_en",
    "unit",
    "better",
    "about_zh",
    "about_en",
)
LISTS = ("counted_zh", "counted_en", "not_counted_zh", "not_counted_en")
PARAMETER = ("name", "value", "label_zh", "label_en")
MEASURE, RATIO = "measure", "ratio"


def entry_of(definition: MetricDefinition) -> Branch:
    """Return a definition as the fields of a form."""
    root = Branch()
    said = definition.model_dump(mode="json")
    for name in TEXTS:
        root.put(name, str(said[name]))
    for name in LISTS:
        root.put(name, "\n".join(said[name]))
    root.at("parameters").hold([Branch() for _ in definition.parameters])
    for child, parameter in zip(root.numbered("parameters"), definition.parameters, strict=True):
        for name in PARAMETER:
            child.put(name, str(getattr(parameter, name)))
    root.put("shape", RATIO if definition.is_ratio else MEASURE)
    if definition.ratio is None:
        _fill_measure(root.at(MEASURE), definition.numerator)
    else:
        ratio = root.at(RATIO)
        ratio.put("complement", "on" if definition.ratio.complement else "")
        _fill_measure(ratio.at("of"), definition.ratio.of)
        _fill_measure(ratio.at("to"), definition.ratio.to)
    return root


def _fill_measure(branch: Branch, measure: Measure) -> None:
    branch.hold([Branch() for _ in measure])
    for child, term in zip(branch.own_numbered(), measure, strict=True):
        fill_term(child, term)


def raw_of(root: Branch) -> dict[str, object]:
    """Return the definition that the fields of a form spell, as plain data.

    What is left empty is left out, so that a check says what is missing and where.
    """
    raw: dict[str, object] = {name: text for name in TEXTS if (text := root.text(name))}
    raw |= {name: list(root.lines(name)) for name in LISTS}
    raw["parameters"] = [
        {name: text for name in PARAMETER if (text := each.text(name))}
        for each in root.numbered("parameters")
    ]
    if root.text("shape") == RATIO:
        ratio = root.at(RATIO)
        raw[RATIO] = {
            "of": [raw_term(each) for each in ratio.numbered("of")],
            "to": [raw_term(each) for each in ratio.numbered("to")],
            "complement": ratio.text("complement") == "on",
        }
    else:
        raw[MEASURE] = [raw_term(each) for each in root.numbered(MEASURE)]
    return raw


def empty_entry() -> Branch:
    """Return the form of a metric that is not written yet: one sum of amounts."""
    root = Branch()
    for name, text in (("group", "signing"), ("unit", "money"), ("better", "higher")):
        root.put(name, text)
    root.put("shape", MEASURE)
    root.at(MEASURE).hold([Branch()])
    new_term(root.numbered(MEASURE)[0])
    return root
