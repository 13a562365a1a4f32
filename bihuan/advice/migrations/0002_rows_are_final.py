from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("advice", "0001_weekly_reports")]
    operations = [forbid_change("advice_weeklyreport")]
