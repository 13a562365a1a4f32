"""Each command of ``docs/api.md`` does what it says there, against a server that listens."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from bihuan.org import actions
from tests.make import make_admin, make_person

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = Path(__file__).resolve().parent.parent / "docs/api.md"
COMMAND = re.compile(r"^    curl .*(?:\n {5,}.*)*", re.MULTILINE)
HOST = "http://127.0.0.1:8000"

WANTED = (
    ("/api/v1/goals/cycles", {"facts:write", "journal:read"}, '"org.scope_lacking"'),
    ("/api/v1/facts", {"facts:write"}, "HTTP/1.1 201 "),
    ("/api/v1/org/tenant", {"org:read"}, "HTTP/1.1 200 "),
    ("/api/v1/org/tenant", {"org:write"}, "HTTP/1.1 200 "),
    ("/api/v1/journal", {"journal:read"}, '"next_before"'),
)
"""Of each command: where it goes, what its token may, and what the answer says."""


def test_each_example_works(live_server: LiveServer) -> None:
    admin = make_admin()
    make_person("HC0001", tenant=admin.tenant)
    commands = [found.group().strip() for found in COMMAND.finditer(DOCS.read_text())]
    assert len(commands) == len(WANTED)
    told: dict[str, str] = {}
    for command, (address, scopes, wanted) in zip(commands, WANTED, strict=True):
        assert address in command
        _, token = actions.make_token(person=admin, name="docs", by=admin, scopes=sorted(scopes))
        answer = run(command.replace(HOST, live_server.url), TOKEN=token, **told)
        assert wanted in answer, answer
        if tag := re.search(r"(?im)^etag: (\S+)", answer):
            told["ETAG"] = tag.group(1)
    assert told, "an edit needs what was read"


def run(command: str, **told: str) -> str:
    """Return what a shell prints of a command."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": os.environ["PATH"], **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
