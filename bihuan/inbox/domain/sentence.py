"""Sentence: words that are kept once and said in the language of whoever reads them.

What is kept is the English template, marked by ``gettext_noop`` where it is
written, and its parameters. A parameter is plain text or a number, a name in
both languages, or a further sentence.

>>> quarter = Sentence("Targets of %(what)s are published.", {"what": Named("一季度", "Q1")})
>>> quarter.said(lambda says: says, "en")
'Targets of Q1 are published.'
>>> chinese = {"Targets of %(what)s are published.": "%(what)s的目标已发布。"}
>>> quarter.said(lambda says: chinese[says], "zh-hans")
'一季度的目标已发布。'
>>> read_sentence(quarter.as_data()) == quarter
True

Words that somebody typed are said as they are, whatever signs they hold:

>>> plain("Prices fall by 10%.").said(lambda says: says, "en")
'Prices fall by 10%.'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bihuan.kernel.errors import gettext_noop

AS_TYPED = gettext_noop("%(text)s")


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template and what it is filled with."""

    says: str
    params: Mapping[str, str | int | Named | Sentence] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str], language: str) -> str:
        """Return the sentence in a language."""
        filled = {name: _filled(each, translate, language) for name, each in self.params.items()}
        return translate(self.says) % filled

    def as_data(self) -> dict[str, object]:
        """Return it in the form in which it is kept."""
        return {"says": self.says, "params": params_as_data(self)}


def plain(text: str) -> Sentence:
    """Return words as somebody typed them."""
    return Sentence(AS_TYPED, {"text": text})


def params_as_data(sentence: Sentence) -> dict[str, object]:
    """Return the parameters of a sentence in the form in which they are kept."""
    return {name: _kept(each) for name, each in sentence.params.items()}


def read_sentence(data: Mapping[str, object]) -> Sentence:
    """Return the sentence that was kept."""
    says, params = data["says"], data["params"]
    assert isinstance(says, str), "what is kept of a sentence is its template"
    assert isinstance(params, Mapping), "and its parameters by name"
    return Sentence(says, {name: _read(each) for name, each in params.items()})


def _filled(
    value: str | int | Named | Sentence, translate: Callable[[str], str], language: str
) -> str | int:
    if isinstance(value, Named):
        return value.zh if language.startswith("zh") else value.en
    return value.said(translate, language) if isinstance(value, Sentence) else value


def _kept(value: str | int | Named | Sentence) -> object:
    if isinstance(value, Named):
        return {"zh": value.zh, "en": value.en}
    return value.as_data() if isinstance(value, Sentence) else value


def _read(value: object) -> str | int | Named | Sentence:
    if isinstance(value, str | int):
        return value
    assert isinstance(value, Mapping), "a parameter is text, a number, a name or a sentence"
    return read_sentence(value) if "says" in value else Named(value["zh"], value["en"])
