"""A long list to choose from has the letters of Django's own."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.base.long_choice import LongSelect
from tests.examples import examples

TEXTS = st.sampled_from(["", "<b>", "'", '"', "&amp;", "一部", mark_safe("<i>"), "　华东"])
LABELS = st.one_of(TEXTS, st.text(max_size=6), st.just(gettext_lazy("Home")))
CHOICES = st.lists(
    st.tuples(st.one_of(st.integers(0, 9), st.just(""), TEXTS), LABELS),
    max_size=6,
    unique_by=lambda choice: str(choice[0]),
)
CHOSEN = st.one_of(st.none(), st.integers(0, 9), st.integers(0, 9).map(str), TEXTS)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "class", "required", "data-x"]), st.one_of(TEXTS, st.booleans())
)


@pytest.mark.properties
@settings(max_examples=examples(60))
@given(
    choices=CHOICES,
    chosen=CHOSEN,
    attributes=ATTRIBUTES,
    language=st.sampled_from(["en", "zh-hans"]),
)
def test_it_is_written_as_django_writes_it(
    choices: Any, chosen: Any, attributes: Any, language: str
) -> None:
    with translation.override(language):
        ours = LongSelect(attrs={"class": "form-select"}, choices=choices)
        django = forms.Select(attrs={"class": "form-select"}, choices=choices)
        assert ours.render("a<b", chosen, attributes) == django.render(
            "a<b", chosen, attributes, DjangoTemplates()
        )
