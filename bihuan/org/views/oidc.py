"""Signing in by OpenID Connect: what a provider says counts only under its own signature.

The library leaves a signature unread where it fetched the token itself over TLS, as the standard
allows. A proxy of the company may open that line, so here each token is checked: by one of the
algorithms below, with a key from the address that the provider's own metadata name.

A token is good for one answer: it holds a number (``nonce``) that this browser was sent away with.
So one of yesterday opens nothing, nor one that was meant for something else. The metadata
name the issuer that was set, and where an answer says whose it is (RFC 9207), it is of that
one; what is read of a person beside the token is of whom the token is of.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""How a token may be signed: always with a key pair, never with a secret, never not at all."""
KINDS = frozenset({None, "JWT", "jwt"})
"""What an ID token calls itself: tokens that open an API or end a session say so."""
NONCE = "nonce"
METADATA = "/.well-known/"


class SignedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Reads a token only when the provider signed it, for this answer."""

    nonce: str | None = None
    """What this browser was sent away with."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the metadata of the provider, which name the issuer that was set."""
        found: dict[str, Any] = super().openid_config
        wanted = self.get_provider().app.settings["server_url"].partition(METADATA)[0]
        if str(found.get("issuer", "")).rstrip("/") != wanted.rstrip("/"):
            raise OAuth2Error("The metadata are of another provider.")
        return found

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Fetch the token, if the answer is of the provider that was asked."""
        said, config = request.GET.get("iss"), self.openid_config
        is_promised = config.get("authorization_response_iss_parameter_supported") is True
        if said != config["issuer"] and (said is not None or is_promised):
            raise OAuth2Error("The answer is of another provider.")
        fetched: dict[str, Any] = super().get_access_token_data(request, app, *args, **kwargs)
        return fetched

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Read who is signed in: from the token, and from where the provider tells more of them."""
        said = {"id_token": self._decode_id_token(app, kwargs["response"].get("id_token") or "")}
        if self.openid_config.get("userinfo_endpoint"):
            said["userinfo"] = self._fetch_user_info(token.token)
            if said["userinfo"].get("sub") != said["id_token"].get("sub"):
                raise OAuth2Error("What is told beside the token is of somebody else.")
        return self.get_provider().sociallogin_from_response(request, said)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise jwt.InvalidAlgorithmError()
            said = jwt.decode(
                id_token,
                key=jwt.PyJWK(self._key(header.get("kid"), algorithm), algorithm),
                algorithms=[algorithm],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                options={"require": ["exp", "iat", "sub", NONCE]},
            )
            if header.get("typ") not in KINDS or not self.nonce or said[NONCE] != self.nonce:
                raise jwt.InvalidTokenError()
        except jwt.PyJWTError as fault:
            raise OAuth2Error("The ID token does not stand.") from fault
        return said

    def _key(self, number: str | None, algorithm: str) -> dict[str, Any]:
        """Return the provider's key of that number; a token without one means its only key."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: list[dict[str, Any]] = answer.json().get("keys", [])
        fit = [key for key in keys if key.get("alg", algorithm) == algorithm]
        fit = [key for key in fit if number is None or key.get("kid") == number]
        if len(fit) != 1:
            raise jwt.InvalidKeyError()
        return fit[0]


class SignedProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """Sends a browser away with a number that the token has to hold when it comes back."""

    oauth2_adapter_class = SignedAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return what is asked of the provider: nothing of it is taken from an address."""
        asked: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return {**asked, "scope": self.get_scope(), "auth_params": self.get_auth_params()}

    def redirect(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        asked = {**(kwargs.pop("auth_params", None) or {}), NONCE: nonce}
        # What else is given is kept with the state, and comes back with it once.
        sent: HttpResponse = super().redirect(
            request, *args, auth_params=asked, **{**kwargs, NONCE: nonce}
        )
        return sent


class SignedCallback(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """Remembers with which number the browser was sent away."""

    def _get_state(self, request: HttpRequest, provider: SignedProvider) -> tuple[Any, Any]:
        state, refused = super()._get_state(request, provider)
        self.adapter.nonce = None if state is None else state.get(NONCE)
        return state, refused


@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider."""
    return _view(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Let in whom the provider sends back."""
    return _view(SignedCallback, request, provider_id)


def _view(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = SignedAdapter(request, provider_id)
    answer: HttpResponse
    try:
        answer = kind.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist as fault:
        raise Http404 from fault
    except (OAuth2Error, RequestException) as fault:  # Of metadata, before the library listens.
        answer = render_authentication_error(request, adapter.get_provider(), exception=fault)
    return answer
