"""Sets Django up for a command, with the database it needs."""

from __future__ import annotations

import os

from bihuan.base.home import home


def prepare(*, start: bool = True, migrate: bool = True) -> None:
    """Set Django up, with the embedded server running and the tables in place."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    from bihuan.base.postgres import ensure_running

    if start:
        ensure_running(home())
    django.setup()
    speak()
    if start and migrate:
        from bihuan.base.schema import bring_up_to_date

        bring_up_to_date()


def speak() -> None:
    """Speak the language the terminal asks for: Chinese unless it says English."""
    from django.utils import translation

    wanted = os.environ.get("BIHUAN_LANGUAGE") or os.environ.get("LANG", "")
    translation.activate("en" if wanted.lower().startswith("en") else "zh-hans")
