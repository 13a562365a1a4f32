"""Broken files, made on the fly: each with the code of the problem that it must meet.

Whoever tests a door of the import can walk through ``CASES``: ``make`` writes a
file (or a folder) and returns what to import; ``mapping`` is the mapping for it,
or nothing for the plain order list ``ORDERS``. ``PEOPLE`` are the people whom
the files may speak of.
"""

from __future__ import annotations

from bihuan.integrations.tests.broken_files.lists import OTHERS
from bihuan.integrations.tests.broken_files.making import CURRENCY, ORDERS, PEOPLE, BrokenFile
from bihuan.integrations.tests.broken_files.texts import TEXT_FILES
from bihuan.integrations.tests.broken_files.values import VALUES
from bihuan.integrations.tests.broken_files.workbooks import WORKBOOKS, WRONG_TYPES

__all__ = ["CASES", "CURRENCY", "ORDERS", "PEOPLE", "BrokenFile"]

CASES: list[BrokenFile] = [*TEXT_FILES, *WRONG_TYPES, *WORKBOOKS, *VALUES, *OTHERS]
