"""Members: what accounts, opportunities, products and stores the files list.

A member may stand in several rows as long as they say the same of it; what a
later row leaves empty does not contradict.

>>> from bihuan.integrations.domain.landing import land
>>> from bihuan.integrations.domain.mapping import load_mapping
>>> from bihuan.integrations.domain.table import Table
>>> mapping = load_mapping('''
... source: crm
... files: {accounts: {path: a.csv}}
... members: [{dimension: account, file: accounts, code: name, attributes: {sector: sector}}]
... ''')
>>> table = Table(file="a.csv", columns=("name", "sector"), header_line=1, lines=(2,),
...               rows=(("Isdom", "medical"),))
>>> [(m.code, dict(m.attributes)) for m in land(mapping, [table]).members]
[('Isdom', {'sector': 'medical'})]
"""

from __future__ import annotations

from bihuan.integrations.domain.fault import Fault, gettext_noop
from bihuan.integrations.domain.landing.cells import Value
from bihuan.integrations.domain.landing.directory import Directory
from bihuan.integrations.domain.landing.draft import MemberDraft
from bihuan.integrations.domain.landing.evaluation import holds
from bihuan.integrations.domain.landing.feed import Feed
from bihuan.integrations.domain.landing.field import DROPPED, Field, FieldRule
from bihuan.integrations.domain.mapping.target import MemberTarget

DIFFERS = Fault(
    "mapping.differs",
    gettext_noop("“%(value)s” stands in row %(first)s already, but with another content."),
    gettext_noop("Delete one of the rows, or make them say the same."),
)


def members_of(
    target: MemberTarget, feed: Feed, directory: Directory, made: dict[str, MemberDraft]
) -> None:
    """Add the members that a target lists to those made already."""
    rule = FieldRule(is_needed=True, makes=target.dimension, longest=120, is_code=True)
    code = Field(feed, "code", target.code, rule)
    name = Field(feed, "name", target.name or target.code, FieldRule())
    attributes = {key: Field(feed, key, e, FieldRule()) for key, e in target.attributes.items()}
    for row, passes in enumerate(holds(feed, target.when)):
        if not passes:
            continue
        taken = [code.take(row), name.take(row), *(each.take(row) for each in attributes.values())]
        if DROPPED in taken:
            continue
        values = [_text(value) for value in taken]
        draft = MemberDraft(
            dimension=target.dimension,
            code=values[0] or "",
            name=values[1] or values[0] or "",
            attributes=dict(zip(attributes, values[2:], strict=True)),
            origin=feed.origins[row],
        )
        first = made.setdefault(draft.code, draft)
        directory.add(draft.code, draft.name)
        if first.name != draft.name or first.attributes != draft.attributes:
            feed.report.add(
                DIFFERS.at(
                    draft.origin, column=code.label, value=draft.code, first=first.origin.line
                )
            )


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
