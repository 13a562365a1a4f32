"""``migrate``, and behind it the wall between companies: a table is never without its policy."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from bihuan.base.wall.building import raise_wall


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        is_real = not (options["plan"] or options["check_unapplied"] or options["fake"])
        if options["database"] == DEFAULT_DB_ALIAS and is_real:
            raise_wall()
