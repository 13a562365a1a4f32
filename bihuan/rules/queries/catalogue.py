"""The rules of a company: what the product comes with, as the company changed and added to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import yaml

from bihuan.org.models import Tenant
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.domain.version import (
    BUILT_IN,
    Dated,
    RuleUnknown,
    VersionMissing,
    in_order,
    number_on,
)
from bihuan.rules.models import RuleVersion


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule in the wording that is in force on some day."""

    key: str
    number: int
    definition: RuleDefinition
    version: RuleVersion | None = None
    """The company's own row; nothing for what the product came with."""


@cache
def built_in() -> dict[str, RuleDefinition]:
    """Return the rules that come with the product, in the order of the file."""
    text = resources.files("bihuan.rules").joinpath("built_in.yaml").read_text(encoding="utf-8")
    found = {}
    for raw in yaml.safe_load(text):
        key = raw.pop("key")
        found[key] = read_definition(raw)
    return found


def rules_on(tenant: Tenant, on: date) -> list[InForce]:
    """Return every rule that is in force on a day, also one that is switched off."""
    versions: dict[str, dict[int, RuleVersion]] = defaultdict(dict)
    for version in RuleVersion.objects.of(tenant.pk).in_force().select_related("made_by"):
        versions[version.key][version.number] = version
    found = []
    for key in [*built_in(), *(key for key in versions if key not in built_in())]:
        number = _number_on(key, versions.get(key, {}), on)
        if number is not None:
            own = versions.get(key, {}).get(number)
            found.append(InForce(key, number, own.read if own else built_in()[key], own))
    return found


def _number_on(key: str, versions: dict[int, RuleVersion], on: date) -> int | None:
    dated = [Dated(n, each.valid_from) for n, each in versions.items() if each.valid_from]
    return number_on(in_order(dated, has_own=key in built_in()), on)


def rule_on(tenant: Tenant, key: str, on: date) -> InForce:
    """Return a rule as it is in force on a day."""
    found = next((each for each in rules_on(tenant, on) if each.key == key), None)
    if found is None:
        raise RuleUnknown(key=key[:60])
    return found


def is_known(tenant: Tenant, key: str) -> bool:
    """Return whether there is a rule of a key, be it only a draft."""
    return key in built_in() or RuleVersion.objects.of(tenant.pk).filter(key=key).exists()


def version_of(tenant: Tenant, key: str, number: int) -> InForce:
    """Return one version of a rule, in force or not."""
    if number == BUILT_IN and key in built_in():
        return InForce(key, BUILT_IN, built_in()[key])
    found = RuleVersion.objects.of(tenant.pk).filter(key=key, number=number)
    version = found.select_related("made_by", "decided_by", "tenant").first()
    if version is None:
        raise VersionMissing(key=key[:60], number=number)
    return InForce(key, number, version.read, version)


def own_version(tenant: Tenant, key: str, number: int) -> RuleVersion:
    """Return a version that the company wrote itself."""
    found = version_of(tenant, key, number).version
    if found is None:
        raise VersionMissing(key=key[:60], number=number)
    return found


def versions_of(tenant: Tenant, key: str) -> list[RuleVersion]:
    """Return a company's own versions of a rule, the latest first."""
    found = RuleVersion.objects.of(tenant.pk).filter(key=key).order_by("-number")
    return list(found.select_related("made_by", "decided_by"))
