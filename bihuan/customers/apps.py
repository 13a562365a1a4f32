from __future__ import annotations

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bihuan.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Queries need the models, which are there only now.
        from bihuan.customers.queries.kinds import CONVERSATION, CUSTOMER
        from bihuan.org import uses

        uses.register(CUSTOMER)
        uses.register(CONVERSATION)
