"""Kind: what happened, named ``noun.past_participle``.

A kind declares what a fact of it must carry and which attributes it may carry.
The built-in kinds cover the life of a sale; a tenant adds own kinds as data.

>>> BUILT_IN["payment.received"].label_zh
'回款'
>>> BUILT_IN["opportunity.won"].attribute("opened_on").column
'opened_on'
>>> BUILT_IN["order.placed"].attribute("colour") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.facts.domain.attribute import COLUMNS, Attribute
from bihuan.kernel.errors import Invalid, gettext_noop

CODE = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")

CODE_LENGTH = 60
NEEDS = frozenset({"person", "account", "opportunity", "product", "store", "amount", "quantity"})
"""What a kind can ask each of its facts to have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact: its labels, what it needs and what it may carry."""

    code: str
    label_zh: str
    label_en: str
    needs: frozenset[str] = frozenset()
    attributes: tuple[Attribute, ...] = ()
    may_be_negative: bool = False
    source: str = ""
    """The only source that may record it, where it tells of a deed of the product itself."""

    def attribute(self, name: str) -> Attribute | None:
        """Return the declared attribute of that name, if there is one."""
        return next((each for each in self.attributes if each.name == name), None)


class KindUnknown(Invalid):
    code = "facts.kind_unknown"
    says = gettext_noop("There is no kind of fact called “%(kind)s”.")


class KindMalformed(Invalid):
    code = "facts.kind_malformed"
    says = gettext_noop("A kind is written noun.past_participle, not “%(kind)s”.")


class NeedUnknown(Invalid):
    code = "facts.need_unknown"
    says = gettext_noop("A fact cannot be asked to have “%(need)s”.")


class ColumnUnknown(Invalid):
    code = "facts.column_unknown"
    says = gettext_noop("The ledger has no attribute column called “%(column)s”.")


class AttributeTwice(Invalid):
    code = "facts.attribute_twice"
    says = gettext_noop("The attribute “%(attribute)s” is there twice.")


class KindTaken(Invalid):
    code = "facts.kind_taken"
    says = gettext_noop("The kind “%(kind)s” is there already.")


class KindReserved(Invalid):
    code = "facts.kind_reserved"
    says = gettext_noop("Facts of kind “%(kind)s” are recorded by the product itself.")


LIST_AMOUNT = Attribute("list_amount", "list_amount", "目录价金额", "List amount")
CATEGORY = Attribute("category", "category", "类别", "Category")
CHANNEL = Attribute("channel", "channel", "渠道", "Channel")
OUTCOME = Attribute("outcome", "outcome", "结果", "Outcome")
STAGE = Attribute("stage", "stage", "阶段", "Stage")
MINUTES = Attribute("minutes", "minutes", "时长（分钟）", "Minutes")
OPENED_ON = Attribute("opened_on", "opened_on", "开启日期", "Opened on")
DUE_ON = Attribute("due_on", "due_on", "约定日期", "Due on")
INTO = Attribute("into", "text_1", "并入客户", "Merged into", is_required=True)
INDUSTRY = Attribute("industry", "industry", "行业", "Industry")
CONTRACT = Attribute("contract", "contract", "合同编号", "Contract number")

TAG = Attribute("tag", "text_1", "归因标签", "Reason", is_required=True)
ABOUT_METRIC = Attribute("metric", "text_2", "指标", "Metric", is_required=True)
ABOUT_PERIOD = Attribute("period", "text_3", "期间", "Period", is_required=True)
INSTEAD = Attribute("instead", "text_4", "更正为", "Corrected to")
RANK = Attribute("rank", "number_1", "当时排名", "Rank then")
SCORE = Attribute("score", "number_2", "当时得分", "Score then")

CUSTOMERS = "customer-merges"
"""The source of merges of accounts."""

MERGED = "account.merged"
"""The account is the same customer as the one whose id ``into`` says."""

REASONS = "reason-words"
"""The source of what managers say about the reasons of a low figure."""

CONFIRMED, CORRECTED, ADDED = "reason.confirmed", "reason.corrected", "reason.added"
"""A reason is right; it is another one; it is one that was not found."""
REASON_WORDS = (CONFIRMED, CORRECTED, ADDED)

TASK_KIND = Attribute("task", "category", "待办类型", "Kind of task", is_required=True)
MADE_ON = Attribute("made_on", "opened_on", "创建日期", "Made on", is_required=True)
DAYS = Attribute("days", "number_1", "历时天数", "Days since it was made")
LATE_DAYS = Attribute("late_days", "number_2", "逾期天数", "Days late")

TASKS = "tasks"
"""The source of what becomes of people's tasks."""

