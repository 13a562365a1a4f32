from django.db import migrations

from bihuan.base.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0001_initial")]
    operations = [
        forbid_change("playbooks_playversion"),
        forbid_change("playbooks_publication"),
        forbid_change("playbooks_filecontent"),
        forbid_change("playbooks_playfile"),
    ]
