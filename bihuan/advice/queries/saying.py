"""Advice in words: a landing and a lever as sentences with their figures apart."""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.advice.domain.lever import Kind, Lever
from bihuan.advice.queries.asking import Question
from bihuan.advice.queries.landing import LandingView
from bihuan.advice.queries.levers import PIECES, WEEKS, Levers
from bihuan.goals.domain.reason.said import Figure, Named, Param, Said
from bihuan.kernel.calendar import is_working_day
from bihuan.kernel.errors import gettext_noop

AT_THIS_PACE = gettext_noop("At this pace you land at %(middle)s (%(low)s–%(high)s).")
TOO_LITTLE = gettext_noop(
    "There is too little to project from: %(periods)s periods are over and %(errors)s past"
    " projections known; it takes 2 periods and 20 projections."
)
CLOSES_MORE = gettext_noop(
    "%(count)s more %(what)s by %(day)s at the present conversion close the gap."
)
CLOSES_THIS_WEEK = gettext_noop(
    "%(count)s more %(what)s by %(day)s, %(part)s of them by %(friday)s, at the present"
    " conversion close the gap."
)
SHORT_MORE = gettext_noop(
    "It would take %(count)s more %(what)s by %(day)s. As many as in the best week would be"
    " %(able)s %(what)s, which brings %(gives)s of the gap of %(gap)s."
)
CLOSES_SIZE = gettext_noop(
    "An average of %(needed)s instead of %(usual)s closes the gap; the best month had %(best)s."
)
SHORT_SIZE = gettext_noop(
    "An average like the best month's, %(best)s instead of %(usual)s, brings %(gives)s of the gap"
    " of %(gap)s."
)
CLOSES_RATE = gettext_noop(
    "A win rate of %(needed)s instead of %(usual)s closes the gap; the best month had %(best)s."
)
SHORT_RATE = gettext_noop(
    "A win rate like the best month's, %(best)s instead of %(usual)s, brings %(gives)s of the gap"
    " of %(gap)s."
)
CLOSES_HAND = gettext_noop(
    "Winning %(count)s of the %(usual)s opportunities in hand by %(day)s closes the gap."
)
SHORT_HAND = gettext_noop(
    "It would take %(count)s more won deals out of %(usual)s opportunities in hand. At the usual"
    " win rate and the pace of the best week %(able)s can still be won, which brings %(gives)s of"
    " the gap of %(gap)s."
)
CLOSES_PAYMENT = gettext_noop(
    "%(usual)s is signed and not paid yet: collecting %(gap)s of it by %(day)s beyond what comes"
    " anyway closes the gap."
)
SHORT_PAYMENT = gettext_noop(
    "%(usual)s is signed and not paid yet: collected as fast as in the best week, it brings"
    " %(gives)s of the gap of %(gap)s."
)
SAYS: dict[Kind, tuple[str, str]] = {
    Kind.MORE: (CLOSES_MORE, SHORT_MORE),
    Kind.SIZE: (CLOSES_SIZE, SHORT_SIZE),
    Kind.RATE: (CLOSES_RATE, SHORT_RATE),
    Kind.IN_HAND: (CLOSES_HAND, SHORT_HAND),
    Kind.PAYMENT: (CLOSES_PAYMENT, SHORT_PAYMENT),
}
OWN_BASIS = gettext_noop("From own figures of %(weeks)s weeks: %(cases)s %(what)s.")
TEAM_BASIS = gettext_noop(
    "Own cases are too few, so the team's conversion of %(weeks)s weeks stands in."
)
WHATS = {
    "visits": Named("次拜访", "visits"),
    "calls": Named("通电话", "calls"),
    "new_opportunities": Named("个新商机", "new opportunities"),
    "contracts_count": Named("份合同", "contracts"),
    "won_count": Named("个赢单", "deals won"),
    "orders_count": Named("张订单", "orders"),
    "win_rate": Named("个有结果的商机", "deals decided"),
}
DAYS_ZH = "一二三四五六日"
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FRIDAY = 4


