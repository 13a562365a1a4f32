"""What the mapping page shows: how each column is read, and the first rows as they will land."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import get_language, gettext, gettext_lazy

from bihuan.base.refusals import said
from bihuan.facts.access import kinds_brought
from bihuan.facts.domain.attribute import Attribute
from bihuan.facts.domain.kind import Kind
from bihuan.integrations.domain.column import FIELDS, Choice, choices_of, is_plain, with_choices
from bihuan.integrations.domain.day import DateOrder
from bihuan.integrations.domain.landing import FactDraft, Landing, preview
from bihuan.integrations.domain.mapping import Mapping, dump_mapping, load_mapping
from bihuan.integrations.domain.mapping.expression import OnMissing
from bihuan.integrations.domain.profile import ColumnProfile
from bihuan.integrations.domain.table import Table
from bihuan.integrations.models import Import
from bihuan.integrations.queries.showing import Remark, known_of
from bihuan.integrations.reader import read_path
from bihuan.integrations.reader.guess import profile
from bihuan.integrations.reader.propose import propose_mapping
from bihuan.kernel.errors import Problem
from bihuan.org.models import Tenant

FIRST_ROWS = 12
MISSING_LABELS = {
    OnMissing.ERROR: gettext_lazy("an empty cell is a problem"),
    OnMissing.LEAVE_EMPTY: gettext_lazy("leave it empty"),
    OnMissing.SKIP_ROW: gettext_lazy("leave the row out, and say so"),
    OnMissing.HOLD: gettext_lazy("hold the fact back, and say so"),
}
ORDER_LABELS = {
    DateOrder.YMD: gettext_lazy("year month day"),
    DateOrder.DMY: gettext_lazy("day month year"),
    DateOrder.MDY: gettext_lazy("month day year"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose in a select."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column on the page: what it holds, and what it is for."""

    name: str
    kind: str
    samples: str
    is_ambiguous: bool
    is_day: bool
    field: str
    fields: Sequence[Option]
    orders: Sequence[Option]
    missing: Sequence[Option]
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file on the page: how it was read."""

    name: str
    sheet: str
    encoding: str
    certainty: str
    delimiter: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedRow:
    """One of the first rows: where it stands, and the facts it becomes."""

    line: int | None
    facts: Sequence[str]
    problems: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """The whole of the mapping page."""

    text: str
    mapping: Mapping | None
    files: Sequence[FileLine] = ()
    columns: Sequence[ColumnLine] = ()
    kinds: Sequence[Option] = ()
    rows: Sequence[LandedRow] = ()
    problems: Sequence[Remark] = ()
    problem_count: int = 0
    notes: Sequence[str] = ()

    @property
    def may_run(self) -> bool:
        """Return whether everything was read and nothing is wrong."""
        return self.mapping is not None and not self.problem_count


def editor_of(import_: Import) -> Editor:
    """Return how the files of an import are read with its mapping, or with a guessed one."""
    given = load_mapping(import_.mapping) if import_.mapping else None
    read = read_path(import_.folder, given.wanted() if given else None)
    if read.problems or not read.tables:
        return Editor(
            text=import_.mapping,
            mapping=given,
            problems=[_remark(each) for each in read.problems],
            problem_count=len(read.problems),
        )
    mapping = given or propose_mapping(read.tables, currency=import_.tenant.currency)
    return _editor(import_.tenant, mapping, read.tables)


def _editor(tenant: Tenant, mapping: Mapping, tables: Sequence[Table]) -> Editor:
    shown = preview(mapping, tables, known_of(tenant), limit=FIRST_ROWS)
    landing: Landing = shown.landing
    return Editor(
        text=dump_mapping(mapping),
        mapping=mapping,
        files=[_file_line(table) for table in tables],
        columns=_column_lines(mapping, tables[0], kinds_brought(tenant))
        if is_plain(mapping)
        else (),
        kinds=_kind_options(tenant, mapping),
        rows=[
            LandedRow(
                line=row.origin.line,
                facts=[_in_words(fact) for fact in row.facts],
                problems=[said(each).message for each in row.problems],
            )
            for row in shown.rows
        ],
        problems=[_remark(each) for each in landing.problems[:FIRST_ROWS]],
        problem_count=landing.problem_count,
        notes=[gettext(note.says) % note.params for note in landing.notes],
    )


def _file_line(table: Table) -> FileLine:
    return FileLine(
        name=table.file,
        sheet=table.sheet,
        encoding=table.encoding,
        certainty=table.certainty.value,
        delimiter=table.delimiter.replace("\t", "Tab"),
        rows=len(table.rows),
    )


def _kind_options(tenant: Tenant, mapping: Mapping) -> list[Option]:
    chosen = mapping.facts[0].kind if mapping.facts else ""
    return [
        Option(kind.code, _kind_label(kind), kind.code == chosen)
        for kind in kinds_brought(tenant).values()
    ]


def _kind_label(kind: Kind) -> str:
    return _in_language(kind.label_zh, kind.label_en)


def _in_language(chinese: str, english: str) -> str:
    return chinese if (get_language() or "zh").startswith("zh") else english


def _column_lines(mapping: Mapping, table: Table, kinds: Dict[str, Kind]) -> list[ColumnLine]:
    chosen = choices_of(mapping)
    kind = kinds.get(mapping.facts[0].kind)
    attributes = kind.attributes if kind else ()
    return [_column_line(each, chosen.get(each.column), attributes) for each in profile(table)]


def _column_line(
    read: ColumnProfile, choice: Choice | None, attributes: Iterable[Attribute]
) -> ColumnLine:
    fields = [*((name, gettext(label)) for name, label in FIELDS.items())]
    fields += [(a.name, _in_language(a.label_zh, a.label_en)) for a in attributes]
    chosen = choice.field if choice else ""
    order = (choice.date_order if choice else None) or read.date_order
    missing = (choice.on_missing if choice else None) or ""
    values = choice.values if choice else {}
    return ColumnLine(
        name=read.column,
        kind=read.type.value,
        samples=" · ".join(read.samples[:3]),
        is_ambiguous=read.is_ambiguous and not (choice and choice.date_order),
        is_day=read.type.value in ("day", "instant"),
        field=chosen,
        fields=[Option(name, label, name == chosen) for name, label in fields],
        orders=[Option(o.value, str(label), o == order) for o, label in ORDER_LABELS.items()],
        missing=[Option(m.value, str(text), m == missing) for m, text in MISSING_LABELS.items()],
        values="; ".join(f"{was}={is_}" for was, is_ in values.items()),
    )


def _in_words(fact: FactDraft) -> str:
    """Return a fact as it will land, in one line."""
    named = (fact.person, fact.account, fact.product)
    amount = "" if fact.amount is None else f"{fact.amount:,.2f}"
    parts = [fact.kind, fact.business_on.isoformat(), *named, amount]
    return " · ".join(part for part in parts if part)


def _remark(problem: Problem) -> Remark:
    return Remark(
        sentence=gettext(problem.says) % problem.params,
        hint=gettext(problem.hint) % problem.params if problem.hint else "",
        file=problem.file,
        sheet=problem.sheet,
        row=problem.row,
        column=problem.column,
        value=problem.value,
    )


def mapping_from(editor: Editor, sent: QueryDict) -> str:
    """Return the mapping a form sends, as text: the text itself, or the table of choices."""
    if "mapping" in sent or editor.mapping is None or not editor.columns:
        return sent.get("mapping", "")
    choices = {
        line.name: _choice(sent, number)
        for number, line in enumerate(editor.columns)
        if sent.get(f"field-{number}")
    }
    kind = sent.get("kind", "")
    return dump_mapping(with_choices(editor.mapping, kind=kind, choices=choices))


def _choice(sent: QueryDict, number: int) -> Choice:
    order, missing = sent.get(f"order-{number}", ""), sent.get(f"missing-{number}", "")
    pairs = [pair.partition("=") for pair in sent.get(f"values-{number}", "").split(";")]
    return Choice(
        field=sent.get(f"field-{number}", ""),
        date_order=DateOrder(order) if order in set(DateOrder) else None,
        on_missing=OnMissing(missing) if missing in set(OnMissing) else None,
        values={was.strip(): is_.strip() for was, mark, is_ in pairs if mark and was.strip()},
    )
