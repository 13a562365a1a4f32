"""What people sign in by, in both companies: secrets that no answer holds, whoever asks."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from bihuan.base.sealing import seal
from bihuan.org import actions
from bihuan.org.actions.signing_in import FACTOR_PURPOSE, ProviderDraft
from tests.matrix.canary import word
from tests.matrix.world import World

CHOSEN = {"rep": "acme", "neighbour": "acme", "their rep": "other"}
PROVIDERS = {"ours": "admin", "theirs": "stranger"}


def set_up_sign_in(world: World) -> None:
    """Give some people an app and codes on paper, and each company a provider that is off."""
    for name in CHOSEN:
        _second_step(world, name)
    for name, by in PROVIDERS.items():
        _provider(world, name, by)
    world.know("provider", "absent", world.objects["provider"].pop("absent"))


def _second_step(world: World, name: str) -> None:
    person = world.people[name]
    for kind, key in (
        (Authenticator.Type.TOTP, "secret"),
        (Authenticator.Type.RECOVERY_CODES, "seed"),
    ):
        text = word(key, name)
        data: dict[str, object] = {key: seal(text, purpose=FACTOR_PURPOSE)}
        if kind == Authenticator.Type.RECOVERY_CODES:
            data["used_mask"] = 0
        Authenticator.objects.create(user=person.login, type=kind, data=data)
        world.aviary.text("signin_secret", person.pk, text)


def _provider(world: World, name: str, by: str) -> None:
    secret = word("clientsecret", name)
    draft = ProviderDraft(
        name=word("provider", name),
        issuer="https://id.example.com",
        client_id=word("client", name),
        secret=secret,
        match_by="mail",
        code_claim="",
        may_create=False,
        is_on=False,
    )
    person = world.people[by]
    made = actions.put_provider(tenant=person.tenant, code=f"sso-{name}", draft=draft, by=person)
    world.know("provider", name, made.pk)
    world.aviary.text("provider", made.pk, draft.name, draft.client_id)
    world.aviary.text("signin_secret", made.pk, secret)
