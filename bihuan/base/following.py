"""What is done each time the follower has sealed what is new, beside sealing.

The follower lies below those who want to know that something happened. They say so in ``ready()``,
and are called every few seconds; a step that has nothing to do asks one cheap question.
"""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[], object]
_STEPS: list[Step] = []


def after_sealing(step: Step) -> None:
    """Have a step taken each time the follower has looked for what is new."""
    if step not in _STEPS:
        _STEPS.append(step)


def take_steps() -> None:
    """Take every step, in the order in which they were said."""
    for step in _STEPS:
        step()
