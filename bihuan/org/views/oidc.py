"""Signing in by OpenID Connect: what a provider says counts only under its own signature.

The library leaves a signature unread where it fetched the token itself over TLS, as the standard
allows. A proxy of the company may open that line, so here each token is checked: by one of the
algorithms below, with a key from the address that the provider's own metadata name.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""How a token may be signed: always with a key pair, never with a secret, never not at all."""


class SignedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Reads a token only when the provider signed it."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            algorithm = header.get("alg")
            if algorithm not in ALGORITHMS:
                raise jwt.InvalidAlgorithmError()
            return jwt.decode(
                id_token,
                key=jwt.PyJWK(self._key(header.get("kid"), algorithm), algorithm),
                algorithms=[algorithm],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                options={"require": ["exp"]},
            )
        except jwt.PyJWTError as fault:
            raise OAuth2Error("The ID token does not stand.") from fault

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


@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider."""
    return _view(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Let in whom the provider sends back."""
    return _view(OAuth2CallbackView, request, provider_id)


def _view(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = kind.adapter_view(SignedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as fault:
        raise Http404 from fault
    return answer
