"""What the types, roles and fields of lineage are called, in the language in force."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.integrations.domain.mapping.use import ColumnUse
from bihuan.lineage.domain.graph import Graph
from bihuan.lineage.queries import field_label, use_role

register = template.Library()

TYPES: dict[str, Promise] = {
    "source": _("Source"),
    "file": _("File"),
    "column": _("Column"),
    "row": _("Row of a file"),
    "cell_of_row": _("Cell of the row"),
    "field": _("Field of facts"),
    "fact": _("Fact"),
    "term": _("Part of the formula"),
    "version": _("Version"),
    "metric": _("Metric"),
    "number": pgettext_lazy("lineage", "Number"),
    "cell": _("Cell of the heat map"),
    "target": _("Target"),
    "targets": _("Targets"),
    "page": pgettext_lazy("lineage", "Page"),
}
PAGES: dict[str, Promise] = {
    "card": _("Metric card"),
    "figures": _("Figures of your own asking"),
    "heatmap": _("Attainment heat map"),
}
ROLES: dict[str, Promise] = {
    "value": pgettext_lazy("lineage", "is added up"),
    "days": pgettext_lazy("lineage", "gives the days"),
    "key": pgettext_lazy("lineage", "tells apart"),
    "filter": pgettext_lazy("lineage", "decides whether it counts"),
    "day": pgettext_lazy("lineage", "says when it counts"),
    "whose": pgettext_lazy("lineage", "says for whom it counts"),
    "feeds": pgettext_lazy("lineage", "becomes it"),
    "names": pgettext_lazy("lineage", "names the row"),
    "lookup": pgettext_lazy("lineage", "leads to another file"),
    "derived": pgettext_lazy("lineage", "follows from it"),
    "counts": pgettext_lazy("lineage", "counts in it"),
    "takes_back": pgettext_lazy("lineage", "takes it back"),
    "makes_count": pgettext_lazy("lineage", "makes it count"),
    "keeps_out": pgettext_lazy("lineage", "keeps it from counting"),
    "not_counted": pgettext_lazy("lineage", "does not count in it"),
    "brought": pgettext_lazy("lineage", "became"),
    "brings": pgettext_lazy("lineage", "brings"),
    "holds": pgettext_lazy("lineage", "holds"),
    "has": pgettext_lazy("lineage", "has"),
    "defines": pgettext_lazy("lineage", "defines"),
    "adds": pgettext_lazy("lineage", "is part of"),
    "gives": pgettext_lazy("lineage", "gives"),
    "measured": pgettext_lazy("lineage", "is measured by"),
    "shown": pgettext_lazy("lineage", "is shown on"),
}


@register.filter
def lineage_type(name: str) -> Promise | str:
    """Return what a type of node is called."""
    return TYPES.get(name, name)


@register.filter
def lineage_role(name: str) -> Promise | str:
    """Return how one thing leads to another, in words."""
    return ROLES.get(name, name)


@register.filter
def lineage_use(use: ColumnUse) -> Promise | str:
    """Return what a column of a file is used for, in words."""
    return lineage_role(use_role(use))


@register.filter
def field_name(name: str) -> str:
    """Return what a field of facts is called; what the ledger has no name for goes by its own."""
    return field_label(name, is_chinese=(get_language() or "").startswith("zh"))


@register.filter
def picture(graph: Graph) -> dict[str, list[dict[str, str]]]:
    """Return a graph as the page draws it: with the words of its types and roles."""
    told = graph.as_data()
    for node in told["nodes"]:
        node["kind"] = str(lineage_type(node["type"]))
        if node["type"] == "page":
            node["label"] = str(PAGES.get(node["label"], node["label"]))
    for edge in told["edges"]:
        edge["says"] = str(lineage_role(edge["role"]))
    return told
