"""Changing what the product looks for when a cell is low, without a line of code."""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.access import kinds_of
from bihuan.goals.domain.reason.diagnosis import Diagnosis, plain, read_diagnosis
from bihuan.goals.domain.reason.probe import PARAMETERS as WANTED
from bihuan.goals.domain.reason.probe import Parameter, Sort
from bihuan.goals.models import DiagnosisVersion
from bihuan.goals.queries.reasons import diagnoses_of, diagnosis_named
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import catalogue_of
from bihuan.metrics.queries.catalogue import GROUP_LABELS
from bihuan.org.access import require_role
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant

MAY_CHANGE = (Role.ADMIN, Role.QUALITY_OFFICER)
NOTE_LENGTH = 300


class DiagnosisSame(Conflict):
    code = "goals.diagnosis_same"
    says = gettext_noop("Nothing was changed: this is what stands already.")


class DiagnosisTaken(Conflict):
    code = "goals.diagnosis_taken"
    says = gettext_noop("There is a reason with the code “%(code)s” already.")


class DiagnosisNotOurs(Conflict):
    code = "goals.diagnosis_not_ours"
    says = gettext_noop("This reason is the company's own: there is nothing to put back.")


class DiagnosisNames(Invalid):
    code = "goals.diagnosis_names"
    says = gettext_noop("“%(name)s” is not known here.")


@transaction.atomic
def change_diagnosis(*, diagnosis: Diagnosis, note: str = "", by: Person) -> DiagnosisVersion:
    """Put a diagnosis in the place of the one of its code; what stood before is kept."""
    require_role(by, *MAY_CHANGE)
    _lock(by.tenant)
    before = diagnosis_named(by.tenant, diagnosis.code)
    if plain(before.diagnosis) == plain(diagnosis):
        raise DiagnosisSame()
    return _put(diagnosis, note, by)


@transaction.atomic
def add_diagnosis(*, diagnosis: Diagnosis, note: str = "", by: Person) -> DiagnosisVersion:
    """Add a reason of the company's own."""
    require_role(by, *MAY_CHANGE)
    _lock(by.tenant)
    if diagnosis.code in {each.diagnosis.code for each in diagnoses_of(by.tenant)}:
        raise DiagnosisTaken(code=diagnosis.code)
    return _put(diagnosis, note, by)


@transaction.atomic
def restore_diagnosis(*, code: str, by: Person) -> None:
    """Put back what the product came with; what the company had is kept."""
    require_role(by, *MAY_CHANGE)
    _lock(by.tenant)
    found = diagnosis_named(by.tenant, code)
    if not found.is_built_in:
        raise DiagnosisNotOurs()
    if found.version is None:
        raise DiagnosisSame()
    _end(by.tenant, code, by)
    journal.record(by, "diagnosis.restored", found.version, code=code)


def _put(diagnosis: Diagnosis, note: str, by: Person) -> DiagnosisVersion:
    checked = read_diagnosis(plain(diagnosis))
    _check_names(checked, by.tenant)
    _end(by.tenant, checked.code, by)
    had = DiagnosisVersion.objects.of(by.tenant_id).filter(code=checked.code).first()
    made = DiagnosisVersion.objects.create(
        tenant=by.tenant,
        code=checked.code,
        number=(had.number if had is not None else 0) + 1,
        content=plain(checked),
        note=note.strip()[:NOTE_LENGTH],
        made_by=by,
        made_at=clock.now(),
    )
    journal.record(by, "diagnosis.changed", made, code=made.code, number=made.number)
    return made


def _end(tenant: Tenant, code: str, by: Person) -> None:
    live = DiagnosisVersion.objects.of(tenant.pk).live().filter(code=code)
    live.update(ended_by=by, ended_at=clock.now())


def _lock(tenant: Tenant) -> None:
    """Let two who change the same reason come one after the other."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def _check_names(diagnosis: Diagnosis, tenant: Tenant) -> None:
    """Refuse a diagnosis that names metrics, kinds, groups or dimensions that are not there."""
    metrics = set(catalogue_of(tenant).versions)
    groups = {f"@{name}" for name in GROUP_LABELS}
    for name in diagnosis.explains:
        if name not in metrics | groups:
            raise DiagnosisNames(name=name[:60])
    known = {
        Sort.METRIC: metrics,
        Sort.KIND: set(kinds_of(tenant)),
        Sort.DIMENSION: set(DIMENSIONS),
    }
    for parameter in WANTED[diagnosis.probe]:
        _check_name(parameter, diagnosis, known.get(parameter.sort))


def _check_name(parameter: Parameter, diagnosis: Diagnosis, known: set[str] | None) -> None:
    name = diagnosis.parameters.words.get(parameter.name, "")
    if known is not None and name not in known:
        raise DiagnosisNames(name=name[:60])
