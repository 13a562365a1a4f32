"""Words: a sentence with its figures, kept until somebody reads it.

A frozen report is read in either language, so what is kept of a sentence is its
template and its figures, each marked by what it is.

>>> from decimal import Decimal
>>> sentence = Said("%(count)s more %(what)s: %(gap)s", {
...     "count": 14, "what": Named("次拜访", "visits"), "gap": Figure(Decimal("1.50"), "money")})
>>> read_words(words_as_data(sentence)) == sentence
True
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bihuan.goals.domain.reason.said import Figure, Named, Param, Said


def words_as_data(said: Said) -> dict[str, object]:
    """Return a sentence in the form in which it is kept."""
    return {"says": said.says, "params": {name: _kept(each) for name, each in said.params.items()}}


def read_words(kept: Mapping[str, object]) -> Said:
    """Return the sentence that was kept."""
    params = kept["params"]
    assert isinstance(params, Mapping), "what fills a sentence is kept by name"
    return Said(str(kept["says"]), {name: _read(each) for name, each in params.items()})


def _kept(param: Param) -> object:
    if isinstance(param, Figure):
        return {"value": f"{param.value:f}", "unit": param.unit}
    if isinstance(param, Named):
        return {"zh": param.zh, "en": param.en}
    return {"day": param.isoformat()} if isinstance(param, date) else param


def _read(kept: object) -> Param:
    if isinstance(kept, str | int):
        return kept
    assert isinstance(kept, Mapping), "a figure, a name or a day"
    if "value" in kept:
        return Figure(Decimal(str(kept["value"])), str(kept["unit"]))
    if "zh" in kept:
        return Named(str(kept["zh"]), str(kept["en"]))
    return date.fromisoformat(str(kept["day"]))
