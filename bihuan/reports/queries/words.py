"""Findings and figures in words, for lists, workbooks and programs."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bihuan.goals.domain.correlation import Reason
from bihuan.reports.domain.content import Content, Correlated
from bihuan.reports.domain.dead_target import Sign
from bihuan.reports.domain.finding import NOW, SAYS, Finding

FIGURE_LABELS = {
    "coverage": gettext_lazy("Lowest coverage"),
    "idle": gettext_lazy("Sell without a target"),
    "adjustments": gettext_lazy("Revisions in the month"),
    "moved": gettext_lazy("Moved by revisions"),
    "alignment": gettext_lazy("Alignment (rank correlation)"),
    "dead_share": gettext_lazy("Targets without a sign of life"),
    "receipt_share": gettext_lazy("Acknowledged, share"),
}
SIGN_LABELS = {
    Sign.NO_FACT: gettext_lazy("no fact in the month"),
    Sign.NOTHING_YET: gettext_lazy("nothing achieved yet"),
}
NO_FIGURE = {
    Reason.TOO_FEW.value: gettext_lazy("fewer than four ratings"),
    Reason.FIRST_ALIKE.value: gettext_lazy("all rated alike"),
    Reason.SECOND_ALIKE.value: gettext_lazy("all weigh alike"),
    Reason.PERFECT.value: gettext_lazy("without any exception"),
}


def metric_name(content: Content, key: str) -> str:
    """Return what a metric was called, in the language in force."""
    return content.metric(key).name(get_language() or "zh-hans")


def sentence_of(finding: Finding, *, metric: str, ratio: str, amount: str) -> str:
    """Return what is off, with numbers written as the place it stands in writes them."""
    return _(SAYS[finding.code]) % {
        "metric": metric,
        "ratio": ratio,
        "amount": amount,
        "name": finding.name,
        "count": finding.count,
        "of": finding.of,
        "days": finding.days,
    }


def advice_of(finding: Finding) -> str:
    return _(NOW[finding.code])


def plain_sentence(finding: Finding, content: Content) -> str:
    """Return what is off, with plain numbers."""
    ratio = "–" if finding.ratio is None else percent(finding.ratio)
    if finding.code == "misaligned" and finding.ratio is not None:
        ratio = f"{finding.ratio:.2f}"
    amount = "–" if finding.amount is None else f"{finding.amount:,.2f}".removesuffix(".00")
    metric = metric_name(content, finding.metric) if finding.metric else ""
    return sentence_of(finding, metric=metric, ratio=ratio, amount=amount)


def percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"


def signs_in_words(signs: list[Sign]) -> str:
    return _(", ").join(str(SIGN_LABELS[sign]) for sign in signs)


def correlation_in_words(found: Correlated) -> str:
    """Return a correlation with n and its interval, or why there is none."""
    if found.coefficient is None:
        return f"– (n = {found.n}, {NO_FIGURE.get(found.reason, found.reason)})"
    interval = "" if found.low is None else f", 95% {found.low:.2f} … {found.high:.2f}"
    return f"{found.coefficient:.3f} (n = {found.n}{interval})"
