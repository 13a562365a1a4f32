"""What people say about their goals, and named sets of weights."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction

from bihuan.base import clock, journal
from bihuan.goals.access import SetsFor
from bihuan.goals.models import Cycle, Quota, SelfRating, WeightProfile
from bihuan.goals.models.cycle import WEIGHTS
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.org.access import NotYours
from bihuan.org.models import Person

MOST_FACTOR = 100


class RatingOutOfReach(Invalid):
    code = "goals.rating_out_of_reach"
    says = gettext_noop("Importance is rated from 1 to 5.")


class NotYourGoal(Conflict):
    code = "goals.not_your_goal"
    says = gettext_noop("You carry no target of this metric in this cycle.")


class ProfileNameTaken(Conflict):
    code = "goals.profile_name_taken"
    says = gettext_noop("There is a weight profile called “%(name)s” already.")


class ProfileOvertaken(Conflict):
    code = "goals.profile_overtaken"
    says = gettext_noop(
        "Somebody else changed this profile, or took it off the list, while you were at work. "
        "Nothing is changed by this."
    )


class FactorUnclear(Invalid):
    code = "goals.factor_unclear"
    says = gettext_noop("A factor is a number above 0, at most 100: “%(factor)s” for “%(key)s”.")


class AxisUnknown(Invalid):
    code = "goals.axis_unknown"
    says = gettext_noop("A profile weighs goals or a dimension, not “%(axis)s”.")


@transaction.atomic
def rate(*, cycle: Cycle, metric: str, rating: int, by: Person) -> SelfRating:
    """Say how important one thinks a goal of one's own is, from 1 to 5; the last word counts."""
    if not 1 <= rating <= 5:
        raise RatingOutOfReach()
    own = Quota.objects.live().filter(revision__cycle=cycle, person=by, metric=metric)
    if cycle.tenant_id != by.tenant_id or not own.exists():
        raise NotYourGoal()
    rated = SelfRating.objects.create(
        cycle=cycle, person=by, metric=metric, rating=rating, rated_at=clock.now()
    )
    journal.record(by, "goal.rated", rated, metric=metric, rating=rating)
    return rated


@transaction.atomic
def save_profile(
    *,
    name: str,
    factors: Sequence[tuple[str, str, str]],
    by: Person,
    note: str = "",
    follows: WeightProfile | None = None,
) -> WeightProfile:
    """Keep a named set of factors, ``(axis, key, factor)``."""
    if not SetsFor(by).is_free and not SetsFor(by).scope.unit_paths:
        raise NotYours()
    for axis, key, factor in factors:
        if axis != WEIGHTS and axis not in DIMENSIONS:
            raise AxisUnknown(axis=axis)
        if not 0 < _factor(factor) <= MOST_FACTOR:
            raise FactorUnclear(factor=factor, key=key)
    try:
        with transaction.atomic():
            profile = WeightProfile.objects.create(
                tenant=by.tenant,
                name=name,
                note=note,
                factors=[list(each) for each in factors],
                made_by=by,
                made_at=clock.now(),
                follows=follows,
            )
    except IntegrityError as error:
        raise ProfileNameTaken(name=name) from error
    journal.record(by, "profile.saved", profile, name=name)
    return profile


@transaction.atomic
def change_profile(
    *,
    profile: WeightProfile,
    name: str,
    factors: Sequence[tuple[str, str, str]],
    by: Person,
    note: str = "",
) -> WeightProfile:
    """Take a profile off the list and put it there anew, as it shall be from now on."""
    former = end_profile(profile=profile, by=by)
    return save_profile(name=name, factors=factors, by=by, note=note, follows=former)


def _factor(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


@transaction.atomic
def end_profile(*, profile: WeightProfile, by: Person) -> WeightProfile:
    """Take a profile off the list; what it was applied to stays as it is."""
    sets = SetsFor(by)
    if profile.tenant_id != by.tenant_id or not (sets.is_free or profile.made_by_id == by.pk):
        raise NotYours()
    held = WeightProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    if held.ended_at is not None:
        raise ProfileOvertaken()
    held.ended_at = clock.now()
    held.save(update_fields=["ended_at"])
    journal.record(by, "profile.ended", held)
    return held
