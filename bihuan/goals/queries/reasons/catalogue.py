"""The diagnoses of a company: what the product comes with, as the company changed it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bihuan.goals.domain.reason.diagnosis import Diagnosis, read_diagnosis
from bihuan.goals.models import DiagnosisVersion
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.models import Tenant


class DiagnosisMissing(Missing):
    code = "goals.diagnosis_missing"
    says = gettext_noop("There is no reason called “%(code)s”.")


@dataclass(frozen=True, slots=True)
class InForce:
    """A diagnosis as it is in force, and the company's own version of it, if there is one."""

    diagnosis: Diagnosis
    version: DiagnosisVersion | None
    is_built_in: bool

    @property
    def number(self) -> int:
        """Return the number of the version, 0 for what the product came with."""
        return self.version.number if self.version is not None else 0


@cache
def built_in() -> dict[str, Diagnosis]:
    """Return the diagnoses that come with the product, in the order of the file."""
    text = resources.files("bihuan.goals").joinpath("diagnoses.yaml").read_text(encoding="utf-8")
    return {each.code: each for each in map(read_diagnosis, yaml.safe_load(text))}


def diagnoses_of(tenant: Tenant) -> list[InForce]:
    """Return every diagnosis of a company, in the order of the file, its own ones last."""
    live = DiagnosisVersion.objects.of(tenant.pk).live().select_related("made_by")
    own = {version.code: version for version in live}
    found = []
    for code, diagnosis in built_in().items():
        version = own.pop(code, None)
        found.append(InForce(version.read if version else diagnosis, version, is_built_in=True))
    return [*found, *(InForce(each.read, each, is_built_in=False) for each in own.values())]


def diagnosis_named(tenant: Tenant, code: str) -> InForce:
    """Return a diagnosis by its code."""
    found = next((each for each in diagnoses_of(tenant) if each.diagnosis.code == code), None)
    if found is None:
        raise DiagnosisMissing(code=code[:60])
    return found


def versions_of(tenant: Tenant, code: str) -> list[DiagnosisVersion]:
    """Return what a company ever had of a diagnosis, the latest first."""
    found = DiagnosisVersion.objects.of(tenant.pk).filter(code=code)
    return list(found.select_related("made_by", "ended_by"))
