"""People whose values are sown everywhere, and a search for them by plain means.

Every value of theirs is of a shape that nothing else has, so one expression finds any of
them, however it is spelled; what is looked for is written here and not taken from the product.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bihuan.ai.actions import summarise
from bihuan.base import clock, journal
from bihuan.base.home import home, subfolder
from bihuan.base.jobs import later
from bihuan.base.jobs.progress import Running
from bihuan.base.spreadsheet import workbook
from bihuan.customers.actions import add_contact, record_conversation
from bihuan.customers.domain.conversation import Channel, Held
from bihuan.customers.models import Recording, Sound
from bihuan.customers.queries import source_texts
from bihuan.facts.models import Batch, Member, Source, SourceRow
from bihuan.inbox import actions as inbox
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import plain
from bihuan.integrations.models import ChatAddress
from bihuan.org.access import scope_of
from bihuan.org.actions import deactivate_person, robot_of
from bihuan.org.models import Person, Tenant
from bihuan.privacy.actions import note_consent, set_own_fields, subject_for
from bihuan.privacy.domain.consent import Channel as ConsentChannel
from bihuan.privacy.domain.consent import Use
from bihuan.privacy.domain.field import Field
from bihuan.privacy.models import Subject
from tests.make import make_admin, make_fact, make_login, make_member, make_person, make_tenant

FIRST = "璟璇琛珞玥琮瑄珩瑜琪翊翀翎翃羿旻昱晗曦昶"
SECOND = "锴铮钰钦铄镕鋆釜鉴钧霖霏霁霆露雯雪震雷霜"
SHAPES = re.compile(
    rf"甄[{FIRST}][{SECOND}]"
    r"|139[ -]?000[ -]?\d[ -]?\d{4}|139[ -]?0000[ -]?\d{4}"
    r"|zhen\.\d{4}@sown\.example|wx-zhen-\d{4}|32050219900307\d{4}|旺墩路\d{4}号|user\.zhen\d{4}",
    re.IGNORECASE,
)
KEPT = "未删除的钱多多 13700137000"
"""Of somebody who stays: it must be there afterwards as it was before."""


@dataclass
class Sown:
    tenant: Tenant
    asker: Person
    decider: Person
    keeper: Person
    subjects: list[Subject] = field(default_factory=list)


def name_of(number: int) -> str:
    return f"甄{FIRST[number // len(SECOND)]}{SECOND[number % len(SECOND)]}"


def values_of(number: int) -> dict[Field, str]:
    return {
        Field.NAME: name_of(number),
        Field.MOBILE: f"1390000{number:04d}",
        Field.MAIL: f"zhen.{number:04d}@sown.example",
        Field.WECHAT: f"wx-zhen-{number:04d}",
    }


def said_of(number: int) -> str:
    """Return what somebody might write about a person, with every value, in many spellings."""
    values = values_of(number)
    mobile = values[Field.MOBILE]
    return (
        f"{values[Field.NAME]}，手机 {mobile[:3]}-{mobile[3:7]}-{mobile[7:]}（+86 {mobile}），"
        f"邮箱 {values[Field.MAIL].upper()}，微信{values[Field.WECHAT]}。下周回访。"
    )


def sow(count: int) -> Sown:
    """Make so many people and contacts, half and half, and write of them everywhere."""
    tenant = make_tenant()
    sown = Sown(tenant, make_admin(), make_admin("second"), make_person("钱多多"))
    account = make_member("A", tenant=tenant)
    make_fact(sown.keeper, on=clock.today(tenant.time_zone), account_id=account.pk)
    for number in range(count):
        subject = _colleague(sown, number) if number % 2 else _contact(sown, account, number)
        sown.subjects.append(subject)
        _write_of(sown, account, number)
    given = {Field.NAME: "钱多多的客户", Field.MOBILE: "13700137000"}
    add_contact(account=account, given=given, by=sown.keeper)
    held = Held(happened_at=clock.now() - timedelta(days=2), channel=Channel.CALL, text=f"{KEPT}。")
    record_conversation(account=account, held=held, by=sown.keeper)
    return sown


def _contact(sown: Sown, account: Member, number: int) -> Subject:
    made = add_contact(account=account, given=values_of(number), despite_known=True, by=sown.keeper)
    return made.subject


def _colleague(sown: Sown, number: int) -> Subject:
    values = values_of(number)
    person = make_person(values.pop(Field.NAME), tenant=sown.tenant)
    if number % 4 == 1:  # Of the others, the staff number says who it is.
        person.code = f"E{number:04d}"
        person.save(update_fields=["code"])
    login = make_login(person, f"user.zhen{number:04d}")
    login.email, login.last_name = values[Field.MAIL], name_of(number)
    login.save()
    subject = subject_for(person)
    note_consent(
        subject=subject,
        use=Use.SENSITIVE,
        text_version="1",
        channel=ConsentChannel.PAPER,
        by=sown.asker,
    )
    own = {
        Field.ID_NUMBER: f"32050219900307{number:04d}",
        Field.ADDRESS: f"苏州市工业园区旺墩路{number:04d}号",
    }
    set_own_fields(person=person, given={**values, **own}, by=person)
    ChatAddress.objects.create(
        person=person, tenant=sown.tenant, tool="wecom", address=values[Field.WECHAT]
    )
    deactivate_person(person=person, on=clock.today(sown.tenant.time_zone), by=sown.asker)
    return subject


def _write_of(sown: Sown, account: Member, number: int) -> None:
    said, name, keeper = said_of(number), name_of(number), sown.keeper
    held = Held(
        happened_at=clock.now() - timedelta(minutes=number + 1), channel=Channel.CALL, text=said
    )
    talk = record_conversation(account=account, held=held, by=keeper)
    recording = Recording.objects.create(
        tenant=sown.tenant,
        account=account,
        by=keeper,
        happened_at=held.happened_at,
        channel=held.channel.value,
        form="mp3",
        size=3,
        kept_at=clock.now(),
        conversation=talk,
    )
    Sound.objects.create(recording=recording, content=b"ID3")
    summarise(source_texts([talk], scope_of(keeper)), tenant=sown.tenant, reader=keeper)
    task = inbox.make_task(
        owner=keeper,
        title=f"联系{name}",
        body=said,
        due_on=clock.today(sown.tenant.time_zone),
        by=keeper,
        key=number,
    )
    inbox.comment(task=task, text=said, by=keeper)
    sheet = workbook("通讯录", ["姓名", "手机"], [(name, values_of(number)[Field.MOBILE])])
    for title, content in (
        (f"{name}.txt", said.encode()),
        ("gb.csv", said.encode("gb18030")),
        ("book.xlsx", sheet),
        (f"{name}的名片.pdf", f"%PDF-1.4 {number}".encode()),
    ):
        inbox.attach(task=task, name=title, content=content, by=keeper)
    inbox.notify(
        draft=NoticeDraft(
            kind="sown", about=About("sown.of", number), sentence=plain(said), link="/inbox/"
        ),
        people=[keeper.pk],
        by=sown.asker,
    )
    journal.record(sown.asker, "sown", keeper, reason=said)
    job_id = later("org.forget_sessions", tenant=sown.tenant.pk, on=said, name=name)
    assert job_id is not None
    Running(job_id=job_id).note(done=1, of=2, words=f"正在处理{name}")
    _import_row(sown, number)
    with (subfolder("logs") / "imports.log").open("a", encoding="utf-8") as log:
        log.write(f"cannot read {said}\n{KEPT}\n")


def _import_row(sown: Sown, number: int) -> None:
    source, _ = Source.objects.get_or_create(
        tenant=sown.tenant, code="sown", defaults={"name": "sown", "kind": "file"}
    )
    batch = Batch.objects.create(
        source=source,
        tenant=sown.tenant,
        label=f"{name_of(number)}.xlsx",
        by=robot_of(sown.tenant),
        began_at=clock.now(),
    )
    SourceRow.objects.create(
        tenant=sown.tenant,
        batch=batch,
        file=f"{name_of(number)}.xlsx",
        line=number,
        content={"联系人": name_of(number), "手机": int(values_of(number)[Field.MOBILE])},
    )


def hits_in_database(url: dict[str, Any]) -> dict[str, int]:
    """Return in how many rows of which tables a value is found, in every schema there is."""
    found: dict[str, int] = {}
    tables = """
        SELECT table_schema, table_name FROM information_schema.tables
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    """
    with psycopg.connect(**url) as server:
        for schema, name in server.execute(tables).fetchall():
            asked = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, name))
            with server.cursor(name="all") as rows:
                count = sum(1 for (text,) in rows.execute(asked) if SHAPES.search(_seen(text)))
            if count:
                found[f"{schema}.{name}"] = count
    return found


def _seen(text: str) -> str:
    """Return a row as text, with what stands in it as bytes decoded."""
    packed = [bytes.fromhex(each) for each in re.findall(r"\\\\?x((?:[0-9a-f]{2}){8,})", text)]
    return text + "".join(t for each in packed for t in _texts_of(each))


def hits_in_files(root: Path) -> list[str]:
    """Return the files of a home in which a value is found; the server's own are left out."""
    kept_out = (root / "postgres" / "data", root / "keys")
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not any(path.is_relative_to(each) for each in kept_out)
        if SHAPES.search(path.name) or any(map(SHAPES.search, _texts_of(path.read_bytes())))
    ]


def _texts_of(content: bytes) -> Iterator[str]:
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as book:
            for name in book.namelist():
                yield name
                yield from _texts_of(book.read(name))
    for encoding in ("utf-8", "gb18030"):
        yield content.decode(encoding, "ignore")


def home_files() -> list[str]:
    return hits_in_files(home())
