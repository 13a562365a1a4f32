"""The pages on which somebody signs a company up, where the installation lets them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.base.refusals import sentence
from bihuan.base.wall import as_owner
from bihuan.kernel.errors import DomainError, Missing
from bihuan.org.actions.logins import PasswordWeak
from bihuan.org.domain.password import PasswordOfTheHouse
from bihuan.tenants import actions
from bihuan.tenants.actions import Founded
from bihuan.tenants.domain.application import Typed
from bihuan.tenants.forms import SignUpForm

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@as_owner("whoever founds a company is not in it yet")
def sign_up(request: HttpRequest) -> HttpResponse:
    if settings.SIGN_UP == "closed":
        return render(request, "account/signup_closed.html", status=403)
    sent = request.POST if request.method == "POST" else None
    form = SignUpForm(sent, is_invited=settings.SIGN_UP == "invited")
    context = {"form": form, "has_mail": settings.MAIL_IS_ON}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "tenants/sign_up.html", context, status=status)
    try:
        founded = _apply(request, form)
    except DomainError as refusal:
        if isinstance(refusal, Missing):
            raise
        is_of_password = isinstance(refusal, PasswordWeak | PasswordOfTheHouse)
        form.add_error("password" if is_of_password else None, sentence(refusal))
        return render(request, "tenants/sign_up.html", context, status=refusal.status)
    if founded is None:
        mail = form.cleaned_data["mail"]
        return render(request, "tenants/sign_up_mailed.html", {"mail": mail})
    return _welcome(request, founded)


def _apply(request: HttpRequest, form: SignUpForm) -> Founded | None:
    given = form.cleaned_data
    typed = Typed(
        company=given["company"],
        code=given["code"],
        name=given["name"],
        mail=given["mail"],
        language="en" if get_language() == "en" else "zh-hans",
    )
    return actions.apply(
        typed=typed,
        password=given["password"],
        sent_from=address_of(request),
        invitation=given.get("invitation", ""),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_owner("whoever founds a company is not in it yet")
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Found the company by the link in the mail; only a button does, as scanners follow links."""
    application = actions.application_of(secret)
    if request.method != "POST":
        return render(request, "tenants/sign_up_confirm.html", {"company": application.company})
    return _welcome(request, actions.found_applied(application=application))


def _welcome(request: HttpRequest, founded: Founded) -> HttpResponse:
    """Sign the administrator in, and show what to do first."""
    sign_in(request, founded.login, backend=MODEL_BACKEND)
    told = {"company": founded.tenant.name, "code": founded.tenant.code}
    messages.success(request, _("%(company)s is here; its code is %(code)s.") % told)
    if not settings.MAIL_IS_ON:
        messages.info(request, _("Mail is not set up here, so your address was not checked."))
    return redirect("home")


def address_of(request: HttpRequest) -> str:
    """Return the address somebody comes from; behind our proxy, the one the proxy saw last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
