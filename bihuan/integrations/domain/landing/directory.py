"""Directory: which person, unit or member a spelling in a file means.

A spelling is a code or a name. What two people share is ambiguous and refused;
what nobody has is refused with the closest names, or made a member where the
mapping allows it.

>>> report = Report()
>>> people = Directory("person", {"Lin": ("E1",), "E1": ("E1",), "Wang": ("E2", "E3")}, report)
>>> people.code_of("Lin", Origin("a.csv", "", 2), "seller")
'E1'
>>> people.code_of("Wang", Origin("a.csv", "", 3), "seller") is None
True
>>> people.code_of("Linn", Origin("a.csv", "", 4), "seller") is None
True
>>> [(p.code, p.params["closest"]) for p in report.problems()]
[('mapping.ambiguous', 'E2, E3'), ('mapping.unknown_person', 'Lin')]
"""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.landing.draft import MemberDraft
from bihuan.integrations.domain.landing.report import CREATED, Report
from bihuan.integrations.domain.spelling import NONE_CLOSE, closest

UNKNOWN_PERSON = Fault(
    "mapping.unknown_person",
    gettext_noop("Nobody is called “%(value)s”. Closest: %(closest)s."),
    gettext_noop("Correct the name, map it in the mapping, or add the person to the organisation."),
)
UNKNOWN_UNIT = Fault(
    "mapping.unknown_unit",
    gettext_noop("There is no unit called “%(value)s”. Closest: %(closest)s."),
    gettext_noop("Correct the name, map it in the mapping, or add the unit to the organisation."),
)
UNKNOWN_MEMBER = Fault(
    "mapping.unknown_member",
    gettext_noop("“%(value)s” in %(column)s is not known. Closest: %(closest)s."),
    gettext_noop("Correct the spelling, map it in the mapping, or add it to the master data."),
)
AMBIGUOUS = Fault(
    "mapping.ambiguous",
    gettext_noop("“%(value)s” in %(column)s can mean %(closest)s."),
    gettext_noop("Write the code instead of the name."),
)
UNKNOWN = {"person": UNKNOWN_PERSON, "unit": UNKNOWN_UNIT}
SUGGESTED = 50
"""For so many different unknown spellings the closest known ones are looked for."""


class Directory:
    """The spellings of one dimension and the codes they mean."""

    def __init__(
        self, dimension: str, known: Mapping[str, tuple[str, ...]], report: Report
    ) -> None:
        self.dimension = dimension
        self.created: dict[str, MemberDraft] = {}
        self.may_create = False
        self._codes = {spelling: set(codes) for spelling, codes in known.items()}
        self._own: set[str] = set()
        self._report = report
        self._closest: dict[str, str] = {}

    def add(self, code: str, name: str) -> None:
        """Let a code and a name mean the code; a code means itself above all."""
        self._codes[code] = {code}
        self._own.add(code)
        if name not in self._own:
            self._codes.setdefault(name, set()).add(code)

    def code_of(
        self, value: str, origin: Origin, column: str, *, may_create: bool = False
    ) -> str | None:
        """Return the code that a spelling means, or report why it means none."""
        codes = self._codes.get(value)
        if codes is not None and len(codes) == 1:
            return next(iter(codes))
        if codes:
            shown = ", ".join(sorted(codes))
            self._report.add(AMBIGUOUS.at(origin, column=column, value=value, closest=shown))
            return None
        if may_create:
            return self._create(value, origin, column)
        fault = UNKNOWN.get(self.dimension, UNKNOWN_MEMBER)
        closest = self._closest_to(value)
        self._report.add(fault.at(origin, column=column, value=value, closest=closest))
        return None

    def _create(self, value: str, origin: Origin, column: str) -> str:
        self._codes[value] = {value}
        self._report.note(CREATED, origin, column=column, dimension=self.dimension)
        self.created[value] = MemberDraft(
            dimension=self.dimension, code=value, name=value, attributes={}, origin=origin
        )
        return value

    def _closest_to(self, value: str) -> str:
        if value not in self._closest and len(self._closest) < SUGGESTED:
            self._closest[value] = closest(value, self._codes)
        return self._closest.get(value, NONE_CLOSE)
