from django.db import migrations

from bihuan.base.dated_rows import forbid_overlap


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [
        forbid_overlap(
            "org_assignment", ["person_id"], name="org_one_home_at_a_time", condition="is_home"
        ),
        forbid_overlap(
            "org_assignment", ["person_id", "unit_id", "role"], name="org_one_seat_at_a_time"
        ),
    ]
