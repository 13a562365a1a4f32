"""Checklist: the steps that somebody goes through one by one.

A step is a line of the text that begins as checklists begin in Markdown. Other
lines explain; they are no steps.

>>> steps_of("拜访前：\\n- [ ] 查近三次记录\\n- [x] 约好时间\\n* 带样品\\n")
('查近三次记录', '约好时间')
"""

from __future__ import annotations

import re

STEP = re.compile(r"^\s*[-*+] \[[ xX]\] +(\S.*?)\s*$")
"""A list mark, a box that is empty or ticked, and words."""


def steps_of(body: str) -> tuple[str, ...]:
    """Return the steps of a checklist in their order."""
    return tuple(found[1] for line in body.split("\n") if (found := STEP.match(line)))
