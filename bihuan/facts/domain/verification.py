"""Verification: whether the ledger still says what was written.

Every block is reckoned anew and compared with what stands in the database and
with the anchor file, which lies outside of it. An anchor is written before its
block is committed, so a block without an anchor cannot be; an anchor without a
block is a cut tail, unless the sealing process died in between: then it is the
last one, and the facts it names are still there as they were.

>>> from dataclasses import replace
>>> first = Seal(form=1, tenant_id=1, number=1, first_seq=1, last_seq=3, root="aa",
...              previous=GENESIS, sealed_at="2026-03-02T01:00:00.000000+00:00")
>>> second = Seal(form=1, tenant_id=1, number=2, first_seq=4, last_seq=4, root="bb",
...               previous=first.digest, sealed_at="2026-03-02T01:00:05.000000+00:00")
>>> sealed = [Sealed(first, first.digest), Sealed(second, second.digest)]
>>> [*chain_findings(sealed), *anchor_findings(sealed, sealed)]
[]

The second block cut away:

>>> [finding.code for finding in anchor_findings(sealed[:1], sealed)]
['facts.block_missing']

The first block changed, and its own digest with it:

>>> forged = replace(first, root="cc")
>>> found = chain_findings([Sealed(forged, forged.digest), sealed[1]])
>>> [(finding.code, finding.params["number"]) for finding in found]
[('facts.chain_broken', 2)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.facts.domain.block import Seal
from bihuan.kernel.chain import GENESIS
from bihuan.kernel.errors import gettext_noop

ROWS_MISSING = (
    "facts.rows_missing",
    gettext_noop("Facts %(first)s to %(last)s are missing from the ledger."),
)
NUMBER_TWICE = (
    "facts.number_twice",
    gettext_noop("The number %(first)s is there twice."),
)
BLOCK_BROKEN = (
    "facts.block_broken",
    gettext_noop(
        "Facts %(first)s to %(last)s were changed after they were sealed (block %(number)s)."
    ),
)
BLOCK_FORGED = (
    "facts.block_forged",
    gettext_noop("Block %(number)s was changed: its digest is not the one of what it says."),
)
CHAIN_BROKEN = (
    "facts.chain_broken",
    gettext_noop("Block %(number)s does not follow from the one before it."),
)
BLOCK_MISSING = (
    "facts.block_missing",
    gettext_noop(
        "The anchor file names block %(number)s (facts %(first)s to %(last)s), "
        "which the ledger does not have: its tail was cut."
    ),
)
ANCHOR_DIFFERS = (
    "facts.anchor_differs",
    gettext_noop("Block %(number)s is not the one that the anchor file names."),
)
ANCHOR_MISSING = (
    "facts.anchor_missing",
    gettext_noop("The anchor file does not name blocks %(first_block)s to %(last_block)s."),
)
ANCHOR_UNREADABLE = (
    "facts.anchor_unreadable",
    gettext_noop("Line %(line)s of the anchor file cannot be read."),
)
HEAD_BEHIND = (
    "facts.head_behind",
    gettext_noop("The ledger counts %(head)s facts, but %(sealed)s are sealed."),
)
ROWS_BEYOND_HEAD = (
    "facts.rows_beyond_head",
    gettext_noop("The ledger counts %(head)s facts, but has one with the number %(first)s."),
)
REVERSAL_DIFFERS = (
    "facts.reversal_differs",
    gettext_noop("Fact %(first)s reverses fact %(reversed)s, but does not say the same."),
)
REPLICA_DIFFERS = (
    "facts.replica_differs",
    gettext_noop(
        "The copy that figures are reckoned on does not say what the ledger says "
        "(%(replica)s facts, %(ledger)s in the ledger): have it built anew."
    ),
)
SUMS_DIFFER = (
    "facts.sums_differ",
    gettext_noop(
        "The facts that count add up to %(live)s %(currency)s, all facts less reversals "
        "to %(all)s: they should be the same."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with the ledger, and the fact where it begins."""

    code: str
    says: str
    params: Mapping[str, object] = field(default_factory=dict)
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block with the digest that stands beside it."""

    seal: Seal
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked of a tenant's ledger, and what was found."""

    tenant: str
    facts: int
    blocks: int
    unsealed: int
    findings: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.findings


def finding(what: tuple[str, str], *, seq: int | None = None, **params: object) -> Finding:
    """Return a finding of one of the sorts above."""
    code, says = what
    return Finding(code=code, says=says, params=params, seq=seq)


def about(what: tuple[str, str], seal: Seal) -> Finding:
    """Return a finding about a block."""
    return finding(
        what, seq=seal.first_seq, number=seal.number, first=seal.first_seq, last=seal.last_seq
    )


def chain_findings(blocks: Sequence[Sealed]) -> Iterator[Finding]:
    """Yield what is wrong with the blocks themselves: their digests and how they follow."""
    number, last_seq, digest = 0, 0, GENESIS
    for block in blocks:
        seal = block.seal
        if seal.digest != block.digest:
            yield about(BLOCK_FORGED, seal)
        follows = (seal.number, seal.first_seq, seal.previous) == (number + 1, last_seq + 1, digest)
        if not follows:
            yield about(CHAIN_BROKEN, seal)
        number, last_seq, digest = seal.number, seal.last_seq, block.digest


def anchor_findings(
    blocks: Sequence[Sealed], anchors: Sequence[Sealed], *, dangling: Seal | None = None
) -> Iterator[Finding]:
    """Yield where blocks and anchors disagree.

    ``dangling`` is a last anchor whose block was never committed though its
    facts are there; it is no finding.
    """
    by_number = {block.seal.number: block for block in blocks}
    named = {anchor.seal.number for anchor in anchors}
    for anchor in anchors:
        block = by_number.get(anchor.seal.number)
        if block is None and anchor.seal != dangling:
            yield about(BLOCK_MISSING, anchor.seal)
        elif block is not None and (block.digest, block.seal) != (anchor.digest, anchor.seal):
            yield about(ANCHOR_DIFFERS, anchor.seal)
    bare = [block.seal for block in blocks if block.seal.number not in named]
    if bare:
        yield finding(
            ANCHOR_MISSING,
            seq=bare[0].first_seq,
            first_block=bare[0].number,
            last_block=bare[-1].number,
        )
