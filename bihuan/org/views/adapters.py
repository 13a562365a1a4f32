"""What allauth asks this house: who may sign up, how passwords change, what is told of it."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import Session

from bihuan.base import clock
from bihuan.base.cookies import cookie
from bihuan.base.outbound.session import guarded_session
from bihuan.base.sealing import seal, unseal
from bihuan.org import actions
from bihuan.org.actions.signing_in import FACTOR_PURPOSE, PROVIDER_PURPOSE
from bihuan.org.middleware import note_session
from bihuan.org.models import Login, SignInProvider
from bihuan.org.views.oidc import SignedProvider

KINDS = {SignInProvider.Kind.OIDC.value: "openid_connect", SignInProvider.Kind.SAML.value: "saml"}
"""What allauth calls the kinds of providers."""
logger = logging.getLogger("bihuan.sign_in")
DEVICE_COOKIE = "device"
DEVICE_SALT = "bihuan.org.device"
DEVICE_SECONDS = 180 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by administrators; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Login) -> None:
        super().login(request, user)
        note_session(request, began=clock.now(), seen=clock.now())
        logger.info("signed in", extra={"login": user.pk})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever failed too often, and note that somebody did."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            logger.info("sign-in too often")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note that somebody failed; what was typed may be a password in the wrong field."""
        super().authentication_failed(request, **credentials)
        logger.info("sign-in refused")

    def set_password(self, user: Login, password: str) -> None:
        """Keep a new password; whoever is signed in elsewhere is signed out."""
        super().set_password(user, password)
        actions.password_changed(login=user, here=self.request.session.session_key)

    def post_login(self, request: HttpRequest, user: Login, **kwargs: Any) -> HttpResponse:
        """Remember the device, so that strangers who fail cannot lock its owner out of it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not _is_known(request, user.username):
            value = signing.dumps([user.username, secrets.token_hex(8)], salt=DEVICE_SALT)
            response.set_cookie(
                cookie(DEVICE_COOKIE),
                value,
                max_age=DEVICE_SECONDS,
                secure=settings.HTTPS or request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        return response

    def send_notification_mail(self, template: str, user: Login, *args: Any, **kwargs: Any) -> None:
        """Tell the journal too when a second factor comes or goes."""
        if template.startswith("mfa/"):
            actions.factor_changed(login=user, what=template.rpartition("/")[2])
        super().send_notification_mail(template, user, *args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return under what failures are counted: the account, and a device it knows apart."""
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        known = _is_known(request, login)
        return f"{login}/{known}" if known else login


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets are sealed, and what is needed is not taken away."""

    def get_totp_issuer(self) -> str:
        return "Bihuan"

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=FACTOR_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=FACTOR_PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=kinds)
        others = others.exclude(pk=authenticator.pk)
        return others.exists() or not actions.needs_factor(authenticator.user)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People who sign in elsewhere are known here already: by a verified mail or by their code."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        found = SignInProvider.objects.filter(is_on=True)
        kinds = [kind for kind, called in KINDS.items() if called == provider]
        if kinds:
            found = found.filter(kind__in=kinds)
        elif provider is not None:
            found = found.filter(code=provider)
        if client_id is not None:
            found = found.filter(client_id=client_id)
        return [_app_of(each) for each in found]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        """Return a provider; of OpenID Connect, as it is spoken here."""
        found = super().get_provider(request, provider, client_id=client_id)
        is_ours = isinstance(found, OpenIDConnectProvider)
        return SignedProvider(request, app=found.app) if is_ours else found

    def get_requests_session(self) -> Session:
        return guarded_session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom the company's own provider names, and nobody else."""
        provider = SignInProvider.objects.get(code=sociallogin.account.provider)
        claims = sociallogin.account.get_provider_account().get_user_data() or {}
        login = actions.login_by_provider(provider=provider, claims=claims)
        if login is None or (sociallogin.is_existing and sociallogin.user.pk != login.pk):
            logger.info("sign-in refused")
            page = render(request, "org/provider_unknown.html", {"provider": provider}, status=403)
            raise ImmediateHttpResponse(page)
        if not sociallogin.is_existing:
            sociallogin.connect(request, login)


def _app_of(provider: SignInProvider) -> SocialApp:
    secret = unseal(provider.secret, purpose=PROVIDER_PURPOSE) if provider.secret else ""
    return SocialApp(
        provider=KINDS[provider.kind],
        provider_id=provider.code,
        name=provider.name,
        client_id=provider.code if provider.is_saml else provider.client_id,
        secret=secret,
        settings={"server_url": provider.issuer, "oauth_pkce_enabled": True},
    )


def _is_known(request: HttpRequest, login: str) -> str:
    """Return what stands for a device on which this login signed in before; else nothing."""
    try:
        name, number = signing.loads(
            request.COOKIES.get(cookie(DEVICE_COOKIE), ""), salt=DEVICE_SALT, max_age=DEVICE_SECONDS
        )
    except (signing.BadSignature, ValueError):
        return ""
    return str(number) if name.lower() == login else ""
