"""Attachment: how many files people lay to one task.

What is accepted, and what of a file's name is kept, is the same for all files that
people bring.

>>> FILES_AT_MOST
20
"""

from __future__ import annotations

from bihuan.kernel.errors import Conflict, gettext_noop

FILES_AT_MOST = 20


class FilesTooMany(Conflict):
    code = "inbox.files_too_many"
    says = gettext_noop("A task takes up to %(most)s files.")
