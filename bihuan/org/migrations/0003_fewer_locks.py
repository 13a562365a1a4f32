from django.db import migrations

from bihuan.base.dated_rows import forbid_overlap


class Migration(migrations.Migration):
    """Written anew with locks that a transaction of ten thousand seats does not exhaust."""

    dependencies = [("org", "0002_seats_do_not_overlap")]
    operations = [
        forbid_overlap(
            "org_assignment",
            ["person_id"],
            name="org_one_home_at_a_time",
            condition="is_home",
            again=True,
        ),
        forbid_overlap(
            "org_assignment",
            ["person_id", "unit_id", "role"],
            name="org_one_seat_at_a_time",
            again=True,
        ),
    ]
