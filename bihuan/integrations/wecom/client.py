"""The few calls of WeCom's API that are needed, with its ways of saying no.

The access token is kept in the process, for WeCom hands the same to all of them. One
that has run out or is not known any more is fetched anew, once. Where the API lies
is set by the environment of the installation alone, never by a form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx2
from django.conf import settings

from bihuan.base.outbound import AddressRefused, Bounds, ask, spelled_in
from bihuan.inbox.channels import Later, Refused, SlowDown
from bihuan.kernel.errors import gettext_noop

TOKEN_OVER = {40014, 42001}
LIMITED = {45009: 60, 45033: 5}
"""Too many calls in a minute, or at once: how many seconds to leave it alone."""
NOBODY = {40003, 60111, 81013}
"""The user is not there, or does not see the app."""
UNSET = {40001, 40013, 40056, 48002, 60011, 60020, 301002}
"""Wrong secret, company or app, or a right is missing: an administrator can mend it."""
BUSY = -1
FIRST_WRONG_CONTENT, LAST_WRONG_CONTENT = 40000, 49999
MARGIN_SECONDS = 200
"""So long before its end a token is not used any more."""
WORDS = 200
LARGEST_ANSWER = 1_000_000


class UserUnknown(Refused):
    code = "integrations.wecom_user_unknown"
    says = gettext_noop(
        "WeCom knows nobody as “%(user)s”, or this person may not use the app (%(status)s)."
    )


class CardRefused(Refused):
    code = "integrations.wecom_refused"
    says = gettext_noop("WeCom refuses it (%(status)s): %(reason)s")


class WeComUnset(Later):
    code = "integrations.wecom_unset"
    says = gettext_noop(
        "WeCom does not let the app in (%(status)s): %(reason)s "
        "Check company id, secret, app number and trusted addresses."
    )


class WeComAway(Later):
    code = "integrations.wecom_away"
    says = gettext_noop("WeCom could not be reached or gave no answer: %(reason)s")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an app signs in with."""

    corp_id: str
    secret: str
    agent_id: int


_TOKENS: dict[Credentials, tuple[str, int]] = {}


def forget_tokens() -> None:
    """Forget the tokens of this process, as a new process has none."""
    _TOKENS.clear()


@dataclass(frozen=True, slots=True)
class Client:
    """An app of a company, calling WeCom."""

    own: Credentials

    def send(self, body: Mapping[str, object], *, user: str) -> str:
        """Hand a message to one user; returns what WeCom calls it."""
        answer = self._call("message/send", {**body, "touser": user, "agentid": self.own.agent_id})
        if user.lower() in str(answer.get("invaliduser", "")).lower().split("|"):
            raise UserUnknown(user=user, status=0)
        return str(answer.get("msgid", ""))

    def close_card(self, *, user: str, ticket: str, words: str) -> None:
        """Put words in the place of the button that a user pressed."""
        body = {
            "userids": [user],
            "agentid": self.own.agent_id,
            "response_code": ticket,
            "button": {"replace_name": words},
        }
        self._call("message/update_template_card", body)

    def _call(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = self._post(path, body, self._token())
        if _status(answer) in TOKEN_OVER:
            _TOKENS.pop(self.own, None)
            answer = self._post(path, body, self._token())
        _require_well(answer, user=str(body.get("touser", "")))
        return answer

    def _post(self, path: str, body: Mapping[str, object], token: str) -> dict[str, Any]:
        return _asked("POST", path, params={"access_token": token}, json=body)

    def _token(self) -> str:
        kept = _TOKENS.get(self.own)
        if kept is not None and monotonic() < kept[1]:
            return kept[0]
        secrets = {"corpid": self.own.corp_id, "corpsecret": self.own.secret}
        answer = _asked("GET", "gettoken", params=secrets)
        _require_well(answer, user="")
        token = str(answer.get("access_token", ""))
        lasts = int(answer.get("expires_in", 0)) - MARGIN_SECONDS
        _TOKENS[self.own] = token, int(monotonic()) + max(0, lasts)
        return token


def _asked(method: str, path: str, **given: Any) -> dict[str, Any]:
    """Return what WeCom answers; an answer that is none counts as not reached."""
    address = f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/{path}"
    bounds = Bounds(seconds=settings.WECOM_TIMEOUT, bytes=LARGEST_ANSWER)
    try:
        answer = ask(method, address, bounds=bounds, also=spelled_in(address), **given)
        if answer.status == httpx2.codes.TOO_MANY_REQUESTS:
            raise SlowDown(seconds=LIMITED[45009])
        if not answer.is_success:
            raise WeComAway(reason=f"HTTP {answer.status}")
        said = json.loads(answer.body)
    except AddressRefused:
        raise WeComAway(reason=AddressRefused.code) from None
    except (httpx2.HTTPError, ValueError) as fault:
        # In words that name no token: the address of a call holds one.
        raise WeComAway(reason=type(fault).__name__) from None
    if not isinstance(said, dict):
        raise WeComAway(reason="no object")
    return said


def _status(answer: Mapping[str, Any]) -> int:
    """Return the number of an answer; WeCom writes some as text, and none where all is well."""
    try:
        return int(answer.get("errcode", 0))
    except (TypeError, ValueError):
        return BUSY


def _require_well(answer: Mapping[str, Any], *, user: str) -> None:
    status, reason = _status(answer), str(answer.get("errmsg", ""))[:WORDS]
    if status == 0:
        return
    if status in LIMITED:
        raise SlowDown(seconds=LIMITED[status])
    if status in NOBODY:
        raise UserUnknown(user=user, status=status)
    if status in UNSET:
        raise WeComUnset(status=status, reason=reason)
    if FIRST_WRONG_CONTENT <= status <= LAST_WRONG_CONTENT and status not in TOKEN_OVER:
        raise CardRefused(status=status, reason=reason)
    raise WeComAway(reason=f"{status} {reason}")
