"""Leaving a service alone after it failed, so that a dead one costs one wait and not one a call.

Kept in the cache that all processes share. When the rest is over one caller tries; the
others wait for how that went. Each failure in a row makes the next rest twice as long.
"""

from __future__ import annotations

from django.core.cache import cache

from bihuan.ai.engine.service import Service

FIRST_REST_SECONDS = 60
LONGEST_REST_SECONDS = 960
REMEMBERED_SECONDS = 86_400


def _keys(service: Service) -> tuple[str, str, str]:
    return (
        f"ai.rest.{service.mark}",
        f"ai.failures.{service.mark}",
        f"ai.trial.{service.mark}",
    )


def is_resting(service: Service) -> bool:
    """Tell whether a service is left alone at the moment."""
    return cache.get(_keys(service)[0]) is not None


def may_try(service: Service) -> bool:
    """Tell whether to ask a service now; after a rest the first who asks is the one who tries."""
    rest, failures, trial = _keys(service)
    if cache.get(rest) is not None:
        return False
    if not cache.get(failures):
        return True
    return bool(cache.add(trial, 1, timeout=3 * service.timeout_seconds))


def let_rest(service: Service) -> None:
    """Leave a service alone for a while."""
    rest, failures, trial = _keys(service)
    count = int(cache.get(failures) or 0) + 1
    seconds = min(FIRST_REST_SECONDS * 2 ** min(count - 1, 10), LONGEST_REST_SECONDS)
    cache.set(rest, 1, timeout=seconds)
    cache.set(failures, count, timeout=REMEMBERED_SECONDS)
    cache.delete(trial)


def recovered(service: Service) -> None:
    """Forget that a service failed."""
    if cache.get(_keys(service)[1]):
        cache.delete_many(_keys(service))
