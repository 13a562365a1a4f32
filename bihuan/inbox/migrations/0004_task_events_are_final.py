from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_tasks")]
    operations = [forbid_change("inbox_taskevent"), forbid_change("inbox_taskfile")]
