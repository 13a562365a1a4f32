"""Sending the API what its document allows, and what it does not, and reading what comes back."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, HookContext
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import Failure, FailureGroup

from bihuan.base.matching import ANY
from bihuan.base.matching import HEADER as MATCH
from bihuan.urls import api
from tests.matrix.recall import Recall

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = "http://testserver"
EVERY_KNOWN = 2
"""Of so many made-up ids, one is that of a row that is there."""
WRONG = 3
"""Of so many requests, one is made wrong on purpose."""

Operation = Any  # Schemathesis names four parameters of its types that say nothing here.
Case = Any


@dataclass
class Fuzz:
    """One run over the API's document, by the token of somebody."""

    client: Client
    """Whose handler stays: to build one for each request costs more than the request."""
    known: dict[str, list[object]]
    """Ids and words that are there, by the name of the parameter that takes them."""
    recall: Recall
    cases: int = 0
    done: int = 0
    """How many of them were done, not refused."""
    faults: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    """How each fault was met first."""
    raised: list[str] = field(default_factory=list)
    """What the last request raised."""

    def operations(self) -> list[Operation]:
        """Return every operation of the document."""
        told = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
        document = schemathesis.openapi.from_dict(in_plain_words(told))

        @document.hook("map_path_parameters")
        def known_sometimes(
            context: HookContext, path_parameters: dict[str, object] | None
        ) -> dict[str, object]:
            return self._known_sometimes(path_parameters or {})

        return [each.ok() for each in document.get_all_operations()]  # type: ignore[union-attr]  # ours is valid

    def try_operation(self, operation: Operation, *, cases: int) -> None:
        """Send so many made-up requests to an operation; a fault ends nothing."""
        can_be_wrong = any([*operation.iter_parameters(), *operation.body])
        wrong = cases // WRONG if can_be_wrong else 0
        got_request_exception.connect(self._heard)
        try:
            self._send_many(operation, GenerationMode.POSITIVE, cases - wrong)
            self._send_many(operation, GenerationMode.NEGATIVE, wrong)
        finally:
            got_request_exception.disconnect(self._heard)

    def _heard(self, **_: object) -> None:
        error = sys.exc_info()[1]
        self.raised.append(f"{type(error).__name__}: {error}"[:200])

    def _send_many(self, operation: Operation, mode: GenerationMode, count: int) -> None:
        if not count:
            return
        tried = given(case=operation.as_strategy(generation_mode=mode))(self.send)
        settings(
            max_examples=count,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(tried)()

    def send(self, case: Case) -> None:
        """Send one request, undo what it did, and note what is wrong with the answer."""
        self.cases += 1
        self.raised.clear()
        sent = requests.Request(**case.as_transport_kwargs(base_url=HOST)).prepare()
        headers = {name: str(value) for name, value in sent.headers.items()}
        kind = headers.pop("Content-Type", "application/octet-stream")
        # Who knocks is settled, and what is zipped says the same.
        for name in ("Authorization", "Content-Length", "Accept-Encoding"):
            headers.pop(name, None)
        if MATCH in headers:  # A version that is made up would end every edit at the door.
            headers[MATCH] = ANY
        self.client.cookies.clear()
        with transaction.atomic(), self.recall.undone():
            answer = self.client.generic(
                str(sent.method), sent.path_url, sent.body or b"", kind, headers=headers
            )
            heard = as_heard(answer, sent)
            transaction.set_rollback(True)
        self.done += heard.status_code < 400
        try:
            case.validate_response(heard, checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._note(case, failure, heard.status_code)

    def _note(self, case: Case, failure: Exception, status: int) -> None:
        title = failure.title if isinstance(failure, Failure) else type(failure).__name__
        fault = f"{case.method} {case.operation.path}: {status}: {title} {' '.join(self.raised)}"
        self.faults[fault] += 1
        self.first.setdefault(fault, f"{failure}\n{case.as_curl_command()}")

    def _known_sometimes(self, parameters: dict[str, object]) -> dict[str, object]:
        """Put what is there in the place of every other one that was made up."""
        return {
            name: self._other(name, value) if name in self.known else value
            for name, value in parameters.items()
        }

    def _other(self, name: str, value: object) -> object:
        known, chosen = self.known[name], sum(str(value).encode())
        return known[chosen // EVERY_KNOWN % len(known)] if chosen % EVERY_KNOWN else value


def in_plain_words(schema: Any) -> Any:
    """Return a schema that says of pairs only what all their parts are.

    Schemathesis 4.32 takes ``prefixItems`` for ``items`` and then finds that no schema.
    """
    if isinstance(schema, list):
        return [in_plain_words(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: in_plain_words(each) for name, each in schema.items() if name != "prefixItems"}
    if "prefixItems" in schema:
        said["items"] = {"anyOf": in_plain_words(schema["prefixItems"])}
    return said


def as_heard(answer: HttpResponseBase, sent: requests.PreparedRequest) -> schemathesis.Response:
    """Return an answer of Django in the form that Schemathesis reads."""
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]  # bytes either way
    return schemathesis.Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.items()},
        content=content,
        request=sent,
        elapsed=0.0,
        verify=False,
        message=answer.reason_phrase,
        encoding="utf-8",
    )
