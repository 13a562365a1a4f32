"""Chain: from somebody's own target up to what the company wants, in one line.

    share at a step = what is asked one step below / what is asked here

Each step up says which share of it comes from the step below, so that whoever
reads it knows what their own number is for. At the top stand the growth that the
whole is to make and the words of the strategy.

>>> line = chain(
...     mine=Rung("李敏", Decimal(324_000)),
...     above=[Rung("上海组", Decimal(1_820_000)), Rung("华东大区", Decimal(12_400_000)),
...            Rung("公司", Decimal(50_000_000))],
...     growth=Decimal("0.2200"), strategy="设备翻新",
... )
>>> [(link.name, str(link.share)) for link in line.links]
[('上海组', '0.1780'), ('华东大区', '0.1468'), ('公司', '0.2480')]
>>> str(line.asked), str(line.growth), line.strategy
('324000', '0.2200', '设备翻新')

Who may not see the figures of a unit is told its name and the share, never its
amount. Where nothing is asked of a step there is no share, and the next step with
a target has one again, of the last step that had one too. Targets that do not add
up, as ratios, have no shares at all.

>>> hidden = chain(mine=Rung("李敏", Decimal(1)),
...                above=[Rung("上海组", None), Rung("公司", Decimal(8), is_seen=False)])
>>> [(link.name, link.asked, str(link.share)) for link in hidden.links]
[('上海组', None, 'None'), ('公司', None, '0.1250')]
>>> chain(mine=Rung("李敏", Decimal("0.6")), above=[Rung("公司", Decimal("0.5"))],
...       adds_up=False).links[0].share is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.dilution import share


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody or a unit on the way up, with what is asked of it."""

    name: str
    asked: Decimal | None
    is_seen: bool = True
    """Whether the reader may see figures of it."""
    counts: Decimal | None = None
    """What of it counts one step up, where that is not all: who moved has targets in two units."""

    @property
    def share_of(self) -> Decimal | None:
        return self.asked if self.counts is None else self.counts


@dataclass(frozen=True, slots=True)
class Link:
    """A step up, as its reader may see it."""

    name: str
    below: str
    """Whose share it is: the name of the last step that had a target."""
    asked: Decimal | None
    share: Decimal | None
    is_first: bool = False
    """Whether the share is the reader's own."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One line from somebody's own target to the strategy."""

    name: str
    asked: Decimal
    links: tuple[Link, ...]
    growth: Decimal | None = None
    strategy: str = ""


def chain(
    *,
    mine: Rung,
    above: Sequence[Rung],
    growth: Decimal | None = None,
    strategy: str = "",
    adds_up: bool = True,
) -> Chain:
    """Return the line of somebody with a target; ``above`` comes nearest first."""
    assert mine.asked is not None, "a line begins with a target"
    links: list[Link] = []
    below = mine
    for rung in above:
        links.append(
            Link(
                name=rung.name,
                below=below.name,
                asked=rung.asked if rung.is_seen else None,
                share=share(below.share_of, rung.asked) if adds_up else None,
                is_first=below is mine,
            )
        )
        if rung.asked is not None:
            below = rung
    return Chain(mine.name, mine.asked, tuple(links), growth, strategy)
