"""The doors for machines that look after this one; they need no login and tell no secret."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.base.health import figures_of, states
from bihuan.base.health.figures import exposition

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 503 when pages cannot be served; with ``?strict``, when anything is not well."""
    found = states()
    is_strict = "strict" in request.GET
    is_ready = all(each.is_well or not (each.is_needed or is_strict) for each in found)
    said = {"ready": is_ready, "checks": {each.name: each.is_well for each in found}}
    return JsonResponse(said, status=200 if is_ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever knows the token; for everybody else there is nothing here."""
    token = settings.METRICS_TOKEN
    said = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(said, f"Bearer {token}"):
        raise Http404
    return HttpResponse(exposition(figures_of()), content_type=PROMETHEUS)
