"""Choices are written letter by letter as Django writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.web.form_renderer import SELECT, FormRenderer
from tests.examples import examples

pytestmark = pytest.mark.properties
VALUES = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.dates(min_value=date(1, 1, 1)),
    st.sampled_from(["<b>", '"', "'", "&amp;", "{{ x }}", mark_safe("<i>1</i>"), "﹣1"]),
)
LABELS = st.one_of(VALUES, st.just(gettext_lazy("Home")))
OPTIONS = st.lists(st.tuples(VALUES, LABELS), max_size=4)
GROUPS = st.lists(st.tuples(st.text(max_size=4), OPTIONS), max_size=2)
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "class", "required", "data-x"]), VALUES)


def both(widget: forms.Widget, value: Any, attributes: dict[str, Any]) -> tuple[str, str]:
    context = widget.get_context("a<name", value, attributes)
    ours = FormRenderer().render(SELECT, context)
    return ours, DjangoTemplates().render(SELECT, context)


@pytest.mark.parametrize("language", ["en", "zh-hans", "de"])
def test_choices_are_written_as_django_writes_them(language: str) -> None:
    @settings(max_examples=examples(60))
    @given(options=OPTIONS, groups=GROUPS, chosen=VALUES, attributes=ATTRIBUTES)
    def same(options: Any, groups: Any, chosen: Any, attributes: Any) -> None:
        choices = [*options, *groups]
        with translation.override(language):
            one = both(forms.Select(choices=choices), chosen, attributes)
            many = both(forms.SelectMultiple(choices=choices), [chosen], attributes)
        assert one[0] == one[1]
        assert many[0] == many[1]

    same()


def test_a_label_is_shown_in_the_language_of_the_page() -> None:
    widget = forms.Select(choices=[(1, Decimal("1234.5")), (2, gettext_lazy("Home"))])
    with translation.override("de"):
        ours, _ = both(widget, 2, {})
    assert '<option value="1">1234,5</option>' in ours
    assert '<option value="2" selected>' in ours


def test_an_option_with_a_template_of_its_own_is_left_to_django() -> None:
    class Own(forms.Select):
        option_template_name = "django/forms/widgets/input_option.html"

    assert (
        '<input type="select" name="a&lt;name" value="1">'
        in both(Own(choices=[(1, "one")]), None, {})[0]
    )
