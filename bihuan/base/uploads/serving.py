"""Handing files over to be saved, never to be shown as pages of ours."""

from __future__ import annotations

from typing import BinaryIO, TypeVar

from django.http import FileResponse, HttpResponseBase
from django.utils.http import content_disposition_header

BYTES = "application/octet-stream"
R = TypeVar("R", bound=HttpResponseBase)


def handed_over(name: str, content: BinaryIO, *, media_type: str = BYTES) -> FileResponse:
    """Return a file to be saved under a name; what it holds is not ours."""
    return sealed_off(FileResponse(content, content_type=media_type), name)


def sealed_off(answer: R, name: str) -> R:
    """Return an answer that no browser shows, guesses at, runs or keeps."""
    attached = content_disposition_header(as_attachment=True, filename=name)
    answer.headers["Content-Disposition"] = attached or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
