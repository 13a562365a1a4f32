"""Says what is kept of plays and packs in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.org.models import Person
from bihuan.playbooks import queries
from bihuan.playbooks.models import FIT_LABELS, KIND_LABELS, HandedItem, Play, PlayVersion
from bihuan.playbooks.queries.wording import body_of

register = template.Library()

TAG_LABELS = {
    "metrics": lambda: _("For metrics"),
    "reasons": lambda: _("For reasons"),
    "nodes": lambda: _("For steps of the sale"),
    "industries": lambda: _("For industries"),
    "product_lines": lambda: _("For product lines"),
}
ICONS = {
    "script": "send",
    "case": "briefcase",
    "video": "player-play",
    "checklist": "list-details",
    "template": "copy",
}


@register.filter
def titled(version: PlayVersion) -> str:
    return queries.title_of(version)


@register.filter
def summarised(version: PlayVersion) -> str:
    return queries.summary_of(version)


@register.filter
def bodied(version: PlayVersion) -> SafeString:
    """Write what a version says, in the language of the page where there is one."""
    return queries.as_html(body_of(version))


@register.filter
def play_kind(play: Play) -> Promise:
    return KIND_LABELS[play.kind]


@register.filter
def play_icon(play: Play) -> str:
    return ICONS[play.kind]


@register.filter
def why_chosen(item: HandedItem) -> Promise:
    return FIT_LABELS[item.fit]


@register.filter
def tag_label(name: str) -> str:
    """Write what a kind of tag is called."""
    return TAG_LABELS[name]()


@register.filter
def owner_name(person: Person) -> str:
    """Write who looks after a play: nobody yet, where the product brought it."""
    return _("System") if person.is_robot else person.name


@register.simple_tag
def tag_name(wording: queries.Wording, tag: str, code: str) -> str:
    """Write what a tag is called."""
    return wording.name(tag, code)
