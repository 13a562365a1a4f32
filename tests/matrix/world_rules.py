"""A rule that a company wrote: one version in force, and a draft of the next."""

from __future__ import annotations

from bihuan.rules import actions
from bihuan.rules.domain.definition import read_definition
from bihuan.rules.models import RuleVersion
from tests.matrix.world import METRIC, World

RULE = "written"
RAW: dict[str, object] = {
    "name_zh": "写成的规则",
    "name_en": "A rule that was written",
    "when": {"kind": "level", "measure": "value", "metric": METRIC, "limit": "1"},
}


def write_rules(world: World) -> None:
    """Put a rule in force in Acme, and leave a draft of its next version."""
    admin = world.people["admin"]
    definition = read_definition(RAW)
    first = actions.draft_rule(
        tenant=world.acme,
        key=RULE,
        definition=definition,
        reason="n",
        by=admin,
        is_new=True,
    )
    actions.put_in_force(version=first, valid_from=world.today, by=admin)
    other = read_definition(RAW | {"priority": 60})
    draft: RuleVersion = actions.draft_rule(
        tenant=world.acme, key=RULE, definition=other, reason="n", by=admin
    )
    assert draft.number == 2
