"""The path of a unit: ``/1/4/9/`` lies below ``/1/4/``.

Below a unit is asked by ``path__startswith``. Behind a policy PostgreSQL may use an index for that
only where the operators are leakproof: those that compare bytes are, ``LIKE`` is not. So it is
asked as a range, which the index of prefixes answers in every collation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:  # It takes no types when it runs.
    _Text = models.CharField


class PathField(_Text):
    """A text in which one asks for prefixes; to migrations it is what it is made of."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return str(name), "django.db.models.CharField", list(args), dict(kwargs)


@PathField.register_lookup
class Below(StartsWith):
    """``startswith`` as a range: from the prefix on, up to the next text that lacks it."""

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        prefix = self.rhs
        if not isinstance(prefix, str) or not prefix:
            return super().as_sql(compiler, connection)
        left, params = self.process_lhs(compiler, connection)
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return f"({left} ~>=~ %s AND {left} ~<~ %s)", (*params, prefix, *params, end)
