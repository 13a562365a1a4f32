"""Contact: somebody at a customer, and how a sheet of them is read.

A column is known by its name, in Chinese or English:

>>> columns_of(["客户编码", "姓名", "手机", "Mail address", "生日"])
{'account': 0, 'name': 1, 'mobile': 2, 'mail': 3}

Each row becomes a line; an empty cell says nothing about its field:

>>> [line] = lines_of([["客户编码", "姓名", "手机"], ["A-1", "李雷", ""], ["", "", ""]])
>>> line.row, line.account, line.given
(2, 'A-1', {<Field.NAME: 'name'>: '李雷'})

Somebody without a name, or a sheet without one of the two columns, is refused:

>>> lines_of([["姓名"], ["李雷"]])
Traceback (most recent call last):
    ...
bihuan.customers.domain.contact.ColumnMissing: The sheet has no column “客户编码 / Code”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.privacy.domain.field import Field

ACCOUNT = "account"
COLUMNS: Mapping[str, tuple[str, str]] = {
    ACCOUNT: ("客户编码", "Code"),
    Field.NAME: ("姓名", "Name"),
    Field.TITLE: ("职位", "Position"),
    Field.MOBILE: ("手机", "Mobile"),
    Field.PHONE: ("电话", "Phone"),
    Field.MAIL: ("邮箱", "Mail address"),
    Field.WECHAT: ("微信", "WeChat"),
    Field.NOTES: ("备注", "Notes"),
}
NEEDED = (ACCOUNT, Field.NAME)


class ColumnMissing(Invalid):
    code = "customers.column_missing"
    says = gettext_noop("The sheet has no column “%(column)s”.")


class ContactNameless(Invalid):
    code = "customers.contact_nameless"
    says = gettext_noop("A contact needs a name.")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet, as it is counted there."""

    row: int
    account: str
    given: Mapping[Field, str]


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return where each known column stands."""
    names = [cell.strip().lower() for cell in header]
    return {
        str(column): names.index(name.lower())
        for column, spellings in COLUMNS.items()
        for name in spellings
        if name.lower() in names
    }


def lines_of(rows: Sequence[Sequence[str]]) -> list[Line]:
    """Return the lines of a sheet whose first row names its columns."""
    places = columns_of(rows[0] if rows else ())
    for needed in NEEDED:
        if needed not in places:
            raise ColumnMissing(column=" / ".join(COLUMNS[needed]))
    return list(_lines(rows, places))


def _lines(rows: Sequence[Sequence[str]], places: Mapping[str, int]) -> Iterator[Line]:
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: row[at].strip() for name, at in places.items() if at < len(row)}
        if not any(cells.values()):
            continue
        given = {Field(name): text for name, text in cells.items() if name != ACCOUNT and text}
        yield Line(number, cells.get(ACCOUNT, ""), given)
