"""Diagnosis: one reason that a low cell can have, as data.

It names its tag, the probe that looks for it with its parameters, and the metrics
that it can explain: single ones by key, or a whole group as ``@signing``. The metric
that a probe looks at is never explained by itself.

>>> visits = read_diagnosis({
...     "code": "visits_low", "name_zh": "客户拜访频次不足", "name_en": "Too few visits",
...     "about_zh": "…", "about_en": "…", "probe": "below_baseline", "explains": ["@signing"],
...     "parameters": {"metric": "visits", "periods": "8", "begins": "0.2", "full": "0.6"}})
>>> visits.does_explain("signed_amount", "signing"), visits.does_explain("visits", "signing")
(True, False)
>>> visits.does_explain("net_sales", "orders")
False
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.goals.domain.reason.probe import OF_PEOPLE, Parameters, Probe, read_parameters
from bihuan.kernel.errors import Invalid, gettext_noop

CODE = re.compile(r"^[a-z][a-z0-9_]{1,39}$")
PRIOR = Decimal("0.60")
NAME_LENGTH, ABOUT_LENGTH = 40, 400


class DiagnosisUnreadable(Invalid):
    code = "goals.diagnosis_unreadable"
    says = gettext_noop("The diagnosis cannot be read: look at “%(place)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A reason: its tag, how it is looked for, and what it explains."""

    code: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    probe: Probe
    parameters: Parameters
    explains: tuple[str, ...]
    prior: Decimal = PRIOR
    """How often it is taken to be right before anybody has said so."""
    is_on: bool = True

    def name(self, language: str) -> str:
        return self.name_zh if language.startswith("zh") else self.name_en

    def about(self, language: str) -> str:
        return self.about_zh if language.startswith("zh") else self.about_en

    def does_explain(self, metric: str, group: str) -> bool:
        """Tell whether it can be a reason of a metric of a group."""
        looked_at = self.parameters.words.get("metric")
        is_itself = self.probe is Probe.BELOW_BASELINE and looked_at == metric
        return not is_itself and bool({metric, f"@{group}"} & set(self.explains))

    @property
    def is_of_people(self) -> bool:
        return self.probe in OF_PEOPLE


def read_diagnosis(raw: Mapping[str, object]) -> Diagnosis:
    """Return the diagnosis that plain data spells, or refuse it."""
    parameters = raw.get("parameters")
    if not isinstance(parameters, Mapping):
        raise DiagnosisUnreadable(place="parameters")
    probe = _probe(raw.get("probe"))
    return Diagnosis(
        code=_code(raw.get("code")),
        name_zh=_text(raw, "name_zh", NAME_LENGTH),
        name_en=_text(raw, "name_en", NAME_LENGTH),
        about_zh=_text(raw, "about_zh", ABOUT_LENGTH),
        about_en=_text(raw, "about_en", ABOUT_LENGTH),
        probe=probe,
        parameters=read_parameters(probe, {str(k): v for k, v in parameters.items()}),
        explains=_explains(raw.get("explains")),
        prior=_prior(raw.get("prior")),
        is_on=raw.get("is_on", True) is True,
    )


def plain(diagnosis: Diagnosis) -> dict[str, object]:
    """Return a diagnosis as it is kept: what ``read_diagnosis`` reads."""
    return {
        "code": diagnosis.code,
        "name_zh": diagnosis.name_zh,
        "name_en": diagnosis.name_en,
        "about_zh": diagnosis.about_zh,
        "about_en": diagnosis.about_en,
        "probe": diagnosis.probe.value,
        "parameters": diagnosis.parameters.plain(),
        "explains": list(diagnosis.explains),
        "prior": f"{diagnosis.prior.normalize():f}",
        "is_on": diagnosis.is_on,
    }


def _probe(value: object) -> Probe:
    if value not in [each.value for each in Probe]:
        raise DiagnosisUnreadable(place="probe")
    return Probe(str(value))


def _code(value: object) -> str:
    if not isinstance(value, str) or not CODE.match(value):
        raise DiagnosisUnreadable(place="code")
    return value


def _text(raw: Mapping[str, object], name: str, length: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= length or "\0" in value:
        raise DiagnosisUnreadable(place=name)
    return value.strip()


def _explains(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise DiagnosisUnreadable(place="explains")
    return tuple(dict.fromkeys(str(each) for each in value))


def _prior(value: object) -> Decimal:
    if value is None:
        return PRIOR
    if not re.fullmatch(r"0\.[0-9]{1,4}", str(value)):
        raise DiagnosisUnreadable(place="prior")
    return Decimal(str(value))
