from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "bihuan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.base.journal import register_standing
        from bihuan.org.openings import in_whose_place
        from bihuan.org.seeing import PERSON
        from bihuan.org.uses import register

        register(PERSON)
        register_standing(in_whose_place)
