"""How broken files are made, and the mappings that go with them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

PEOPLE = (("E1", "林晓"), ("E2", "王磊"), ("E3", "张伟"), ("E4", "张伟"))
CURRENCY = "CNY"

ORDERS = """
source: orders
files:
  orders: {path: "*"}
facts:
  - file: orders
    kind: order.placed
    key: 订单号
    business_on: 下单日期
    person: 业务员
    account: 客户
    product: 产品
    amount: 金额
    attributes: {category: 类别}
"""
HEADER = ("订单号", "下单日期", "业务员", "客户", "产品", "金额", "类别")
GOOD = ("A-1", "2024-03-01", "林晓", "华康医院", "监护仪", "1200.50", "新购")
SECOND = ("A-2", "2024-03-25", "王磊", "仁和诊所", "耗材包", "300", "续购")

Maker = Callable[[Path], Path]
Row = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenFile:
    """A file that must be refused: how it is made, and what must be said about it."""

    name: str
    make: Maker
    code: str
    mapping: str | None = None
    row: int | None = None
    column: str = ""

    @property
    def mapping_text(self) -> str:
        return ORDERS if self.mapping is None else self.mapping


def text_of(rows: Sequence[Row], delimiter: str = ",") -> str:
    return "".join(delimiter.join(str(cell) for cell in row) + "\n" for row in rows)


def raw(name: str, content: bytes) -> Maker:
    """Return a maker of a file with these very bytes."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def text(content: str, *, name: str = "orders.csv", encoding: str = "utf-8") -> Maker:
    return raw(name, content.encode(encoding))


def rows(*lines: Row, encoding: str = "utf-8") -> Maker:
    """Return a maker of an order list with the usual header over these rows."""
    return text(text_of([HEADER, *lines]), encoding=encoding)


def with_cell(column: str, value: object) -> Row:
    """Return a second row of which one cell is another."""
    return [value if name == column else cell for name, cell in zip(HEADER, SECOND, strict=True)]


def one_cell(column: str, value: object) -> Maker:
    return rows(GOOD, with_cell(column, value))


def workbook(*sheets: tuple[str, Sequence[Row]], name: str = "orders.xlsx") -> Maker:
    """Return a maker of a workbook with these sheets."""
    return raw(name, workbook_bytes(*sheets))


def workbook_bytes(*sheets: tuple[str, Sequence[Row]], merge: str = "") -> bytes:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
        if merge:
            sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain_workbook() -> bytes:
    return workbook_bytes(("订单", [HEADER, GOOD, SECOND]))


def rezipped(
    content: bytes,
    *,
    changed: dict[str, bytes] | None = None,
    added: dict[str, bytes] | None = None,
) -> bytes:
    """Return a workbook of which some parts are others, or with parts beside its own."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, (changed or {}).get(entry.filename, old.read(entry)))
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_part() -> bytes:
    with zipfile.ZipFile(io.BytesIO(plain_workbook())) as archive:
        return archive.read(SHEET)


def zip_bomb() -> bytes:
    """Return a workbook that is small here and 150 MB when it is unpacked."""
    padding = b"<!--" + b" " * 150_000_000 + b"-->"
    return rezipped(plain_workbook(), changed={SHEET: sheet_part() + padding})


def lying_bomb() -> bytes:
    """Return a zip bomb whose directory says that its parts are small."""
    content = bytearray(rezipped(plain_workbook(), changed={SHEET: b" " * 30_000_000}))
    true_size = (30_000_000).to_bytes(4, "little")
    return bytes(content.replace(true_size, (3_000).to_bytes(4, "little")))


def entity_workbook() -> bytes:
    attack = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    _, _, rest = sheet_part().partition(b"?>")
    body = rest if rest.startswith(b"<") else sheet_part()
    return rezipped(plain_workbook(), changed={SHEET: attack + body})


def sparse_workbook() -> bytes:
    """Return a workbook whose one far cell makes a dense table of 17 billion cells."""
    part = sheet_part()
    far = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
    return rezipped(plain_workbook(), changed={SHEET: part.replace(b"</sheetData>", far)})


def error_workbook() -> bytes:
    part = sheet_part()
    start = part.index(b'<c r="F3"')
    end = part.index(b"</c>", start) + 4
    changed = part[:start] + b'<c r="F3" t="e"><v>#REF!</v></c>' + part[end:]
    return rezipped(plain_workbook(), changed={SHEET: changed})


def ole(name: str) -> Maker:
    return raw(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)


def as_latin(content: str, *, encoding: str) -> Maker:
    """Return a maker of a file whose Chinese was once read as Latin letters and saved so."""
    return raw("orders.csv", content.encode(encoding).decode("latin-1").encode())


def sparse(size: int) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / "orders.csv"
        with path.open("wb") as stream:
            stream.write(b"a,b\n")
            stream.truncate(size)
        return path

    return make


def many_rows(count: int) -> Maker:
    return raw("orders.csv", b"a,b\n" + b"1,2\n" * count)


def packed_bomb() -> bytes:
    return gzip.compress(b"0" * 60_000_000)


def made(name: str, content: Callable[[], bytes]) -> Maker:
    """Return a maker of a file whose bytes are made only when it is asked for."""
    return lambda folder: raw(name, content())(folder)


def folder_of(**files: str) -> Maker:
    def make(folder: Path) -> Path:
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        return folder

    return make


ZIPPED_TEXT = zipped(orders=b"1,2")
ZIPPED_DOCUMENT = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
GOOD_TEXT = text_of([HEADER, GOOD, SECOND])
MIXED = text_of([HEADER, GOOD]).encode() + text_of([SECOND]).encode("gb18030")
WIDE = [f"c{n}" for n in range(600)]
JUNK = [f"列{n}" for n in range(100)]
TWO_SHEETS = [("一月", [HEADER, GOOD]), ("二月", [HEADER, SECOND])]


def changed_mapping(old: str, new: str) -> str:
    assert old in ORDERS, old
    return ORDERS.replace(old, new)


WITH_PRODUCTS = """
source: orders
files:
  orders: {path: orders.csv, lookups: {row: {file: products, by: 产品}}}
  products: {path: products.csv, key: 产品}
members:
  - {dimension: product, file: products, code: 产品}
facts:
  - file: orders
    kind: order.placed
    key: 订单号
    business_on: 下单日期
    person: 业务员
    product: 产品
    amount: 金额
"""
WITH_CURRENCY = changed_mapping("    attributes: {category: 类别}\n", "    currency: 类别\n")
PRODUCTS = "产品,系列\n监护仪,设备\n"
STAFF = """
source: staff
files: {staff: {path: "*"}}
people:
  - file: staff
    code: 工号
    name: 姓名
    seats: [{unit: 部门, role: 角色, from: 入职, until: 离职}]
units:
  - {file: staff, code: 部门, parent: 上级}
"""
STAFF_HEADER = "工号,姓名,部门,上级,角色,入职,离职\n"
QUOTAS = """
source: quotas
files: {quotas: {path: "*"}}
quotas:
  - {file: quotas, metric: net_sales, person: 业务员, period: 月份, amount: 目标}
"""
DATED_QUOTAS = """
source: quotas
files: {quotas: {path: "*"}}
quotas:
  - {file: quotas, metric: net_sales, person: 业务员, start: 开始, end: next, amount: 目标}
"""


def case(
    name: str,
    code: str,
    make: Maker,
    *,
    mapping: str | None = None,
    at: tuple[int | None, str] = (None, ""),
) -> BrokenFile:
    return BrokenFile(name=name, make=make, code=code, mapping=mapping, row=at[0], column=at[1])
