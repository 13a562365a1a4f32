"""A signed link that lets whoever started the demo in, without typing."""

from __future__ import annotations

from django.contrib.auth import login as sign_in
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.org.models import Person

GOOD_FOR_SECONDS = 24 * 60 * 60
SIGNER = TimestampSigner(salt="bihuan.demo")


class WayInClosed(Missing):
    code = "demo.way_in_closed"
    says = gettext_noop("This link has run out. Start the demo again, or sign in by name.")


def way_in(username: str) -> str:
    """Return the address that signs in as one of the demo's people for a day."""
    return reverse("demo:enter", args=[SIGNER.sign(username)])


def enter(request: HttpRequest, ticket: str) -> HttpResponse:
    """Sign in as the demo's person a ticket names; only people of a demo tenant can be entered."""
    try:
        username = SIGNER.unsign(ticket, max_age=GOOD_FOR_SECONDS)
    except BadSignature as error:
        raise WayInClosed() from error
    person = Person.objects.filter(tenant__is_demo=True, login__username=username).first()
    others = Person.objects.filter(tenant__is_demo=False, login__username=username)
    if person is None or person.login is None or others.exists():
        raise WayInClosed()
    sign_in(request, person.login, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")
