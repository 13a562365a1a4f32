"""Evidence: what was seen when a task was made, kept so that it can be shown later as it was.

It is a list of lines, each a name and a value in the measure that its unit names, with
the page where it can be looked up, and whatever else the package that made it keeps
for itself under names of its own.

>>> from bihuan.inbox.domain.sentence import plain
>>> low = Line(name=plain("Attainment"), value=Decimal("0.61"), unit="ratio", link="/goals/")
>>> kept = seen([low], alert=12)
>>> kept["alert"], kept["lines"][0]["value"]
(12, '0.61')
>>> lines_of(kept) == (low,)
True

What a machine wrote is no evidence: a task only names the text, and what it was made of,
so that whoever gets it can say a word about it, and it is gone once its sources are:

>>> kept = seen([low], **brought_text(7, [Source("瑞和医院", "/facts/12/")]))
>>> text_of(kept), sources_of(kept)
(7, (Source(label='瑞和医院', url='/facts/12/'),))

A line may also say something in words, such as what a customer said last:

>>> words = Line(name=plain("Last talk"), value=plain("Prices are too high."))
>>> lines_of(seen([words])) == (words,)
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.inbox.domain.sentence import Sentence, read_sentence

Value = Decimal | date | Sentence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was seen: its name, its value, and where it can be looked up.

    ``unit`` is money, ratio, days or number, as metrics have units; a day and words have none.
    """

    name: Sentence
    value: Value
    unit: str = ""
    currency: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A record that a text was made of, and the page where it opens."""

    label: str
    url: str


def brought_text(text: int, sources: Sequence[Source]) -> dict[str, object]:
    """Return how a task keeps that it brings a text, which lies with the language services."""
    return {"text": text, "text_from": [[each.label, each.url] for each in sources]}


def text_of(kept: Mapping[str, object]) -> int | None:
    """Return the number of the text that a task brings, if it brings one."""
    found = kept.get("text")
    return found if isinstance(found, int) else None


def sources_of(kept: Mapping[str, object]) -> tuple[Source, ...]:
    """Return what the text that a task brings was made of."""
    found = kept.get("text_from", [])
    assert isinstance(found, list), "sources are kept in their order"
    return tuple(Source(str(label), str(url)) for label, url in found)


def seen(lines: Sequence[Line], **more: object) -> dict[str, object]:
    """Return what was seen in the form in which a task keeps it."""
    assert "lines" not in more, "lines are given as lines"
    return {"lines": [_kept(each) for each in lines], **more}


def _kept(line: Line) -> dict[str, object]:
    return {
        "name": line.name.as_data(),
        "unit": line.unit,
        "currency": line.currency,
        "link": line.link,
        **_kept_value(line.value),
    }


def _kept_value(value: Value) -> dict[str, object]:
    if isinstance(value, Sentence):
        return {"words": value.as_data()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"value": None if value is None else str(value)}


def lines_of(kept: Mapping[str, object]) -> tuple[Line, ...]:
    """Return the lines of what was seen; nothing where a package kept none."""
    lines = kept.get("lines", [])
    assert isinstance(lines, list), "lines are kept in their order"
    return tuple(_read(each) for each in lines)


def _read(kept: Mapping[str, object]) -> Line:
    name = kept["name"]
    assert isinstance(name, Mapping), "a name is a sentence"
    return Line(
        name=read_sentence(name),
        value=_read_value(kept),
        unit=str(kept["unit"]),
        currency=str(kept["currency"]),
        link=str(kept["link"]),
    )


def _read_value(kept: Mapping[str, object]) -> Value:
    words = kept.get("words")
    if isinstance(words, Mapping):
        return read_sentence(words)
    if "day" in kept:
        return date.fromisoformat(str(kept["day"]))
    value = kept.get("value")
    return None if value is None else Decimal(str(value))
