"""Signing in by SAML: to the provider, and back with what it signed.

A provider's answer is posted from its own page, so the browser sends no session along. What
it says is checked at once; what was found travels in a signed cookie to the page that the
browser is sent on to, where the session tells whether it was asked for. Nothing is kept here.
"""

from __future__ import annotations

from dataclasses import asdict

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from bihuan.base.cookies import cookie
from bihuan.org import saml
from bihuan.org.domain.assertion import AnswerUnasked, AnswerUnreadable
from bihuan.org.models import Login, SignInProvider

COOKIE, SALT, SECONDS = "saml-answer", "bihuan.org.saml", 120
"""In what a browser carries what was found of an answer to its session, and how long."""


@require_GET
def begin(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Send somebody to the provider, with a question that is good for one answer."""
    kept = _provider_or_404(organization_slug)
    where, asked = saml.question(kept, _house(request, kept))
    provider = get_adapter().get_provider(request, kept.code)
    provider.stash_redirect_state(
        request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request), state_id=asked
    )
    return HttpResponseRedirect(where)


@csrf_exempt  # The provider's page posts it; what was signed, and the question, stand for it.
@require_POST
def take(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Check what the provider's page sends, and let the browser fetch its session."""
    kept = _provider_or_404(organization_slug)
    if int(request.META.get("CONTENT_LENGTH") or 0) > saml.SENT_MOST:
        raise AnswerUnreadable()  # Before it is read: whoever posts it is a stranger.
    answer = saml.read_answer(kept, _house(request, kept), request.POST.get("SAMLResponse", ""))
    on = HttpResponseRedirect(reverse("saml_finish_acs", args=[kept.code]))
    on.set_cookie(
        cookie(COOKIE),
        signing.dumps([kept.code, asdict(answer)], salt=SALT),
        max_age=SECONDS,
        secure=settings.HTTPS or request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return on


@require_GET
def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Let in whom the answer names, if it answers what this browser asked, for the first time."""
    kept = _provider_or_404(organization_slug)
    provider = get_adapter().get_provider(request, kept.code)
    try:
        of, said = signing.loads(
            request.COOKIES.get(cookie(COOKIE), ""), salt=SALT, max_age=SECONDS
        )
        state = provider.unstash_redirect_state(request, said["question"])
    except (signing.BadSignature, PermissionDenied) as fault:
        raise AnswerUnasked() from fault
    if of != kept.code:
        raise AnswerUnasked()
    account = SocialAccount(provider=kept.code, uid=said["uid"], extra_data=said["claims"])
    login = SocialLogin(user=Login(), account=account, provider=provider)
    login.state = state
    answer: HttpResponse = complete_social_login(request, login)
    answer.delete_cookie(cookie(COOKIE))
    return answer


@require_GET
def metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Tell the provider what it has to know of this house."""
    kept = _provider_or_404(organization_slug)
    said = saml.own_metadata(kept, _house(request, kept))
    return HttpResponse(said, content_type="application/samlmetadata+xml")


def _house(request: HttpRequest, kept: SignInProvider) -> saml.House:
    return saml.House(
        name=request.build_absolute_uri(reverse("saml_metadata", args=[kept.code])),
        address=request.build_absolute_uri(reverse("saml_acs", args=[kept.code])),
    )


def _provider_or_404(code: str) -> SignInProvider:
    kind = SignInProvider.Kind.SAML
    found = SignInProvider.objects.filter(code=code, kind=kind, is_on=True).first()
    if found is None:
        raise Http404
    saml.require_installed()
    return found
