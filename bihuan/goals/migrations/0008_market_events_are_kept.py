from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("goals", "0007_market_events")]
    operations = [
        forbid_change(table)
        for table in (
            "goals_marketevent",
            "goals_marketplace",
            "goals_marketmodel",
            "goals_marketreckoning",
            "goals_marketending",
        )
    ]
