"""Tasks in the demo company: some overdue, one escalated, one put off, some done with a result.

Everything is done by the deeds that people do, each at the instant it would have been done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.domain.task import Outcome
from bihuan.inbox.models import Task
from bihuan.org.models import Person, Tenant

LIVED = 14
"""For how many days before today people have worked with tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Those of the demo company who give each other something to do."""

    rep: Person
    leader: Person
    manager: Person
    director: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task: who gives it to whom, how long ago, and due how many days from today."""

    name: str
    title: str
    body: str
    to: Person
    by: Person
    ago: int
    due: int
    checklist: tuple[str, ...] = ()


@transaction.atomic
def plant_tasks(*, tenant: Tenant, cast: Cast, today: date) -> None:
    """Live through two weeks of tasks day by day, as people and the daily job do."""
    planned = _planned(cast)
    tasks: dict[str, Task] = {}
    for back in range(LIVED, 0, -1):
        day = today - timedelta(days=back)
        actions.escalate_due(_at(tenant, day, 8, 30), tenant_id=tenant.pk)
        with clock.pretended(_at(tenant, day, 9)):
            for key, each in enumerate(planned):
                if each.ago == back:
                    tasks[each.name] = _given(each, key, today)
        with clock.pretended(_at(tenant, day, 16)):
            _worked(tasks, cast, back, today)
    actions.record_tasks(clock.now(), tenant_id=tenant.pk)


def _at(tenant: Tenant, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(tenant.time_zone))


def _planned(cast: Cast) -> tuple[Planned, ...]:
    rep, leader, manager, director = cast.rep, cast.leader, cast.manager, cast.director
    return (
        Planned(
            name="visits",
            title="补齐本月 6 家重点客户的拜访",
            body="近两周拜访量偏低，请优先安排已报价未签约的客户。",
            to=rep, by=leader, ago=9, due=-2,
            checklist=("列出已报价未签约的客户", "约好拜访时间", "拜访后当天登记纪要"),
        ),
        Planned(
            name="quote",
            title="跟进两份即将到期的报价",
            body="报价有效期本周截止，确认客户意向，必要时申请延期。",
            to=rep, by=leader, ago=2, due=1,
        ),
        Planned(
            name="training",
            title="完成新品培训并提交小结",
            body="",
            to=rep, by=rep, ago=6, due=-1,
        ),
        Planned(
            name="renewal",
            title="确认 3 家老客户的续约计划",
            body="下季度到期，请了解客户预算和决策人是否有变化。",
            to=rep, by=leader, ago=3, due=5,
        ),
        Planned(
            name="coach",
            title="与拜访量下滑的销售做一次一对一沟通",
            body="了解原因，约定改进动作和时间。",
            to=leader, by=manager, ago=4, due=0,
            checklist=("查看近四周的过程指标", "一对一沟通", "约定改进动作"),
        ),
        Planned(
            name="stock",
            title="核对渠道库存并反馈",
            body="渠道反映部分型号库存偏高，请核对后反馈处理意见。",
            to=manager, by=director, ago=5, due=3,
        ),
    )  # fmt: skip


def _given(planned: Planned, key: int, today: date) -> Task:
    return actions.make_task(
        title=planned.title,
        body=planned.body,
        due_on=today + timedelta(days=planned.due),
        checklist=planned.checklist,
        owner=planned.to,
        by=planned.by,
        key=key,
    )


def _worked(tasks: dict[str, Task], cast: Cast, back: int, today: date) -> None:
    """Do what people do in the afternoon, so many days ago."""
    rep, leader = cast.rep, cast.leader
    if back == 7:
        actions.read_task(task=tasks["visits"], by=rep)
        actions.check_item(task=tasks["visits"], place=1, is_checked=True, by=rep)
    if back == 3:
        actions.comment(task=tasks["visits"], text="已约到两家，其余本周电话确认。", by=rep)
        actions.read_task(task=tasks["coach"], by=leader)
    if back == 2:
        actions.read_task(task=tasks["renewal"], by=rep)
        actions.snooze(
            task=tasks["renewal"],
            until=today + timedelta(days=3),
            reason="客户预算下周才定，届时再联系。",
            by=rep,
        )
        actions.comment(task=tasks["visits"], text="请周五前完成，需要支持随时说。", by=leader)
    if back == 1:
        actions.finish(
            task=tasks["training"],
            outcome=Outcome.DONE,
            result="已完成培训，小结已发团队群。",
            by=rep,
        )
        actions.check_item(task=tasks["coach"], place=1, is_checked=True, by=leader)