TASK_MADE, TASK_ESCALATED, TASK_DONE = "task.made", "task.escalated", "task.done"

TEXTS = "ai-texts"
"""The source of what people say of texts that were made for them."""

TEXT_WORDS = ("text.adopted", "text.adjusted", "text.refused")
"""A person takes a text over, with other words, or not at all."""

TASK = Attribute("task", "text_1", "用途", "Task", is_required=True)
MADE_BY = Attribute("made_by", "text_2", "生成方式", "Made by", is_required=True)

ALERTS = "rule-alerts"
"""The source of what rules of the company bring about."""

ALERT_OPENED, ALERT_RECOVERED, ALERT_CLOSED = "alert.opened", "alert.recovered", "alert.closed"
SIGNALLED = "rule.signalled"
"""A rule that fired says so in the ledger, where metrics and other rules can read it."""

RULE = Attribute("rule", "text_1", "规则", "Rule", is_required=True)
OF_METRIC = Attribute("metric", "text_2", "指标", "Metric")
PLAYS = "plays"
"""The source of what people do with the plays they were handed."""

PLAY_OPENED, PLAY_USED, PLAY_PICKED = "play.opened", "play.used", "play.picked"
PLAY = Attribute("play", "text_1", "方法", "Play", is_required=True)
FOR_METRIC = Attribute("metric", "text_2", "指标", "Metric", is_required=True)
FOR_REASON = Attribute("reason", "text_3", "归因标签", "Reason")
VERSION = Attribute("version", "number_1", "版本", "Version", is_required=True)

_PERSON = frozenset({"person"})
_ACCOUNT = frozenset({"account"})
_SALE = frozenset({"person", "amount"})
_DEAL = frozenset({"person", "opportunity"})
_PLAY = (PLAY, FOR_METRIC, FOR_REASON, VERSION)
_PICKED = (PLAY, OF_METRIC, VERSION)
_WORD = (TAG, ABOUT_METRIC, ABOUT_PERIOD, RANK, SCORE)
_TASK = (TASK_KIND, MADE_ON, DUE_ON)
_ALERT = (RULE, OF_METRIC, OPENED_ON)
_SALE_ATTRIBUTES = (LIST_AMOUNT, CATEGORY, CHANNEL, INDUSTRY, OPENED_ON, DUE_ON, CONTRACT)

