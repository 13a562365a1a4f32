"""Logs: one line per event, with the number of its request and without personal data.

``LOG_FORMAT=json`` writes a JSON object per line to standard error, for whoever collects
logs; otherwise lines are for a terminal. Of an exception its class and the places
in the code are written: its words may quote a row of the database, or what somebody typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from bihuan.base.request_id import request_id

EXTRAS = ("method", "route", "status", "milliseconds", "login", "person", "code")


class NumberFilter(logging.Filter):
    """Puts the number of the request on a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True


class PlainFormatter(logging.Formatter):
    """A line for a terminal, and below it where in the code a fault was."""

    def formatException(self, ei: Any) -> str:  # The name that logging calls.
        return "\n".join([f"  {place}" for place in places(ei[2])] + [f"  {_class(ei[1])}"])


class JsonFormatter(logging.Formatter):
    """One JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := getattr(record, "request_id", ""):
            line["request_id"] = number
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = _class(record.exc_info[1])
            line["places"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def places(found: TracebackType | None) -> list[str]:
    """Return where in the code a fault went through, the innermost last."""
    frames = traceback.extract_tb(found)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _class(fault: BaseException) -> str:
    return f"{type(fault).__module__}.{type(fault).__qualname__}"


def logging_settings(form: str) -> dict[str, Any]:
    """Return Django's settings of logging; only JSON has a line for each request."""
    formatter = JsonFormatter if form == "json" else PlainFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"number": {"()": NumberFilter}},
        "formatters": {
            "line": {"()": formatter, "fmt": "%(levelname)s %(name)s %(request_id)s %(message)s"}
            if form != "json"
            else {"()": formatter}
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["number"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "bihuan.requests": {"level": "INFO" if form == "json" else "WARNING"},
            "bihuan.sign_in": {"level": "INFO" if form == "json" else "WARNING"},
            "bihuan.attempts": {"level": "INFO" if form == "json" else "WARNING"},
            # Who looks for what is not there is told so; the log need not know.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
        },
    }
