from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("base", "0007_journal_redactions")]
    operations = [forbid_change("base_journalredaction")]