BUILT_IN: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("contract.signed", "签约", "Contract signed", _SALE, _SALE_ATTRIBUTES),
        Kind(
            "contract.filed",
            "技术协议归档",
            "Agreement filed",
            _PERSON,
            (CATEGORY, DUE_ON, CONTRACT),
        ),
        Kind(
            "contract.submitted",
            "合同提交审批",
            "Contract submitted",
            _PERSON,
            (CATEGORY, DUE_ON, CONTRACT),
        ),
        Kind(
            "contract.approved",
            "合同审批通过",
            "Contract approved",
            _PERSON,
            (CATEGORY, OPENED_ON, CONTRACT),
        ),
        Kind(
            "payment.received",
            "回款",
            "Payment received",
            _SALE,
            (CATEGORY, CHANNEL, DUE_ON, CONTRACT),
        ),
        Kind("order.placed", "下单", "Order placed", _SALE, _SALE_ATTRIBUTES),
        Kind(
            "order.returned",
            "退货",
            "Order returned",
            _SALE,
            (CATEGORY, CHANNEL, OUTCOME, CONTRACT),
        ),
        Kind("visit.logged", "拜访", "Visit logged", _PERSON, (OUTCOME, MINUTES, CHANNEL)),
        Kind("call.logged", "通话", "Call logged", _PERSON, (OUTCOME, MINUTES, CHANNEL)),
        Kind("message.exchanged", "沟通消息", "Message exchanged", _PERSON, (OUTCOME, CHANNEL)),
        Kind("lead.created", "线索创建", "Lead created", frozenset(), (CHANNEL, INDUSTRY)),
        Kind("lead.claimed", "线索领取", "Lead claimed", _PERSON, (CHANNEL,)),
        Kind(
            "opportunity.opened",
            "商机开启",
            "Opportunity opened",
            _DEAL,
            (STAGE, LIST_AMOUNT, INDUSTRY),
        ),
        Kind("opportunity.stage_entered", "进入阶段", "Stage entered", _DEAL, (STAGE,)),
        Kind(
            "opportunity.won",
            "赢单",
            "Opportunity won",
            _DEAL | {"amount"},
            (OPENED_ON, LIST_AMOUNT, CATEGORY, INDUSTRY),
        ),
        Kind(
            "opportunity.lost",
            "丢单",
            "Opportunity lost",
            _DEAL,
            (OPENED_ON, LIST_AMOUNT, OUTCOME, INDUSTRY),
        ),
        Kind("sample.delivered", "样品送达", "Sample delivered", _PERSON, (OUTCOME,)),
        Kind("quote.sent", "报价发出", "Quote sent", _PERSON, (LIST_AMOUNT, DUE_ON)),
        Kind("stock.counted", "库存盘点", "Stock counted", frozenset(), (CATEGORY,)),
        Kind(MERGED, "客户合并", "Account merged", _ACCOUNT, (INTO,), source=CUSTOMERS),
        Kind(CONFIRMED, "归因确认", "Reason confirmed", frozenset(), _WORD, source=REASONS),
        Kind(
            CORRECTED,
            "归因更正",
            "Reason corrected",
            frozenset(),
            (*_WORD, INSTEAD),
            source=REASONS,
        ),
        Kind(ADDED, "归因补充", "Reason added", frozenset(), _WORD, source=REASONS),
        Kind(TASK_MADE, "待办创建", "Task made", _PERSON, _TASK, source=TASKS),
        Kind(
            TASK_ESCALATED,
            "待办升级",
            "Task escalated",
            _PERSON,
            (*_TASK, OUTCOME, DAYS),
            source=TASKS,
        ),
        Kind(
            TASK_DONE,
            "待办完成",
            "Task done",
            _PERSON,
            (*_TASK, OUTCOME, DAYS, LATE_DAYS),
            source=TASKS,
        ),
        *(
            Kind(code, label_zh, label_en, _PERSON, (TASK, MADE_BY), source=TEXTS)
            for code, label_zh, label_en in (
                (TEXT_WORDS[0], "文本采纳", "Text adopted"),
                (TEXT_WORDS[1], "文本修改后采纳", "Text adjusted"),
                (TEXT_WORDS[2], "文本弃用", "Text refused"),
            )
        ),
        Kind(ALERT_OPENED, "预警触发", "Alert opened", frozenset(), _ALERT, source=ALERTS),
        Kind(ALERT_RECOVERED, "预警恢复", "Alert recovered", frozenset(), _ALERT, source=ALERTS),
        Kind(
            ALERT_CLOSED, "预警关闭", "Alert closed", frozenset(), (*_ALERT, OUTCOME), source=ALERTS
        ),
        Kind(SIGNALLED, "规则信号", "Rule signalled", frozenset(), _ALERT, source=ALERTS),
        Kind(PLAY_OPENED, "方法已阅", "Play opened", _PERSON, _PLAY, source=PLAYS),
        Kind(PLAY_USED, "方法已用", "Play used", _PERSON, _PLAY, source=PLAYS),
        Kind(PLAY_PICKED, "方法自用", "Play picked", _PERSON, _PICKED, source=PLAYS),
        Kind("login.recorded", "登录", "Signed in", _PERSON, (CHANNEL,)),
    )
}


def check_kind(kind: Kind) -> None:
    """Refuse a kind that is not written as kinds are."""
    if not CODE.match(kind.code) or len(kind.code) > CODE_LENGTH:
        raise KindMalformed(kind=kind.code)
    if not kind.needs <= NEEDS:
        raise NeedUnknown(need=", ".join(sorted(kind.needs - NEEDS)))
    for attribute in kind.attributes:
        if attribute.column not in COLUMNS:
            raise ColumnUnknown(column=attribute.column)
    names = [attribute.name for attribute in kind.attributes]
    columns = [attribute.column for attribute in kind.attributes]
    for twice in (names, columns):
        if len(set(twice)) < len(twice):
            raise AttributeTwice(attribute=max(twice, key=twice.count))
