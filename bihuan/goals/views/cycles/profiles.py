"""Weight profiles: named sets of factors, made, changed and taken off the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.goals import actions
from bihuan.goals.access import (
    ProfileMissing,
    SetsFor,
    profile_now,
    profile_once,
    profile_seen,
    sees_drafts,
    settable_units,
)
from bihuan.goals.forms.cycles import ProfileForm
from bihuan.goals.models import WeightProfile
from bihuan.goals.queries import cascade
from bihuan.goals.views.trying import attempt, form_page
from bihuan.metrics.queries import metrics_of
from bihuan.org.access import NotYours, PersonRequest, signed_in


@require_safe
@signed_in
def listing(request: PersonRequest) -> HttpResponse:
    own = WeightProfile.objects.filter(tenant=request.tenant, ended_at__isnull=True)
    found = own if sees_drafts(request.scope) else own.none()
    sets = SetsFor(request.person)
    profiles = [(each, _changes(sets, each)) for each in found.select_related("made_by")]
    context = {
        "profiles": profiles,
        "may_make": bool(settable_units(request.person)),
        "metrics": {metric.key: metric for metric in metrics_of(request.tenant)},
    }
    return render(request, "goals/cycles/profiles.html", context)


def _changes(sets: SetsFor, profile: WeightProfile) -> bool:
    return sets.is_free or profile.made_by_id == sets.by.pk


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PersonRequest) -> HttpResponse:
    if not settable_units(request.person):
        raise NotYours()
    sent = request.POST if request.method == "POST" else None
    form = ProfileForm(sent, metrics=cascade.shared_metrics(request.tenant))
    made = attempt(
        request,
        form,
        lambda: actions.save_profile(
            name=form.cleaned_data["name"],
            note=form.cleaned_data["note"],
            factors=form.asked(),
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("“%(name)s” is on the list.") % {"name": made.name})
        return redirect("goals:profiles")
    return form_page(request, "goals/cycles/profile_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: PersonRequest, profile_id: int) -> HttpResponse:
    profile = profile_once(profile_id, request.scope)
    if not _changes(SetsFor(request.person), profile):
        raise NotYours()
    if request.method != "POST" and profile.ended_at is not None:
        return _to_what_it_is_now(profile)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        metrics=cascade.shared_metrics(request.tenant),
        factors=profile.factors,
        initial={"name": profile.name, "note": profile.note},
    )
    made = attempt(
        request,
        form,
        lambda: actions.change_profile(
            profile=profile,
            name=form.cleaned_data["name"],
            note=form.cleaned_data["note"],
            factors=form.asked(),
            by=request.person,
        ),
    )
    if made is not None:
        messages.success(request, _("“%(name)s” is changed.") % {"name": made.name})
        return redirect("goals:profiles")
    context = {"form": form, "profile": profile, **_meanwhile(request, profile, form)}
    return form_page(request, "goals/cycles/profile_form.html", context)


def _to_what_it_is_now(profile: WeightProfile) -> HttpResponse:
    now = profile_now(profile)
    if now is None:
        raise ProfileMissing()
    return redirect("goals:change_profile", now.pk)


def _meanwhile(
    request: PersonRequest, profile: WeightProfile, form: ProfileForm
) -> dict[str, object]:
    """Return what stands there now beside what was typed, and where that can still be saved.

    Where nothing stands there any more, or something that is another's to change, it becomes a
    profile of its own.
    """
    now = profile_now(profile) if form.is_bound else profile
    if now is not None and now.pk == profile.pk:
        return {}
    if now is not None:
        form.say_what_stands(name=now.name, note=now.note, factors=now.factors)
    changes = now is not None and _changes(SetsFor(request.person), now)
    address = reverse("goals:change_profile", args=[now.pk]) if now and changes else None
    return {"saves_at": address or reverse("goals:add_profile"), "is_new": address is None}


@require_POST
@signed_in
def end(request: PersonRequest, profile_id: int) -> HttpResponse:
    profile = profile_seen(profile_id, request.scope)
    actions.end_profile(profile=profile, by=request.person)
    messages.success(request, _("“%(name)s” is off the list.") % {"name": profile.name})
    return redirect("goals:profiles")
