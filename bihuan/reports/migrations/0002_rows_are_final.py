from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [forbid_change("reports_healthreport")]
