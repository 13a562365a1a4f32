"""Says what is kept of rules and alerts in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import Sentence
from bihuan.inbox.queries import saying
from bihuan.metrics.domain.definition import Unit
from bihuan.rules.domain.alert import State
from bihuan.rules.domain.definition import RuleDefinition
from bihuan.rules.domain.response import (
    CONTENT_SAYS,
    KIND_SAYS,
    TO_SAYS,
    Content,
    Response,
    ResponseKind,
    To,
)
from bihuan.rules.domain.subject import attribute_of
from bihuan.rules.models import ALERT_LABELS, STATE_LABELS, Alert, AlertEvent, ResponseMade
from bihuan.rules.queries import Hit
from bihuan.rules.queries.saying import facts_link, metric_of, subject_link

register = template.Library()

TONES = {
    State.OPEN.value: "tag-neg",
    State.ACKNOWLEDGED.value: "tag-warn",
    State.ACTED.value: "tag",
    State.RECOVERED.value: "tag-pos",
    State.CLOSED.value: "tag-quiet",
}
HAPPENINGS: Mapping[str, Promise] = {
    "opened": _("Alert raised"),
    "suppressed": _("Suppressed by another"),
    "released": _("Speaks again"),
    "responded": _("Response made"),
    "acknowledged": _("Seen"),
    "acted": _("Acted on"),
    "noted": _("Note added"),
    "recovered": _("Recovered"),
    "gone": _("No longer covered"),
    "closed": _("Closed"),
}
SUBJECTS: Mapping[str, Promise] = {
    "account": _("Customer"),
    "opportunity": _("Open deal"),
}
DEEDS: Mapping[str, Promise] = {
    "waiting": _("Waits"),
    "done": _("Done"),
    "lapsed": _("No longer needed"),
    "nobody": _("Nobody to address"),
    "made": pgettext_lazy("a response", "Made"),
}
DEED_TONES = {"waiting": "tag-warn", "done": "tag-pos", "nobody": "tag-neg"}


@register.filter
def rule_name(rule: RuleDefinition) -> str:
    return rule.name(get_language() or "zh-hans")


@register.filter
def rule_about(rule: RuleDefinition) -> str:
    return rule.about(get_language() or "zh-hans")


@register.filter
def alert_metric(alert: Alert) -> str:
    """Write the metric an alert is about."""
    metric = metric_of(alert.tenant, alert.about_metric)
    return alert.about_metric if metric is None else metric.name(get_language() or "zh-hans")


@register.filter
def subject_kind(kind: str) -> Promise:
    """Write what kind of thing a rule looks at."""
    return SUBJECTS[kind]


@register.filter
def subject_page(about: Alert | Hit) -> str:
    """Return the page of whom or what an alert is about, or would have been."""
    return subject_link(about.subject)


@register.filter
def facts_page(alert: Alert) -> str:
    return facts_link(alert)


@register.filter
def attribute_name(field: str) -> str:
    return attribute_of(field)


@register.filter
def alert_state(state: str) -> Promise:
    return ALERT_LABELS[state]


@register.filter
def alert_tone(state: str) -> str:
    """Return the class that colours a state; the words beside it say it too."""
    return TONES[state]


@register.filter
def version_state(state: str) -> Promise:
    return STATE_LABELS[state]


@register.filter
def happening(event: AlertEvent) -> Promise:
    return HAPPENINGS[event.what]


@register.filter
def deed_state(state: str) -> Promise:
    return DEEDS[state]


@register.filter
def deed_tone(state: str) -> str:
    return DEED_TONES.get(state, "tag-quiet")


@register.filter
def response_kind(kind: str) -> str:
    return str(_(KIND_SAYS[ResponseKind(kind)]))


@register.filter
def response_addressee(made: ResponseMade) -> str:
    """Write how the addressee of a response stands to what its alert is about."""
    return addressee(made.to, made.alert.rule)


@register.filter
def addressee(to: str, rule: RuleDefinition) -> str:
    """Write how an addressee stands to what a rule looks at."""
    is_owner = to == To.PERSON.value and rule.subject.is_held
    return str(_("whoever is responsible")) if is_owner else str(_(TO_SAYS[To(to)]))


@register.filter
def response_words(response: Response, rule: RuleDefinition) -> str:
    """Write a response: what it is, to whom, and what it brings."""
    said = _("%(kind)s to %(to)s") % {
        "kind": _(KIND_SAYS[response.kind]),
        "to": addressee(response.to.value, rule),
    }
    brings = [str(_(CONTENT_SAYS[Content(each)])) for each in response.brings]
    return (
        str(said)
        if not brings
        else _("%(said)s, with %(brings)s")
        % {
            "said": said,
            "brings": ", ".join(brings),
        }
    )


@register.filter
def said(sentence: Sentence | None) -> str:
    """Write a kept sentence."""
    return saying.said(sentence)


@register.filter
def is_figure(line: Line) -> bool:
    """Tell whether a line of evidence has a number."""
    return isinstance(line.value, Decimal)


@register.filter
def is_words(line: Line) -> bool:
    return isinstance(line.value, Sentence)


@register.filter
def figure_unit(line: Line) -> str:
    return {"number": Unit.COUNT.value}.get(line.unit, line.unit)
