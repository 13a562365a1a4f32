"""Why a cell is low, what managers say of it, and the diagnoses, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema, Status

from bihuan.base.idempotency import idempotent
from bihuan.base.matching import Edited, matched, tagged
from bihuan.facts.access import fact_seen
from bihuan.goals.actions import reasons as actions
from bihuan.goals.actions.reasons.diagnosing import MAY_CHANGE
from bihuan.goals.api.targets import CellOut, Id
from bihuan.goals.domain.reason.diagnosis import Diagnosis, plain, read_diagnosis
from bihuan.goals.domain.reason.word import Word as Said
from bihuan.goals.forms.choosing import cell_choice
from bihuan.goals.queries.reasons import (
    DiagnosisLine,
    Finding,
    Reasons,
    Word,
    diagnosis_lines,
    diagnosis_named,
    diagnosis_view,
    reasons_of,
    sentence,
    sentences,
)
from bihuan.org.access import PersonRequest, require_role

router = Router(tags=["goals"])


class EvidenceOut(Schema):
    label: str
    url: str
    seq: int | None


class FindingOut(Schema):
    """A reason; score, weight and strength are from 0 to 1."""

    rank: int
    tag: str
    name: str
    score: str
    weight: str
    strength: str
    sentence: str
    evidence: list[EvidenceOut]

    @staticmethod
    def of(each: Finding) -> FindingOut:
        return FindingOut(
            rank=each.rank,
            tag=each.diagnosis.code,
            name=each.diagnosis.name(get_language() or "zh-hans"),
            score=f"{each.score:f}",
            weight=f"{each.weight:f}",
            strength=f"{each.strength:f}",
            sentence=sentences([each.seen.said, *each.more]),
            evidence=[
                EvidenceOut(label=sentence(one.label), url=one.url, seq=one.seq)
                for one in each.seen.evidence
            ],
        )


class WordOut(Schema):
    seq: int
    word: str
    tag: str
    instead: str
    note: str
    by: str
    on: date
    recorded_at: datetime

    @staticmethod
    def of(word: Word) -> WordOut:
        fact = word.fact
        return WordOut(
            seq=fact.seq,
            word=word.verdict,
            tag=word.tag,
            instead=word.instead,
            note=word.note,
            by=str(fact.recorded_by),
            on=fact.business_on,
            recorded_at=fact.recorded_at,
        )


class ReasonsOut(Schema):
    """The reasons of a cell; there are none where it is not low."""

    cell: CellOut
    is_low: bool
    findings: list[FindingOut]
    words: list[WordOut]
    only_of_the_whole: bool

    @staticmethod
    def of(found: Reasons) -> ReasonsOut:
        return ReasonsOut(
            cell=CellOut.of(found.cell),
            is_low=found.is_low,
            findings=[FindingOut.of(each) for each in found.findings],
            words=[WordOut.of(each) for each in found.words],
            only_of_the_whole=found.is_too_many,
        )


class ReasonsAsked(Schema):
    metric: str
    period: str
    unit: Id | None = None
    person: Id | None = None
    deep: str = ""
    defined: str = ""


class WordIn(Schema):
    """What is said of a reason: of a person's cell, or of a unit's."""

    metric: str
    period: str
    unit: Id | None = None
    person: Id | None = None
    word: Literal["confirmed", "corrected", "added"]
    tag: Annotated[str, Field(max_length=40)]
    instead: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=300)] = ""

    def cell(self) -> dict[str, str]:
        given = {"person": self.person, "unit": self.unit}
        where = {name: str(value) for name, value in given.items() if value is not None}
        return {"metric": self.metric, "period": self.period, **where}


class DiagnosisOut(Schema):
    code: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    probe: str
    parameters: dict[str, str | list[str]]
    explains: list[str]
    prior: str
    is_on: bool
    version: int
    confirmed: int
    corrected: int
    missed: int
    first: int
    precision: str | None
    interval: list[str] | None
    weight: str

    @staticmethod
    def of(line: DiagnosisLine) -> DiagnosisOut:
        judged, found = line.judged, line.diagnosis
        return DiagnosisOut(
            code=found.code,
            name_zh=found.name_zh,
            name_en=found.name_en,
            about_zh=found.about_zh,
            about_en=found.about_en,
            probe=found.probe.value,
            parameters=found.parameters.plain(),
            explains=list(found.explains),
            prior=f"{found.prior:f}",
            is_on=found.is_on,
            version=line.in_force.number,
            confirmed=judged.confirmed,
            corrected=judged.corrected,
            missed=judged.missed,
            first=judged.first,
            precision=None if judged.precision is None else f"{judged.precision:f}",
            interval=None if judged.interval is None else [f"{one:f}" for one in judged.interval],
            weight=f"{line.weight:f}",
        )


class DiagnosisIn(Schema):
    """A diagnosis without its code; what is left out stays as it is in force."""

    name_zh: str | None = None
    name_en: str | None = None
    about_zh: str | None = None
    about_en: str | None = None
    parameters: dict[str, str | list[str]] | None = None
    explains: list[str] | None = None
    prior: str | None = None
    is_on: bool | None = None
    note: Annotated[str, Field(max_length=300)] = ""

    def over(self, before: Diagnosis) -> Diagnosis:
        """Return the diagnosis that it makes of one in force."""
        given = self.model_dump(exclude_none=True, exclude={"note"})
        return read_diagnosis({**plain(before), **given})


class TrialIn(DiagnosisIn):
    """A diagnosis to be tried on a cell; nothing is kept."""

    metric: str
    period: str
    unit: Id | None = None
    person: Id | None = None


@router.get("/reasons", response=ReasonsOut)
def reasons(request: PersonRequest, asked: Annotated[ReasonsAsked, Query()]) -> ReasonsOut:
    """Return why a cell of the heat map is low, the strongest reason first."""
    return ReasonsOut.of(reasons_of(cell_choice(request)))


@router.post("/reasons/words", response={201: WordOut})
@idempotent
def say_word(request: PersonRequest, body: WordIn) -> Status[WordOut]:
    """Confirm a reason, correct it to another, or add one that was not found."""
    fact = actions.say_word(
        choice=cell_choice(request, body.cell()),
        word=Said(body.word),
        tag=body.tag,
        instead=body.instead,
        note=body.note,
        by=request.person,
    )
    return Status(201, WordOut.of(Word(fact)))


@router.post("/reasons/words/{seq}/withdraw", response={204: None})
def withdraw_word(request: PersonRequest, seq: Id) -> Status[None]:
    """Take back what was said of a reason: by a further fact."""
    actions.withdraw_word(fact=fact_seen(seq, request.scope), by=request.person)
    return Status(204, None)


@router.get("/diagnoses", response=list[DiagnosisOut])
def diagnoses(request: PersonRequest) -> list[DiagnosisOut]:
    """Return every reason that is looked for, with how often it was right."""
    return [DiagnosisOut.of(line) for line in diagnosis_lines(request.tenant)]


def _stands(request: PersonRequest, code: str) -> list[object]:
    """Return what a diagnosis says; how often it was right changes by itself."""
    found = diagnosis_named(request.tenant, code)
    return [found.number, plain(found.diagnosis)]


DIAGNOSIS = Edited(held=lambda request: request.tenant, shown=_stands)


@router.get("/diagnoses/{code}", response=DiagnosisOut)
@tagged(DIAGNOSIS)
def diagnosis(request: PersonRequest, code: str) -> DiagnosisOut:
    return DiagnosisOut.of(diagnosis_view(request.tenant, code).line)


@router.put("/diagnoses/{code}", response=DiagnosisOut)
@matched(DIAGNOSIS)
def change_diagnosis(request: PersonRequest, code: str, body: DiagnosisIn) -> DiagnosisOut:
    """Change a diagnosis; what stood before is kept, and can be put back."""
    require_role(request.person, *MAY_CHANGE)
    wanted = body.over(diagnosis_named(request.tenant, code).diagnosis)
    actions.change_diagnosis(diagnosis=wanted, note=body.note, by=request.person)
    return DiagnosisOut.of(diagnosis_view(request.tenant, code).line)


@router.post("/diagnoses/{code}/trial", response=ReasonsOut)
def try_diagnosis(request: PersonRequest, code: str, body: TrialIn) -> ReasonsOut:
    """Return the reasons of a cell as they would be with a diagnosis changed; nothing is kept."""
    require_role(request.person, *MAY_CHANGE)
    cell = {"metric", "period", "unit", "person"}
    given = body.model_dump(exclude_none=True, include=cell)
    changed = DiagnosisIn(**body.model_dump(exclude=cell))
    wanted = changed.over(diagnosis_named(request.tenant, code).diagnosis)
    choice = cell_choice(request, {name: str(value) for name, value in given.items()})
    return ReasonsOut.of(reasons_of(choice, trial=wanted))


@router.post("/diagnoses/{code}/restore", response=DiagnosisOut)
def restore_diagnosis(request: PersonRequest, code: str) -> DiagnosisOut:
    """Put back what the product came with."""
    actions.restore_diagnosis(code=code, by=request.person)
    return DiagnosisOut.of(diagnosis_view(request.tenant, code).line)
