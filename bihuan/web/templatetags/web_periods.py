"""The control that moves a page through time."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.period import Grain, Period, period_of
from bihuan.web.templatetags.web_format import grain_of

register = template.Library()

GRAIN_LABELS = {
    Grain.DAY: _("Day"),
    Grain.WEEK: _("Week"),
    Grain.FORTNIGHT: _("Two weeks"),
    Grain.MONTH: _("Month"),
    Grain.QUARTER: _("Quarter"),
    Grain.YEAR: _("Year"),
}
LEFT_OUT = frozenset({"period", "grain", "page"})


@register.inclusion_tag("web/_period_switch.html", takes_context=True)
def period_switch(
    context: RequestContext, period: Period, grains: str = "week month quarter year"
) -> dict[str, object]:
    """Show the period a page is about, with the one before, the one after, and other lengths.

    The page is asked for again with ``?period=`` (the key of the period) and, when another
    length was chosen, ``?grain=``; all its other parameters stay as they are.
    """
    request = context["request"]
    kept = [pair for pair in request.GET.items() if pair[0] not in LEFT_OUT]
    grain = grain_of(period.key)
    tenant = getattr(request, "tenant", None)
    month = tenant.fiscal_start_month if tenant is not None else 1
    before = period_of(period.start - timedelta(days=1), grain, fiscal_start_month=month)
    after = period_of(period.end, grain, fiscal_start_month=month)
    return {
        "period": period,
        "kept": kept,
        "before_url": _address(kept, before),
        "after_url": _address(kept, after),
        "before": before,
        "after": after,
        "grain": grain,
        "grains": [(Grain(name), GRAIN_LABELS[Grain(name)]) for name in grains.split()],
    }


def _address(kept: list[tuple[str, str]], period: Period) -> str:
    return "?" + urlencode([*kept, ("period", period.key)])
