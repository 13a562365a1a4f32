from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_initial")]
    operations = [forbid_change("facts_fact"), forbid_change("facts_block")]
