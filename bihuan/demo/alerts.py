"""The alerts of the demo company's last quarter: raised, answered, recovered, closed.

Each Monday is lived through at seven in the morning of that day by the deed that the
job does, and people answer in the days after, each in their own name. What was raised
on the last Monday is untouched: whoever opens the demo finds it waiting.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bihuan.base import clock
from bihuan.inbox.actions import check_item, finish
from bihuan.inbox.domain.task import Outcome, TaskState
from bihuan.inbox.models import Task
from bihuan.kernel.period import Grain
from bihuan.org.models import Person, Tenant, Unit
from bihuan.rules import actions
from bihuan.rules.domain.definition import RuleDefinition, plain, read_definition
from bihuan.rules.domain.replay import mornings
from bihuan.rules.models import SHOWN_WITH, Alert
from bihuan.rules.queries import built_in

WEEKS = 13
KEY = "early_warning"
SILENT = "silent_key_account"
SWITCHED_ON = "公立医院是我们的大客户，先在一个分公司启用：回测每周触发一两家，跟得过来"
OVER = 4
REASON = (
    "先在一个分公司试点；回测显示按单周判断波动太大，改看签约额近四周合计，触发人数降到可跟进的范围"
)
ANSWERED, CLOSED, SEEN = 70, 8, 60
"""How many in a hundred tasks are done, alerts closed by a leader, and alerts looked at."""
SAID = (
    "已面谈，本周陪访三家重点客户",
    "两份合同卡在客户采购流程，已约客户分管领导",
    "客户预算延后到下季度，改推小额耗材保节奏",
    "近期精力放在回款上，下周恢复新签跟进",
    "与本人确认目标和节奏，每周一复盘一次",
)
OF_CUSTOMERS = (
    "已电话联系设备科，约好下周上门",
    "客户在走年度招标流程，暂不便拜访，改为每两周电话跟进",
    "对接人换了，已拿到新联系人，本周拜访",
    "已拜访，客户对耗材交期有意见，转售后处理",
)
WHY = ("本人休假两周，返岗后恢复跟进", "客户主体变更，合同顺延，已报备", "转岗交接中，由组长暂代")


def own_rule(pilot: Unit) -> RuleDefinition:
    """Return the early warning as the demo company tries it: over four weeks, in one branch."""
    raw = plain(built_in()[KEY])
    when = raw["when"]
    assert isinstance(when, dict), "a single level"
    own = {"metrics": ["signed_amount"], "when": {**when, "over": OVER}}
    return read_definition({**raw, **own, "cover": {"units": [pilot.code]}})


def silent_rule(pilot: Unit) -> RuleDefinition:
    """Return the rule about silent key accounts, switched on for one branch."""
    raw = plain(built_in()[SILENT])
    return read_definition({**raw, "is_on": True, "cover": {"units": [pilot.code]}})


def plant_alerts(*, tenant: Tenant, pilot: Unit, by: Person, today: date, since: date) -> None:
    """Let the rules look at the last quarter, and people answer, up to today.

    A company that is younger is looked at from its second week on.
    """
    start = max(today - timedelta(weeks=WEEKS), since + timedelta(weeks=1))
    days = mornings(start, today + timedelta(days=1), Grain.WEEK)
    chance = Random(f"alerts/{tenant.code}")
    own = ((KEY, own_rule(pilot), REASON), (SILENT, silent_rule(pilot), SWITCHED_ON))
    with _at(tenant, days[0] - timedelta(days=3), 10):
        for key, definition, reason in own:
            version = actions.draft_rule(
                tenant=tenant, key=key, definition=definition, reason=reason, by=by
            )
            actions.put_in_force(version=version, valid_from=days[0], by=by)
    for monday in days:
        with _at(tenant, monday, 7):
            actions.evaluate_rules(tenant=tenant, on=monday)
            actions.respond(tenant=tenant)
        if monday + timedelta(days=3) <= today and monday != days[-1]:
            _answered(tenant, monday, chance)


def _answered(tenant: Tenant, monday: date, chance: Random) -> None:
    """Let people answer what is open: some look, some do what they are asked, a few end one."""
    alerts = Alert.objects.of(tenant.pk).live().filter(suppressed_by__isnull=True)
    for alert in alerts.select_related(*SHOWN_WITH).order_by("pk"):
        with _at(tenant, monday + timedelta(days=1), 9):
            _look(alert, chance)
        with _at(tenant, monday + timedelta(days=2), 17):
            _work(alert, chance)
        if monday - alert.opened_on >= timedelta(weeks=2) and chance.randrange(100) < CLOSED:
            with _at(tenant, monday + timedelta(days=3), 11):
                _close(alert, chance)


def _look(alert: Alert, chance: Random) -> None:
    for made in alert.responses.select_related("person"):
        if made.person is not None and chance.randrange(100) < SEEN:
            actions.acknowledge(alert=alert, by=made.person)


def _work(alert: Alert, chance: Random) -> None:
    tasks = Task.objects.filter(tenant=alert.tenant, about=f"rules.alert:{alert.pk}")
    waiting = tasks.filter(state=TaskState.OPEN.value).select_related("owner__tenant", "tenant")
    for task in waiting.order_by("pk"):
        if chance.randrange(100) >= ANSWERED:
            continue
        for item in task.items.order_by("place"):
            check_item(task=task, place=item.place, is_checked=True, by=task.owner)
        said = OF_CUSTOMERS if alert.account_id is not None else SAID
        finish(task=task, outcome=Outcome.DONE, result=chance.choice(said), by=task.owner)


def _close(alert: Alert, chance: Random) -> None:
    leader = alert.responses.filter(to="manager", person__isnull=False).first()
    if leader is not None and leader.person is not None:
        actions.close(alert=alert, reason=chance.choice(WHY), by=leader.person)


def _at(tenant: Tenant, day: date, hour: int) -> AbstractContextManager[None]:
    return clock.pretended(datetime.combine(day, time(hour), ZoneInfo(tenant.time_zone)))