def landing_said(view: LandingView) -> Said:
    """Return where somebody lands, or what is missing to say it."""
    if view.lack is not None:
        return Said(TOO_LITTLE, {"periods": view.lack.periods, "errors": view.lack.errors})
    landing, outlook = view.landing, view.outlook
    assert landing is not None, "what is not lacking is there"
    if outlook is not None:
        params = (outlook.attained, outlook.low, outlook.high)
        return Said(AT_THIS_PACE, _landed([Figure(each, "ratio") for each in params]))
    unit = view.metric.unit.value
    amounts = (landing.middle, landing.low, landing.high)
    return Said(AT_THIS_PACE, _landed([Figure(each, unit) for each in amounts]))


def _landed(figures: list[Figure]) -> dict[str, Param]:
    return dict(zip(("middle", "low", "high"), figures, strict=True))


def lever_said(lever: Lever, levers: Levers, view: LandingView) -> Said:
    """Return a lever in plain words: what closes the gap, or what it would take."""
    closes, short = SAYS[lever.kind]
    asked, unit = view.asked, view.metric.unit.value
    rates = {Kind.SIZE: unit, Kind.RATE: "ratio", Kind.PAYMENT: unit}
    measure = rates.get(lever.kind, "count")
    params: dict[str, Param] = {
        "count": int(lever.needed) if lever.kind in (Kind.MORE, Kind.IN_HAND) else 0,
        "able": int(lever.able) if measure == "count" else 0,
        "needed": Figure(lever.needed, measure),
        "usual": Figure(lever.usual, measure),
        "best": Figure(lever.best, measure),
        "gives": Figure(min(lever.gives, levers.gap.amount), unit),
        "gap": Figure(levers.gap.amount, unit),
        "what": WHATS.get(lever.metric, Named("", "")),
        "day": day_named(last_working_day(asked)),
    }
    if not lever.closes:
        return Said(short, params)
    this_week = _this_week(asked)
    if lever.kind is Kind.MORE and this_week < asked.days.left:
        part = -(-int(lever.needed) * this_week // asked.days.left)
        friday = day_named(_friday(asked))
        return Said(CLOSES_THIS_WEEK, {**params, "part": part, "friday": friday})
    return Said(closes, params)


def basis_said(lever: Lever) -> Said:
    """Return from how many cases a lever is reckoned, and whose they are."""
    if lever.is_of_team:
        return Said(TEAM_BASIS, {"weeks": WEEKS})
    first = lever.way[0] if lever.way else None
    if first is None or first.cases <= 1:
        return Said("")
    what = WHATS.get(PIECES.get(first.metric, first.metric), Named("", ""))
    return Said(OWN_BASIS, {"weeks": WEEKS, "cases": Figure(first.cases), "what": what})


def last_working_day(asked: Question) -> date:
    """Return the last day of a period that is worked, or its last day where none is."""
    day = asked.period.end - timedelta(days=1)
    while day > asked.morning and not is_working_day(day, calendar=asked.calendar):
        day -= timedelta(days=1)
    return day


def day_named(day: date) -> Named:
    return Named(
        f"{day.month} 月 {day.day} 日（周{DAYS_ZH[day.weekday()]}）",
        f"{DAYS_EN[day.weekday()]} {day.isoformat()}",
    )


def _friday(asked: Question) -> date:
    days = max(0, FRIDAY - asked.morning.weekday())
    return min(asked.morning + timedelta(days=days), last_working_day(asked))


def _this_week(asked: Question) -> int:
    """Return how many of the days that are left lie in this week."""
    start = asked.morning
    friday = _friday(asked)
    days = [start + timedelta(days=each) for each in range((friday - start).days + 1)]
    return sum(is_working_day(day, calendar=asked.calendar) for day in days)
