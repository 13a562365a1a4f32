"""The reasons as a workbook: each with how often managers said that it was right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.base.spreadsheet import Value, workbook
from bihuan.goals.forms.diagnoses import PROBE_LABELS
from bihuan.goals.queries.reasons import DiagnosisLine


def reason_book(lines: Iterable[DiagnosisLine]) -> bytes:
    """Return all reasons with their precision, one to a row."""
    header = [
        _("Reason tag"),
        _("Code"),
        _("Looks for"),
        _("Confirmed"),
        _("Corrected"),
        _("Missed"),
        _("Stood first"),
        _("Precision"),
        _("Interval from"),
        _("Interval to"),
        _("Weight"),
        _("Is on"),
    ]
    return workbook(_("Reasons"), header, map(_row, lines))


def _row(line: DiagnosisLine) -> list[Value]:
    return list(_values(line))


def _values(line: DiagnosisLine) -> Iterator[Value]:
    judged, interval = line.judged, line.judged.interval
    yield line.diagnosis.name(get_language() or "zh-hans")
    yield line.diagnosis.code
    yield str(PROBE_LABELS[line.diagnosis.probe.value])
    yield from (judged.confirmed, judged.corrected, judged.missed, judged.first)
    yield judged.precision
    yield from interval if interval is not None else (None, None)
    yield line.weight
    yield _("Yes") if line.diagnosis.is_on else _("No")
